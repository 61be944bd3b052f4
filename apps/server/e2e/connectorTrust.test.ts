import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type ConnectionFile, partLimits, signingPurposes } from '@bruecke/contract';
import type { ConnectorRow } from '@bruecke/model';
import { rawPublicKey, signFor, signingKeyFromSeed, verifyFor } from '@bruecke/proof';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../src/db/testDatabase.ts';
import { testFirms } from '../src/testFirms.ts';
import { day, hour, minute } from '../src/testServices.ts';
import { createTestConnector, type LinkAnswer, readConnectionFile, type TestConnector } from './testConnector.ts';
import { type Answer, type Request, type SignedIn, startTestServer, type TestServer } from './testServer.ts';

// Row "trust" of the requirement: whatever is not right is refused with its own code, told, and stands in the Protokoll.

let db: TestDatabase;
let server: TestServer;
let make: ReturnType<typeof testFirms>;
beforeAll(async () => {
  db = await createTestDatabase();
  // A poll without orders answers at once.
  server = await startTestServer(db, { seed: 91, datasets: [], wait: async () => undefined });
  make = testFirms(db, server.services);
});
afterAll(async () => {
  await server.stop();
  await db.close();
});

type World = {
  firmId: string;
  admin: SignedIn;
  mandantId: string;
  connector: TestConnector;
  file: ConnectionFile;
};
let world: World;
let seeds = 100;
const newConnector = () => {
  seeds += 1;
  return createTestConnector(server.url, { seed: seeds });
};

const guid = '7f2c1d1e-0000-4000-8000-0000000000aa';

beforeEach(async () => {
  const firm = await make.firm('Kanzlei Nord', { consultantNumber: 200_000 + seeds });
  const admin = await server.signIn(firm.admin);
  const { id: mandantId } = await make.mandant('Muster GmbH', { firmId: firm.id, mandantNumber: 12 });
  const file = await createFile(firm.id, admin);
  const connector = newConnector();
  world = { firmId: firm.id, admin, mandantId, connector, file };
});

async function ok(who: SignedIn, request: Request): Promise<Answer> {
  const answer = await server.ask(who, request);
  if (answer.status >= 300) throw new Error(`${request.method} ${request.path}: ${answer.status} ${answer.text}`);
  return answer;
}
const f = (rest: string) => `/firms/${world.firmId}/connectors${rest}`;

async function createFile(firmId: string, admin: SignedIn): Promise<ConnectionFile> {
  const answer = await ok(admin, { method: 'POST', path: `/firms/${firmId}/connectors/files` });
  return readConnectionFile(answer.text);
}

/** Paired and confirmed; its first orders (probe, list of clients) are still open. */
async function paired(): Promise<TestConnector> {
  const { connector, file, admin } = world;
  expect((await connector.pair(file.code)).status).toBe(200);
  await ok(admin, {
    method: 'POST',
    path: f(`/${connector.state.connectorId}/confirm`),
    body: { fingerprint: connector.state.fingerprint },
  });
  return connector;
}

const refused = (answer: LinkAnswer) => [answer.status, answer.code];
const history = async (): Promise<{ kind: string; reason: string | null }[]> =>
  db.sql<{ kind: string; reason: string | null }>(
    `select kind, data ->> 'reason' as reason from firm_history where firm_id = $1 and kind like 'connector.%' order by at, id`,
    [world.firmId],
  );
const reasons = async () =>
  (await history()).filter((one) => one.kind === 'connector.refused').map((one) => one.reason);

