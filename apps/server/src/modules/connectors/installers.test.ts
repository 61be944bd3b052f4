import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { testFirms } from '../../testFirms.ts';
import { createTestServices, ctxOf, type TestServices } from '../../testServices.ts';
import { downloadInstaller, listInstallers } from './installers.ts';

let db: TestDatabase;
let services: TestServices;
let make: ReturnType<typeof testFirms>;
let folder: string;
beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db);
  make = testFirms(db, services);
});
afterAll(() => db.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bruecke-installers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');

it('shows what lies there with size and SHA-256, and calls unsigned what nobody called signed', async () => {
  const { id: firmId, admin } = await make.firm('Kanzlei Nord');
  const list = () => listInstallers(ctxOf(services, admin), folder, { firmId });
  expect(await listInstallers(ctxOf(services, admin), join(folder, 'not-there'), { firmId })).toEqual({
    installers: [],
  });
  expect(await list()).toEqual({ installers: [] });
  writeFileSync(join(folder, 'bruecke-connector-1.0.0.msi'), 'windows');
  writeFileSync(join(folder, 'bruecke-connector_1.0.0_amd64.deb'), 'linux');
  writeFileSync(join(folder, 'notes.txt'), 'nothing to install');
  const windows = { name: 'bruecke-connector-1.0.0.msi', system: 'windows', size: 7, sha256: sha256('windows') };
  const linux = { name: 'bruecke-connector_1.0.0_amd64.deb', system: 'linux', size: 5, sha256: sha256('linux') };
  expect(await list()).toEqual({
    installers: [
      { ...windows, version: null, signed: false },
      { ...linux, version: null, signed: false },
    ],
  });
  const files = [
    { name: windows.name, signed: true },
    { name: linux.name, signed: false },
  ];
  writeFileSync(join(folder, 'installers.json'), JSON.stringify({ version: '1.0.0', files }));
  expect((await list()).installers.map((one) => [one.version, one.signed])).toEqual([
    ['1.0.0', true],
    ['1.0.0', false],
  ]);
  writeFileSync(join(folder, windows.name), 'windows, built anew');
  expect((await list()).installers[0]).toMatchObject({ size: 19, sha256: sha256('windows, built anew') });
});

it('gives one of those, nothing else of this server, and to admins of the firm alone', async () => {
  const { id: firmId, admin } = await make.firm('Kanzlei Nord');
  const user = await make.staff(firmId, 'Ulf Nutzer');
  writeFileSync(join(folder, 'bruecke-connector.deb'), 'linux');
  writeFileSync(join(folder, 'secret.txt'), 'geheim');
  const ask = (person: typeof admin, name: string) =>
    downloadInstaller(ctxOf(services, person), folder, { firmId, name });
  const file = await ask(admin, 'bruecke-connector.deb');
  expect([file.size, await text(file.bytes)]).toEqual([5, 'linux']);
  for (const name of ['secret.txt', '../secret.txt', '..', 'bruecke-connector.msi'])
    await expect(ask(admin, name)).rejects.toMatchObject({ code: 'not_found' });
  await expect(ask(user, 'bruecke-connector.deb')).rejects.toMatchObject({ code: 'right_missing' });
});
