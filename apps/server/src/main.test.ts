import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

it('tells in a sentence why the database cannot be started', () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'bruecke-main-'));
  onTestFinished(() => rmSync(dataFolder, { recursive: true }));
  chmodSync(dataFolder, 0o711);
  symlinkSync(join(dataFolder, 'gone'), join(dataFolder, 'postgres'));
  const ended = spawnSync(process.execPath, ['--import', 'tsx', main], {
    env: { PATH: process.env['PATH'], BRUECKE_DATA: dataFolder, PORT: '0' },
    encoding: 'utf8',
  });
  expect(ended.status).toBe(1);
  expect(ended.stderr).toMatch(/^\S+ points to \S+, which does not exist\. .+\n$/);
});
