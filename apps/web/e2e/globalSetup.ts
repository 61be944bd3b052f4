import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportVerifyKey } from '@bruecke/proof';
import type { TestProject } from 'vitest/node';
import { startDemo } from '../../server/demo/start.ts';
import { removeDataFolder } from '../../server/src/db/clusterFolder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the demo answers, without a trailing slash. */
    origin: string;
    /** Of all people of the demo, made for this run. */
    password: string;
    /** Public key of the receipts, PEM. */
    receiptKey: string;
  }
}

/** The real server with embedded PostgreSQL, worker and DATEV's sandbox: the demo, in a folder of its own, once for all files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'bruecke-browser-'));
  const lines: string[] = [];
  const log = (line: string): void => {
    lines.push(line);
    // What the program complains about belongs into the report; its other lines do not.
    if (/error|given up/i.test(line)) console.error(line);
  };
  const demo = await startDemo({ dataFolder, port: 0, log }).catch((error: unknown) => {
    console.error(lines.join('\n'));
    throw error;
  });
  project.provide('origin', demo.publicUrl);
  project.provide('password', demo.password);
  project.provide('receiptKey', exportVerifyKey(demo.composed.services.signingKey.public));
  return async () => {
    await demo.stop();
    removeDataFolder(dataFolder);
  };
}
