import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runTool } from './runTool.ts';

/**
 * Makes sure that programs of Debian packages are there: as root by apt-get, else by saying what to install. `wanted` names for each program
 * (looked for in PATH; with a slash, at that place) the package that has it.
 */
export async function needPackages(wanted: Readonly<Record<string, string>>): Promise<void> {
  const missing = await missingPackages(wanted);
  if (missing.length === 0) return;
  const command = `apt-get install --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0) throw new Error(`Missing here; as root: ${command}`);
  console.log(command);
  await runTool('apt-get', ['update', '-q']);
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  await runTool('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], { environment });
  const still = await missingPackages(wanted);
  if (still.length > 0) throw new Error(`Installed, but not where it was looked for: ${still.join(', ')}`);
}

async function missingPackages(wanted: Readonly<Record<string, string>>): Promise<string[]> {
  const missing = new Set<string>();
  for (const [program, name] of Object.entries(wanted)) if (!(await isThere(program))) missing.add(name);
  return [...missing].sort();
}

async function isThere(program: string): Promise<boolean> {
  const places = program.includes('/')
    ? [program]
    : (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program));
  for (const place of places) {
    if (
      await access(place).then(
        () => true,
        () => false,
      )
    )
      return true;
  }
  return false;
}
