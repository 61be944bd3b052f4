import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConnectorRow, countRows, type PostingsRow, postingsIn } from '@bruecke/model';
import { signingKeyFromSeed } from '@bruecke/proof';
import { expect, onTestFinished, test } from 'vitest';
import { guid, otherGuid, startFakeDatev } from '../../test/fakeDatev.ts';
import { type FakeHub, startFakeHub } from '../../test/fakeHub.ts';
import { testTerminal, testWorld, until } from '../../test/testWorld.ts';
import { runCommand } from '../commands/command.ts';
import { fingerprintOf } from '../link/connectionFile.ts';
import { createStatus } from '../status/live.ts';
import { readPairing } from '../store/pairing.ts';
import { releaseClients } from '../store/released.ts';
import { openSecrets } from '../store/secrets.ts';
import { readSettings, writeSettings } from '../store/settings.ts';
import type { World } from '../world.ts';
import { keepServing } from './keepServing.ts';

const year = { clientGuid: guid, fiscalYearId: '20240101' };
const march = { kind: 'readPostings', ...year, from: '2024-03-01', to: '2024-03-31', expectedRows: 10 } as const;

/** A paired machine with one released client and a DATEVconnect. */
async function machine(hub: FakeHub) {
  const world = await testWorld();
  const datev = await startFakeDatev();
  const { terminal } = testTerminal({ files: { 'v.bruecke': hub.connectionFile() } });
  const install = { name: 'install', file: 'v.bruecke', fingerprint: null, datev: noDatev } as const;
  expect(await runCommand(world, terminal, install)).toBe(0);
  await writeSettings(world.folders, {
    ...(await readSettings(world.folders)),
    datev: { origin: datev.origin, auth: 'ntlm', user: 'KANZLEI\\leser', pin: null },
  });
  await openSecrets(world.folders, world.protection).write('datevPassword', Buffer.from('geheim'));
  await releaseClients(world.folders, [{ guid, number: '10001', name: 'Muster GmbH', releasedAt: '2026-03-02' }]);
  return { world, datev };
}
const noDatev = { url: null, user: null, passwordFile: null, passwordStdin: false };

/** The service, until the test is over or `stop` is called. */
function serving(world: World) {
  const stopping = new AbortController();
  const status = createStatus(world.version, world.now, () => {});
  const end = keepServing({ world, status, onAnswer: () => {} }, stopping.signal);
  const stop = async () => {
    stopping.abort();
    return end;
  };
  onTestFinished(async () => void (await stop()));
  return { status, stop };
}

test('orders are carried out and their rows arrive in parts, with their number at the end', async () => {
  const hub = await startFakeHub();
  const { world, datev } = await machine(hub);
  datev.state.postings = 12_000;
  const { status } = serving(world);
  const order = hub.order(march);
  await until(() => order.end !== null);
  expect(order.end).toEqual({ ok: true, rows: 12_000, calls: 1 });
  // As many blocks as stay below a part's limit.
  const counts = order.parts.map((part) => countRows(part as ConnectorRow[]));
  expect(counts).toEqual([9984, 2016]);
  const [first] = order.parts[0] as PostingsRow[];
  expect(first && postingsIn(first)[1]).toMatchObject({ debit: 1, text: 'Müller & Söhne' });
  await until(() => status.live().orders[0]?.result === 'done');
  expect(status.live()).toMatchObject({ pairing: 'confirmed', datev: { code: 'ok' }, lastError: null });
  expect(hub.state.polls[0]).toMatchObject({
    machine: 'DATEV-SRV-01',
    version: '1.2.0',
    released: [guid],
    running: [],
  });
});

test('a hub that takes the end of an order with its last part is asked once per part', async () => {
  const hub = await startFakeHub();
  const { world } = await machine(hub);
  const asked: string[] = [];
  hub.state.trouble = (path) => {
    if (path.includes('/orders/')) asked.push(path.replace(/^.*orders\/[^/]+/, ''));
    return null;
  };
  const order = hub.order(march, { changed: { lastPartEnds: true } });
  serving(world);
  await until(() => order.end !== null);
  expect(order.end).toEqual({ ok: true, rows: 3, calls: 1 });
  expect(asked).toEqual(['/parts/1?attempt=1&rows=3&calls=1']);
});

test('never more than two calls at DATEVconnect at once, however many orders there are', async () => {
  const hub = await startFakeHub();
  const { world, datev } = await machine(hub);
  const orders = Array.from({ length: 12 }, () => hub.order(march));
  serving(world);
  await until(() => orders.every(({ end }) => end !== null));
  expect(datev.state.asked).toHaveLength(12);
  expect(datev.state.most).toBeLessThanOrEqual(2);
});