describe('a Verbindungsdatei', () => {
  it('pins the instance and is signed by its key', () => {
    const { signature, ...content } = world.file;
    const { instanceKey } = server.services;
    expect(content).toMatchObject({
      format: 'bruecke-connection-file-v1',
      server: 'https://bruecke.example',
      firmName: 'Kanzlei Nord',
      instanceKey: rawPublicKey(instanceKey.public),
      tls: { kind: 'spki' },
    });
    expect(Date.parse(content.expiresAt) - Date.parse(content.issuedAt)).toBe(day);
    expect(verifyFor(signingPurposes.connectionFile, content, signature, instanceKey.public)).toBe(true);
    expect(verifyFor(signingPurposes.order, content, signature, instanceKey.public)).toBe(false);
  });

  it('keeps its code out of the database', async () => {
    const [row] = await db.sql<{ text: string }>(
      'select connector_files::text as text from connector_files where firm_id = $1',
      [world.firmId],
    );
    expect(row?.text).not.toContain(world.file.code);
    const lines = server.services.lines.join('\n');
    expect(lines).not.toContain(world.file.code);
  });

  it('pairs one connector, once; used again, by whomever, it is refused and the firm is told', async () => {
    const { connector, file } = world;
    const answer = await connector.pair(file.code);
    expect(answer.json).toMatchObject({ firmName: 'Kanzlei Nord', fingerprint: connector.state.fingerprint });
    expect(connector.state.fingerprint).toMatch(/^([A-Z2-7]{4}-){12}[A-Z2-7]{4}$/);
    const thief = newConnector();
    expect(refused(await thief.pair(file.code))).toEqual([410, 'pairing_code_used']);
    expect(refused(await connector.pair(file.code))).toEqual([410, 'pairing_code_used']);
    expect(await history()).toEqual([
      { kind: 'connector.fileCreated', reason: null },
      { kind: 'connector.paired', reason: null },
      { kind: 'connector.refused', reason: 'codeUsed' },
    ]);
    const list = await ok(world.admin, { method: 'GET', path: f('') });
    expect(JSON.parse(list.text)).toMatchObject({
      connectors: [{ state: 'unconfirmed', machine: connector.machine, fingerprint: connector.state.fingerprint }],
      files: [{ state: 'used', connectorId: connector.state.connectorId }],
    });
  });

  it('is good for one of two who use it at the same moment', async () => {
    const other = newConnector();
    const answers = await Promise.all([world.connector.pair(world.file.code), other.pair(world.file.code)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 410]);
  });

  it('is refused after 24 hours, and after it was withdrawn', async () => {
    const { firmId, admin, connector } = world;
    server.services.clock.forward(minute);
    const second = await createFile(firmId, admin);
    const { files } = JSON.parse((await ok(admin, { method: 'GET', path: f('') })).text);
    await ok(admin, { method: 'DELETE', path: f(`/files/${files[0].id}`) });
    expect(refused(await connector.pair(second.code))).toEqual([410, 'pairing_code_withdrawn']);
    server.services.clock.forward(day);
    expect(refused(await world.connector.pair(world.file.code))).toEqual([410, 'pairing_code_expired']);
    expect(await reasons()).toEqual(['codeWithdrawn', 'codeExpired']);
  });

  it('cannot be guessed: twenty tries from a network, then none for a while; the operator is told', async () => {
    server.services.clock.forward(hour);
    const tries: unknown[] = [];
    for (let n = 0; n < 21; n += 1) tries.push((await world.connector.pair(`guess-${n}-${'x'.repeat(30)}`)).code);
    expect(tries.slice(0, 20)).toEqual(Array(20).fill('pairing_code_unknown'));
    expect(tries[20]).toBe('too_many_requests');
    expect((await world.connector.pair(world.file.code)).code).toBe('too_many_requests');
    const told = await db.sql(
      "select from instance_history where kind = 'connector.refused' and data ->> 'reason' = 'codeUnknown'",
    );
    expect(told).toHaveLength(20);
    server.services.clock.forward(16 * minute);
    expect((await world.connector.pair(world.file.code)).status).toBe(200);
  });

  it('is for Kanzlei-Admins alone', async () => {
    const boss = await server.signIn(await make.member(world.mandantId, 'Mona Admin'));
    const user = await server.signIn(await make.staff(world.firmId, 'Ulf Nutzer', 'user', true));
    const request: Request = { method: 'POST', path: f('/files') };
    expect((await server.ask(boss, request)).status).toBe(404);
    expect(JSON.parse((await server.ask(user, request)).text)).toMatchObject({ status: 403, code: 'right_missing' });
  });
});

