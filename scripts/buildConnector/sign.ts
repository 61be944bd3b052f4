import { rename } from 'node:fs/promises';
import { runTool } from './runTool.ts';

/**
 * Signs a Windows program or installer with osslsigncode. `how` are its arguments for key, certificate and time stamp, as one text
 * (docs/operating.md, "Konnektor"). Null: not signed, and Windows will warn.
 */
export async function sign(path: string, how: string | null): Promise<void> {
  if (how === null) return;
  const named = ['-n', 'Brücke Konnektor', '-h', 'sha256'];
  await runTool('osslsigncode', ['sign', ...how.trim().split(/\s+/), ...named, '-in', path, '-out', `${path}.signed`]);
  await rename(`${path}.signed`, path);
}
