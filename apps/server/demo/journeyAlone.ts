import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeDataFolder } from '../src/db/clusterFolder.ts';
import { runJourney } from './journey.ts';
import { type Demo, startDemo } from './start.ts';

type Given = {
  /** Takes what the journey prints, line by line. */
  say: (line: string) => void;
  /** Takes what the server says meanwhile. */
  log: (line: string) => void;
  /** The demo as the journey meets it. */
  prepare?: (demo: Demo) => Demo;
};

/** The journey with every file of the folder, in a demo of its own that leaves nothing behind; answers the exit code. */
export async function journeyAlone(files: string, { say, log, prepare = (demo) => demo }: Given): Promise<0 | 1> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'bruecke-journey-'));
  try {
    // As root, PostgreSQL runs as another user, who must be able to pass.
    chmodSync(dataFolder, 0o711);
    const demo = await startDemo({ dataFolder, port: 0, log });
    return (await runJourney(prepare(demo), files, say).finally(() => demo.stop())) ? 0 : 1;
  } finally {
    removeDataFolder(dataFolder);
  }
}
