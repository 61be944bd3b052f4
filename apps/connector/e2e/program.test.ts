// The bundled program as it is installed: a process of its own, real files, a hub that signs.
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { releasePurpose } from '@bruecke/contract';
import { rawPublicKey, signFor, signingKeyFromSeed } from '@bruecke/proof';
import { beforeAll, expect, test } from 'vitest';
import { keepPending } from '../src/update/versions.ts';
import { guid, startFakeDatev } from '../test/fakeDatev.ts';
import { type FakeHub, startFakeHub } from '../test/fakeHub.ts';
import { until } from '../test/testWorld.ts';
import { bundle, installed } from './program.ts';

const key = signingKeyFromSeed(Buffer.alloc(32, 3));
const releaseKey = rawPublicKey(key.public);
let program: Buffer;
beforeAll(async () => {
  program = await bundle({ version: '1.2.0', releaseKey });
});

type Machine = Awaited<ReturnType<typeof installed>>;

async function paired(hub: FakeHub): Promise<Machine> {
  const machine = await installed(program);
  await mkdir(machine.folders.config, { recursive: true });
  // Not the usual one: another connector may run on this machine.
  await writeFile(join(machine.folders.config, 'settings.json'), JSON.stringify({ statusPort: 1 }));
  const file = join(machine.home, 'Verbindungsdatei.bruecke');
  await writeFile(file, hub.connectionFile());
  const { code, out } = await machine.command(['install', '--file', file]);
  expect([code, out]).toEqual([0, expect.stringContaining('✓ Gekoppelt.')]);
  return machine;
}

async function keep(machine: Machine, version: string, code: Buffer): Promise<void> {
  const content = { version, sha256: createHash('sha256').update(code).digest('hex'), size: code.length };
  const release = { ...content, signature: signFor(releasePurpose, content, key) };
  await keepPending(machine.folders, release, code);
}

const versions = (hub: FakeHub) => new Set(hub.state.polls.map(({ version }) => version));

test('installed by a script, paired, set up, released; it works until it is told to stop', async () => {
  const hub = await startFakeHub();
  const datev = await startFakeDatev();
  const machine = await paired(hub);
  const line = ['datev', '--datev-url', datev.origin, '--datev-user', 'K\\leser', '--datev-password-stdin'];
  expect(await machine.command(line, 'geheim\n')).toMatchObject({ code: 0 });
  expect(await machine.command(['release', guid])).toMatchObject({ code: 0 });
  expect(await machine.command(['--version'])).toEqual({ code: 0, out: '1.2.0\n' });
  const service = machine.service();
  const order = hub.order({
    kind: 'readPostings',
    clientGuid: guid,
    fiscalYearId: '20240101',
    from: '2024-01-01',
    to: '2024-12-31',
    expectedRows: 3,
  });
  await until(() => order.end !== null);
  expect(order.end).toEqual({ ok: true, rows: 3, calls: 1 });
  service.stop();
  expect(await service.ended).toBe(0);
  expect(service.told.out).toContain('stopped');
  expect(service.told.out).not.toContain('geheim');
  const status = await machine.command(['status']);
  expect(status).toMatchObject({ code: 0, out: expect.stringContaining('Gekoppelt und bestätigt') });
});

test('a new version shows that it comes up, and takes over', async () => {
  const hub = await startFakeHub();
  const machine = await paired(hub);
  await keep(machine, '1.3.0', await bundle({ version: '1.3.0', releaseKey }));
  const service = machine.service();
  await until(() => service.told.out.includes('version 1.3.0 came up'));
  const polls = hub.state.polls.length;
  await until(() => hub.state.polls.length > polls + 2);
  expect(versions(hub)).toEqual(new Set(['1.3.0']));
  service.stop();
  expect(await service.ended).toBe(0);
});

test('one that does not come up is taken back, and the hub hears of it', async () => {
  const hub = await startFakeHub();
  const machine = await paired(hub);
  await keep(machine, '1.3.0', await bundle({ version: '1.3.0', releaseKey, broken: 'process.exit(1);' }));
  const service = machine.service();
  await until(() => hub.state.polls.some(({ lastError }) => lastError?.code === 'updateRolledBack'));
  expect(versions(hub)).toEqual(new Set(['1.2.0']));
  service.stop();
  expect(await service.ended).toBe(0);
});

test('a wrong call says how it is called', async () => {
  const machine = await installed(program);
  expect(await machine.command(['fly'])).toMatchObject({
    code: 2,
    out: expect.stringContaining('bruecke-connector <Befehl>'),
  });
});