test('a call or a client outside the lists is refused and told, without a call at DATEVconnect', async () => {
  const hub = await startFakeHub();
  const { world, datev } = await machine(hub);
  const { status } = serving(world);
  const call = hub.order({ kind: 'writePostings', ...year });
  const client = hub.order({ kind: 'checkYear', clientGuid: otherGuid, fiscalYearId: '20240101' });
  await until(() => call.end !== null && client.end !== null);
  expect(call.end).toEqual({ ok: false, rows: 0, calls: 0, code: 'refusedByConnector', detail: 'callNotAllowed' });
  expect(client.end).toMatchObject({ ok: false, code: 'refusedByConnector', detail: 'clientNotReleased' });
  await until(() => hub.state.polls.some(({ lastError }) => lastError?.code === 'clientNotReleased'));
  expect(status.live().orders.map(({ result, code }) => [result, code])).toEqual([
    ['refused', 'clientNotReleased'],
    ['refused', 'callNotAllowed'],
  ]);
  expect(datev.state.asked).toEqual([]);
});

test('orders with a foreign key, for somebody else, too late or for the second time are not carried out, and told', async () => {
  const hub = await startFakeHub();
  const { world, datev } = await machine(hub);
  const { status } = serving(world);
  const first = hub.order(march);
  await until(() => first.end !== null);
  const codes = () => status.live().orders.map(({ code }) => code);
  const foreign = hub.order(march, { key: signingKeyFromSeed(Buffer.alloc(32, 99)) });
  await until(() => codes().includes('orderForeignKey'));
  await until(() => hub.state.polls.some(({ lastError }) => lastError?.code === 'orderForeignKey'));
  hub.order(march, { changed: { connectorId: otherGuid } });
  await until(() => codes().includes('orderForOther'));
  const late = hub.order(march, { changed: { expiresAt: '2020-01-01T00:00:00.000Z' } });
  await until(() => late.end !== null);
  hub.order(march, { changed: { id: first.id } });
  await until(() => codes().includes('orderReplayed'));
  expect(foreign.end).toBeNull();
  expect(late.end).toMatchObject({ ok: false, code: 'refusedByConnector', detail: 'orderExpired' });
  expect(datev.state.asked).toHaveLength(1);
});

test('an order begun before a restart is not begun again; its next attempt is', async () => {
  const hub = await startFakeHub();
  const { world, datev } = await machine(hub);
  const before = serving(world);
  const order = hub.order(march);
  await until(() => order.end !== null);
  expect(await before.stop()).toBe('stopped');
  await until(() => hub.state.openPolls === 0);
  const after = serving(world);
  hub.order(march, { changed: { id: order.id } });
  await until(() => after.status.live().orders[0]?.code === 'orderReplayed');
  const again = hub.order(march, { changed: { id: order.id, attempt: 2 } });
  await until(() => again.end !== null);
  expect(datev.state.asked).toHaveLength(2);
});

test('outages on the way are waited out: nothing is lost, nothing comes twice', async () => {
  const hub = await startFakeHub();
  const { world, datev } = await machine(hub);
  datev.state.postings = 12_000;
  let requests = 0;
  hub.state.trouble = (path) => {
    if (path.endsWith('/nonce')) return null;
    requests++;
    if (requests % 2 === 1) return null;
    if (requests % 3 === 0) return 'hangUp';
    return requests % 4 === 0 ? { status: 503 } : { status: 502, headers: { 'retry-after': '1' } };
  };
  const { status } = serving(world);
  const order = hub.order(march);
  await until(() => order.end !== null);
  expect(order.end).toMatchObject({ ok: true, rows: 12_000 });
  const postings = (order.parts.flat() as PostingsRow[]).flatMap(postingsIn);
  expect(postings.map(({ debit }) => debit)).toEqual(Array.from({ length: 12_000 }, (_, i) => i));
  expect(requests).toBeGreaterThan(8);
  expect(status.live().lastError?.code).toMatch(/^hub/);
});

test('a used or forgotten nonce is replaced by the one that came with the refusal', async () => {
  const hub = await startFakeHub();
  const { world } = await machine(hub);
  let once = true;
  hub.state.trouble = (path) => {
    if (!path.endsWith('/poll') || !once) return null;
    once = false;
    return { status: 401, code: 'bad_nonce' };
  };
  serving(world);
  const order = hub.order(march);
  await until(() => order.end !== null);
  expect(order.end).toMatchObject({ ok: true });
});

test('a cancelled order is broken off in the middle of its call', async () => {
  const hub = await startFakeHub();
  const { world, datev } = await machine(hub);
  datev.state.hold = new Promise(() => {});
  const { status } = serving(world);
  const order = hub.order(march);
  await until(() => datev.state.asked.length === 1);
  hub.state.cancelled.push(order.id);
  hub.state.wake();
  await until(() => status.live().orders[0]?.result === 'dropped');
  expect(order.end).toBeNull();
  await until(() => datev.state.inside === 0);
});