describe('a connector', () => {
  it('gets no orders before an admin confirmed the fingerprint that it shows', async () => {
    const { connector, file, admin } = world;
    await connector.pair(file.code);
    expect((await connector.poll({ released: [guid] })).json).toEqual({
      state: 'unconfirmed',
      orders: [],
      cancelled: [],
      changeKey: false,
    });
    const confirm = (fingerprint: string): Request => ({
      method: 'POST',
      path: f(`/${connector.state.connectorId}/confirm`),
      body: { fingerprint },
    });
    const wrong = await server.ask(admin, confirm(`AAAA${connector.state.fingerprint.slice(4)}`));
    expect(JSON.parse(wrong.text)).toMatchObject({ code: 'fingerprint_does_not_match' });
    await ok(admin, confirm(connector.state.fingerprint.toLowerCase().replaceAll('-', ' ')));
    const orders = await connector.orders({ released: [guid] });
    expect(orders.map((order) => order.order.kind).sort()).toEqual(['listClients', 'probe']);
    for (const { signature, ...content } of orders) {
      expect(content.connectorId).toBe(connector.state.connectorId);
      expect(verifyFor(signingPurposes.order, content, signature, server.services.instanceKey.public)).toBe(true);
    }
  });

  it('is refused without a signature, with a wrong one, and for another body, address or connector', async () => {
    const connector = await paired();
    const poll = (forged: Parameters<TestConnector['poll']>[1]) => connector.poll({}, forged);
    expect(refused(await poll({ unsigned: true }))).toEqual([401, 'signature_refused']);
    expect(refused(await poll({ key: signingKeyFromSeed(Buffer.alloc(32, 1)) }))).toEqual([401, 'signature_refused']);
    expect(refused(await poll({ signedPath: '/connector-link/key' }))).toEqual([401, 'signature_refused']);
    expect(refused(await poll({ headers: { signature: 'sig1=:AAAA:' } }))).toEqual([401, 'signature_refused']);
    const digest = 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:';
    expect(refused(await poll({ digest }))).toEqual([400, 'digest_mismatch']);
    expect(refused(await poll({ headers: { 'content-digest': digest } }))).toEqual([400, 'digest_mismatch']);
    const stranger = randomUUID();
    await connector.askNonce(stranger);
    expect(refused(await poll({ connectorId: stranger }))).toEqual([401, 'connector_revoked']);
    // Several in an hour are one entry: nobody can fill the chain.
    expect(await reasons()).toEqual(['signature']);
    await connector.askNonce();
    expect((await connector.poll()).status).toBe(200);
  });

  it('is refused when a request comes a second time, and goes on with the nonce of that answer', async () => {
    const connector = await paired();
    expect((await connector.poll()).status).toBe(200);
    const { nonce } = connector.state;
    expect(refused(await connector.replay())).toEqual([401, 'bad_nonce']);
    expect(connector.state.nonce).not.toBe(nonce);
    expect(await reasons()).toEqual(['replayed']);
    expect((await connector.poll()).status).toBe(200);
  });

  it('is refused with a nonce of its own making, of another connector, or older than five minutes', async () => {
    const connector = await paired();
    const made = Buffer.alloc(38, 7).toString('base64url');
    expect(refused(await connector.poll({}, { nonce: made }))).toEqual([401, 'bad_nonce']);
    await connector.askNonce(randomUUID());
    expect(refused(await connector.poll())).toEqual([401, 'bad_nonce']);
    server.services.clock.forward(5 * minute + 1000);
    expect(refused(await connector.poll())).toEqual([401, 'bad_nonce']);
    // An old one is no sign of anybody else; only what came twice is told.
    expect(await reasons()).toEqual([]);
    expect((await connector.poll()).status).toBe(200);
  });

  it('is out at once when it is revoked: polls, rows, ends; and cannot come back with its old file', async () => {
    const connector = await paired();
    const [order] = await connector.orders({ released: [guid] });
    if (!order) throw new Error('no order');
    await ok(world.admin, { method: 'POST', path: f(`/${connector.state.connectorId}/revoke`) });
    expect(refused(await connector.poll())).toEqual([401, 'connector_revoked']);
    expect(refused(await connector.part(order, 1, []))).toEqual([401, 'connector_revoked']);
    expect(refused(await connector.end(order, { ok: true, rows: 0, calls: 1 }))).toEqual([401, 'connector_revoked']);
    expect(refused(await connector.pair(world.file.code))).toEqual([410, 'pairing_code_used']);
    expect(
      await db.sql("select from connector_orders where connector_id = $1 and state in ('waiting', 'handedOut')", [
        connector.state.connectorId,
      ]),
    ).toEqual([]);
    expect((await history()).map((one) => one.kind)).toContain('connector.revoked');
    expect(await reasons()).toEqual(['revoked', 'codeUsed']);
    const list = await ok(world.admin, { method: 'GET', path: f('') });
    expect(JSON.parse(list.text).connectors).toMatchObject([{ state: 'revoked', revokedBy: 'Kanzlei Nord Admin' }]);
    await ok(world.admin, { method: 'DELETE', path: f(`/${connector.state.connectorId}`) });
    expect(JSON.parse((await ok(world.admin, { method: 'GET', path: f('') })).text).connectors).toEqual([]);
    expect(refused(await connector.poll())).toEqual([401, 'connector_revoked']);
  });

  it('changes its key when an admin asks for it, and only then; the old one ends', async () => {
    const connector = await paired();
    const next = signingKeyFromSeed(Buffer.alloc(32, 77));
    expect(refused(await connector.changeKey(next))).toEqual([409, 'key_change_refused']);
    await ok(world.admin, { method: 'POST', path: f(`/${connector.state.connectorId}/key-change`) });
    expect((await connector.poll()).json).toMatchObject({ changeKey: true });
    const foreign = signFor(
      signingPurposes.connectorKey,
      { connectorId: randomUUID(), publicKey: rawPublicKey(next.public) },
      next,
    );
    expect(refused(await connector.changeKey(next, { proof: foreign }))).toEqual([409, 'key_change_refused']);
    expect(refused(await connector.changeKey(next, { key: next }))).toEqual([401, 'signature_refused']);
    expect((await connector.changeKey(next)).status).toBe(200);
    expect(refused(await connector.poll())).toEqual([401, 'signature_refused']);
    connector.state.key = next;
    // Confirmed it stays: the change was asked for and signed with the key that was confirmed.
    expect((await connector.poll()).json).toMatchObject({ state: 'confirmed', changeKey: false });
    expect((await history()).map((one) => one.kind)).toEqual(
      expect.arrayContaining(['connector.keyChangeAsked', 'connector.keyRotated']),
    );
  });

  it('that says it refused something is told in the Protokoll, once each time', async () => {
    const connector = await paired();
    const error = { code: 'orderForeignKey', detail: 'order 1' };
    await connector.poll({ lastError: error });
    await connector.poll({ lastError: error });
    await connector.poll({ lastError: null });
    // Told once, it stands on the page for an hour.
    const shown = async () =>
      JSON.parse((await ok(world.admin, { method: 'GET', path: f('') })).text).connectors[0].lastError?.code ?? null;
    expect(await shown()).toBe('orderForeignKey');
    expect(await reasons()).toEqual(['orderForeignKey']);
    for (const code of [
      'callNotAllowed',
      'clientNotReleased',
      'updateForeignKey',
      'serverCertificateWrong',
      'datevCertificateWrong',
    ])
      await connector.poll({ lastError: { code, detail: null } });
    await connector.poll({ lastError: { code: 'connectionRefused', detail: null } });
    expect(await reasons()).toEqual([
      'orderForeignKey',
      'callNotAllowed',
      'clientNotReleased',
      'updateForeignKey',
      'serverCertificateWrong',
      'datevCertificateWrong',
    ]);
    expect(await shown()).toBe('connectionRefused');
    await connector.poll({ lastError: null });
    expect(await shown()).toBe(null);
  });
});

