import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { offerUpdate } from './offerUpdate.ts';

const release = { version: '1.3.0', sha256: 'a'.repeat(64), size: 7, signature: 'A'.repeat(86) };

async function folderWith(given: { release?: unknown; program?: string }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bruecke-installers-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  if (given.release) await writeFile(join(folder, 'update.json'), JSON.stringify(given.release));
  if (given.program) await writeFile(join(folder, 'bruecke-connector-1.3.0.cjs'), given.program);
  return folder;
}

it('hands on what lies there: first the release, its program when that is wanted', async () => {
  const folder = await folderWith({ release, program: 'program' });
  expect(await offerUpdate(folder, { version: '1.2.0', wanted: null })).toEqual({ release, program: null });
  const program = Buffer.from('program').toString('base64');
  expect(await offerUpdate(folder, { version: '1.2.0', wanted: '1.3.0' })).toEqual({ release, program });
});

it('offers nothing to who has it, nor where nothing or something strange lies', async () => {
  const nothing = { release: null, program: null };
  const folder = await folderWith({ release });
  expect(await offerUpdate(folder, { version: '1.3.0', wanted: null })).toEqual(nothing);
  expect(await offerUpdate(folder, { version: '1.2.0', wanted: '1.3.0' })).toEqual({ release, program: null });
  expect(await offerUpdate(await folderWith({}), { version: '1.2.0', wanted: null })).toEqual(nothing);
  const strange = await folderWith({ release: { ...release, version: '../../etc' } });
  expect(await offerUpdate(strange, { version: '1.2.0', wanted: '../../etc' })).toEqual(nothing);
});