test('revoked: it stops working, keeps its state, and works again when paired anew', async () => {
  const hub = await startFakeHub();
  const { world } = await machine(hub);
  const { status } = serving(world);
  await until(() => status.live().pairing === 'confirmed');
  hub.state.revoked = true;
  hub.state.wake();
  await until(() => status.live().pairing === 'revoked');
  const { requests } = hub.state;
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(hub.state.requests).toBe(requests);
  Object.assign(hub.state, { revoked: false, codeUsed: false, connectorId: otherGuid });
  const { terminal } = testTerminal({ files: { v: hub.connectionFile() } });
  await runCommand(world, terminal, { name: 'install', file: 'v', fingerprint: null, datev: noDatev });
  await until(() => status.live().pairing === 'confirmed');
});

test('a new key pair when the hub asks for it, also when its answer gets lost', async () => {
  const hub = await startFakeHub();
  const { world } = await machine(hub);
  const before = hub.state.publicKey;
  let lost = true;
  hub.state.trouble = (path) => {
    if (!path.endsWith('/key') || !lost) return null;
    lost = false;
    return 'hangUp';
  };
  hub.state.changeKey = true;
  const { status } = serving(world);
  await until(() => hub.state.publicKey !== before);
  const order = hub.order(march);
  await until(() => order.end !== null);
  expect(order.end).toMatchObject({ ok: true });
  expect(status.live().pairing).toBe('confirmed');
  await expect(readFile(join(world.folders.state, 'secrets', 'nextConnectorKey'))).rejects.toThrow('ENOENT');
  // What the machine shows is the new key's, so that people compare what is in use.
  const { fingerprint } = (await readPairing(world.folders)) ?? {};
  expect(fingerprint).toBe(fingerprintOf(hub.state.publicKey ?? ''));
});

test('DATEVconnect down: the order ends with its code, and the hub hears it with the sign of life', async () => {
  const hub = await startFakeHub();
  const { world, datev } = await machine(hub);
  datev.state.broken = 503;
  const { status } = serving(world);
  const order = hub.order(march);
  await until(() => order.end !== null);
  expect(order.end).toMatchObject({ ok: false, code: 'unavailable' });
  await until(() => hub.state.polls.some(({ lastError }) => lastError?.code === 'unavailable'));
  datev.state.broken = null;
  const probe = hub.order({ kind: 'probe', clientGuid: guid });
  await until(() => probe.end !== null);
  await until(() => status.live().datev?.code === 'ok');
});

test('what changes while a poll waits is told at once: a release, an error, its end', async () => {
  const hub = await startFakeHub({ pollMs: 60_000 });
  const { world, datev } = await machine(hub);
  const { status } = serving(world);
  await until(() => hub.state.openPolls === 1);
  await releaseClients(world.folders, [{ guid: otherGuid, number: '10002', name: 'Geheim AG', releasedAt: '' }]);
  await until(() => hub.state.polls.at(-1)?.released.length === 2);
  datev.state.broken = 503;
  const order = hub.order(march);
  await until(() => order.end !== null);
  await until(() => hub.state.polls.at(-1)?.lastError?.code === 'unavailable');
  datev.state.broken = null;
  const again = hub.order(march);
  await until(() => again.end !== null);
  await until(() => hub.state.polls.at(-1)?.lastError === null);
  expect(status.live().hub.error).toBeNull();
});

test('a client withdrawn on the machine is refused from then on', async () => {
  const hub = await startFakeHub();
  const { world } = await machine(hub);
  serving(world);
  const before = hub.order(march);
  await until(() => before.end !== null);
  await runCommand(world, testTerminal().terminal, { name: 'withdraw', guids: [guid] });
  const after = hub.order(march);
  await until(() => after.end !== null);
  expect(after.end).toMatchObject({ ok: false, detail: 'clientNotReleased' });
});

test('an order that the machine is not set up for says so', async () => {
  const hub = await startFakeHub();
  const { world } = await machine(hub);
  await writeSettings(world.folders, { statusPort: 58_460, update: { on: false } });
  serving(world);
  const order = hub.order(march);
  await until(() => order.end !== null);
  expect(order.end).toMatchObject({ ok: false, code: 'unexpected' });
});

test('whether there is a newer version is asked only where somebody switched that on', async () => {
  const hub = await startFakeHub();
  const { world } = await machine(hub);
  const asked: string[] = [];
  hub.state.trouble = (path) => {
    asked.push(path);
    return null;
  };
  let looks = 0;
  const { wait } = world;
  // Days go by.
  world.wait = async (ms, signal) => {
    if (ms >= 300_000) looks += 1;
    return wait(ms >= 300_000 ? 1000 : ms, signal);
  };
  serving(world);
  await until(() => looks > 3);
  const updates = () => asked.filter((path) => path.endsWith('/update'));
  expect(updates()).toEqual([]);
  await writeSettings(world.folders, { ...(await readSettings(world.folders)), update: { on: true } });
  await until(() => updates().length > 0);
});