describe('what a connector sends', () => {
  const client: ConnectorRow = { row: 'client', guid, number: '10012', name: 'Muster GmbH' };

  async function listing(): Promise<{ connector: TestConnector; order: { id: string; attempt: number } }> {
    const connector = await paired();
    const orders = await connector.orders({ released: [guid] });
    const order = orders.find((one) => one.order.kind === 'listClients');
    if (!order) throw new Error('no order');
    return { connector, order };
  }

  it('is taken once, in order, and refused with the number that is missing', async () => {
    const { connector, order } = await listing();
    const gap = await connector.part(order, 2, [client]);
    expect([...refused(gap), Object(gap.json).expected]).toEqual([409, 'part_gap', 1]);
    expect((await connector.part(order, 1, [client])).status).toBe(204);
    expect((await connector.part(order, 1, [client])).status).toBe(204);
    expect((await connector.part(order, 2, [{ ...client, guid: randomUUID() }])).status).toBe(204);
    expect((await connector.end(order, { ok: true, rows: 2, calls: 1 })).status).toBe(204);
    expect((await connector.end(order, { ok: true, rows: 2, calls: 1 })).status).toBe(204);
    const [row] = await db.sql('select count(*)::int as count from connector_clients where connector_id = $1', [
      connector.state.connectorId,
    ]);
    expect(row).toEqual({ count: 2 });
    expect(refused(await connector.part(order, 3, [client]))).toEqual([410, 'order_gone']);
  });

  it('begins anew when rows are missing at the end, under the next attempt; the old one takes nothing more', async () => {
    const { connector, order } = await listing();
    await connector.part(order, 1, [client]);
    expect(refused(await connector.end(order, { ok: true, rows: 2, calls: 1 }))).toEqual([409, 'rows_differ']);
    expect(refused(await connector.part(order, 2, [client]))).toEqual([410, 'order_gone']);
    const again = (await connector.orders({ released: [guid] })).find((one) => one.id === order.id);
    expect(again?.attempt).toBe(2);
    expect(refused(await connector.part(order, 1, [client]))).toEqual([410, 'order_gone']);
    if (!again) throw new Error('not given again');
    await connector.part(again, 1, [client]);
    expect((await connector.end(again, { ok: true, rows: 1, calls: 1 })).status).toBe(204);
  });

  it('of an order of somebody else, or of none, is refused alike, and told', async () => {
    const { order } = await listing();
    const first = world;
    const firm = await make.firm('Kanzlei Süd', { consultantNumber: 900_000 + seeds });
    const admin = await server.signIn(firm.admin);
    world = { ...world, firmId: firm.id, admin, connector: newConnector(), file: await createFile(firm.id, admin) };
    const stranger = await paired();
    const foreign = await stranger.part(order, 1, [client]);
    const none = await stranger.part({ id: randomUUID(), attempt: 1 }, 1, [client]);
    const bare = (answer: LinkAnswer) => ({ ...Object(answer.json), requestId: '' });
    expect(refused(foreign)).toEqual([410, 'order_gone']);
    expect(bare(foreign)).toEqual(bare(none));
    expect(await reasons()).toEqual(['foreignOrder']);
    expect(refused(await stranger.end(order, { ok: true, rows: 0, calls: 0 }))).toEqual([410, 'order_gone']);
    world = first;
    expect(await reasons()).toEqual([]);
  });

  it('is refused when it does not fit: shapes, kinds, values, bombs, lines and bodies too large', async () => {
    const { connector, order } = await listing();
    const lines = (text: string) => gzipSync(text);
    const tries: [string, number, Buffer | ConnectorRow[]][] = [
      ['rows_refused', 400, Buffer.from('no gzip')],
      ['rows_refused', 400, lines('{"row":"client"}')],
      ['rows_refused', 400, [{ row: 'term', id: '1', caption: 'x', dueInDays: null }]],
      ['rows_refused', 400, [{ ...client, name: 'a\u0000b' }]],
      ['part_too_large', 413, lines(' '.repeat(partLimits.hardBytes + 1))],
      ['part_too_large', 413, lines(JSON.stringify({ ...client, name: 'x'.repeat(partLimits.hardLineBytes) }))],
    ];
    for (const [code, status, body] of tries)
      expect([code, ...refused(await connector.part(order, 1, body))]).toEqual([code, status, code]);
    const heavy = await connector.part(order, 1, Buffer.alloc(partLimits.hardCompressedBytes + 1, 1));
    expect(heavy.status).toBe(413);
    await connector.askNonce();
    expect(await reasons()).toEqual(['rows']);
    // Nothing of it counts: the order is where it was.
    expect((await connector.part(order, 1, [client])).status).toBe(204);
    expect((await connector.end(order, { ok: true, rows: 1, calls: 1 })).status).toBe(204);
  });

  it('that an order was outside of its lists is told in the Protokoll', async () => {
    const { connector, order } = await listing();
    const end = { ok: false, rows: 0, calls: 0, code: 'refusedByConnector', detail: 'client' } as const;
    expect((await connector.end(order, end)).status).toBe(204);
    expect(await reasons()).toEqual(['orderRefused']);
  });
});
