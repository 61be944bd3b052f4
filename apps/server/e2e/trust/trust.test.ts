import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionFile, releasePurpose, signingPurposes } from '@bruecke/contract';
import { createOnPremSandbox, serveOnPrem } from '@bruecke/datev-sandbox';
import { rawPublicKey, signFor, signingKeyFromSeed } from '@bruecke/proof';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readVersions } from '../../../connector/src/update/versions.ts';
import { createTestDatabase, type TestDatabase } from '../../src/db/testDatabase.ts';
import { testFirms } from '../../src/testFirms.ts';
import { day, minute } from '../../src/testServices.ts';
import { createTestConnector, type LinkAnswer, readConnectionFile, type TestConnector } from '../testConnector.ts';
import { type Request, type SignedIn, startTestServer, type TestServer } from '../testServer.ts';
import { type Front, startFront } from './front.ts';
import { eventually, type Machine, pinCa, startMachine } from './machine.ts';

// The row "trust" of the requirement, a test each: what is not right is refused, is told to who is there to hear it, and stands in the
// Protokoll. What the hub refuses is asked by a connector that does as it likes; what the connector refuses is the real one's doing, with a
// hub in front of it that somebody has taken over. (connectorTrust.test.ts has the many ways of each.)

let db: TestDatabase;
let front: Front;
let server: TestServer;
let make: ReturnType<typeof testFirms>;
beforeAll(async () => {
  db = await createTestDatabase();
  front = await startFront();
  // A poll without orders answers soon.
  server = await startTestServer(db, { seed: 97, datasets: [], wait: () => sleep(20), publicUrl: front.url });
  front.upstream = server.url;
  make = testFirms(db, server.services);
});
afterAll(async () => {
  await front?.stop();
  await server?.stop();
  await db?.close();
});
afterEach(() => {
  front.forge = () => null;
});

let firmId: string;
let mandantId: string;
let admin: SignedIn;
let file: ConnectionFile;
let seeds = 0;
beforeEach(async () => {
  // Tries to pair are counted by network and quarter of an hour.
  server.services.clock.forward(20 * minute);
  seeds += 1;
  const firm = await make.firm('Kanzlei Nord', { consultantNumber: 200_000 + seeds });
  firmId = firm.id;
  admin = await server.signIn(firm.admin);
  mandantId = (await make.mandant('Muster GmbH', { firmId, mandantNumber: 12 })).id;
  file = readConnectionFile((await ok({ method: 'POST', path: `/firms/${firmId}/connectors/files` })).text);
});

async function ok(request: Request) {
  const answer = await server.ask(admin, request);
  if (answer.status >= 300) throw new Error(`${request.method} ${request.path}: ${answer.status} ${answer.text}`);
  return answer;
}
const confirm = (connectorId: string, fingerprint: string) =>
  ok({ method: 'POST', path: `/firms/${firmId}/connectors/${connectorId}/confirm`, body: { fingerprint } });

const newConnector = () => {
  seeds += 1;
  return createTestConnector(server.url, { seed: seeds, publicUrl: front.url });
};
async function pairedConnector(): Promise<TestConnector> {
  const connector = newConnector();
  await connector.pair(file.code);
  await confirm(connector.state.connectorId, connector.state.fingerprint);
  return connector;
}
async function pairedMachine(given: Omit<Parameters<typeof startMachine>[1], 'now'> = {}): Promise<Machine> {
  const machine = await startMachine(pinCa(file, front.ca, server.services.instanceKey), {
    now: server.services.now,
    ...given,
  });
  await confirm(machine.connectorId, machine.fingerprint);
  await eventually('it knows that it is confirmed', async () => machine.live().pairing === 'confirmed');
  return machine;
}

/** Refused with this code, and told in words what happened and what comes next. */
function expectRefused({ status, json }: { status: number; json: unknown }, code: string): void {
  expect(status).toBeGreaterThanOrEqual(400);
  expect(json).toMatchObject({ code, messages: { de: expect.stringMatching(/\w/), en: expect.stringMatching(/\w/) } });
}
const problem = ({ status, text }: { status: number; text: string }) => ({ status, json: JSON.parse(text) as unknown });

async function reasons(): Promise<string[]> {
  const rows = await db.sql<{ reason: string }>(
    "select data ->> 'reason' as reason from firm_history where firm_id = $1 and kind = 'connector.refused' order by at, id",
    [firmId],
  );
  return rows.map(({ reason }) => reason);
}
async function shownToAdmin() {
  const { connectors, files } = JSON.parse((await ok({ method: 'GET', path: `/firms/${firmId}/connectors` })).text);
  return { connectors, files };
}

/** Told on the machine's status page, on the firm's page Konnektoren, and in its Protokoll. */
async function expectToldBy(machine: Machine, code: string): Promise<void> {
  await eventually(`${code} in the Protokoll`, async () => (await reasons()).includes(code));
  expect(await machine.shows(code)).toBe(true);
  // An order's end comes before the poll that tells of it.
  await eventually(`${code} on the page`, async () => (await shownToAdmin()).connectors[0]?.lastError?.code === code);
}

describe('refused by the hub, told, and in the Protokoll:', () => {
  it('a pairing code used twice', async () => {
    const connector = newConnector();
    expect((await connector.pair(file.code)).status).toBe(200);
    expectRefused(await connector.pair(file.code), 'pairing_code_used');
    expect(await reasons()).toEqual(['codeUsed']);
    expect((await shownToAdmin()).connectors).toHaveLength(1);
  });

  it('a pairing code that has expired', async () => {
    server.services.clock.forward(day + 1000);
    expectRefused(await newConnector().pair(file.code), 'pairing_code_expired');
    expect(await reasons()).toEqual(['codeExpired']);
    admin = await server.signIn(admin);
    expect(await shownToAdmin()).toMatchObject({ connectors: [], files: [{ state: 'expired' }] });
  });

  it('a guessed pairing code: twenty tries from a network, and then not even the right one', async () => {
    const guessed: LinkAnswer[] = [];
    for (let n = 0; n < 20; n += 1) guessed.push(await newConnector().pair(`guess-${n}-${'x'.repeat(30)}`));
    for (const answer of guessed) expectRefused(answer, 'pairing_code_unknown');
    expectRefused(await newConnector().pair(file.code), 'too_many_requests');
    // It names no firm: the operator's Protokoll has it.
    const told = await db.sql("select from instance_history where kind = 'connector.refused'");
    expect(told.length).toBe(20);
  });

  it('a stolen Verbindungsdatei after its use: neither pairs nor speaks for the connector', async () => {
    const connector = await pairedConnector();
    const thief = newConnector();
    expectRefused(await thief.pair(file.code), 'pairing_code_used');
    const { connectorId } = connector.state;
    await thief.askNonce(connectorId);
    expectRefused(await thief.poll({}, { connectorId }), 'signature_refused');
    expect(await reasons()).toEqual(['codeUsed', 'signature']);
    expect(await shownToAdmin()).toMatchObject({ connectors: [{ id: connectorId }], files: [{ state: 'used' }] });
  });

  it('a revoked connector, which says so on its machine', async () => {
    const machine = await pairedMachine();
    await ok({ method: 'POST', path: `/firms/${firmId}/connectors/${machine.connectorId}/revoke` });
    await eventually('it has heard', async () => machine.live().pairing === 'revoked');
    expect(await machine.shows('revoked')).toBe(true);
    expect((await shownToAdmin()).connectors).toMatchObject([{ state: 'revoked' }]);
  });

  it('a revoked connector that asks all the same', async () => {
    const connector = await pairedConnector();
    await ok({ method: 'POST', path: `/firms/${firmId}/connectors/${connector.state.connectorId}/revoke` });
    expectRefused(await connector.poll(), 'connector_revoked');
    expect(await reasons()).toEqual(['revoked']);
  });

  it('a Mandanten-Admin, or a Kanzleinutzer, asking for a Verbindungsdatei', async () => {
    const boss = await server.signIn(await make.member(mandantId, 'Mona Admin'));
    const user = await server.signIn(await make.staff(firmId, 'Ulf Nutzer', 'user', true));
    const stranger = await server.signIn((await make.firm('Kanzlei Süd', { consultantNumber: 300_000 + seeds })).admin);
    const request: Request = { method: 'POST', path: `/firms/${firmId}/connectors/files` };
    expectRefused(problem(await server.ask(boss, request)), 'not_found');
    expectRefused(problem(await server.ask(user, request)), 'right_missing');
    expect(await reasons()).toEqual(['fileForbidden', 'fileForbidden']);
    // Who has nothing to do with the firm writes nothing into its Protokoll.
    expectRefused(problem(await server.ask(stranger, request)), 'not_found');
    expect(await reasons()).toHaveLength(2);
    expect((await shownToAdmin()).files).toHaveLength(1);
  });

  it('a replayed request', async () => {
    const connector = await pairedConnector();
    expect((await connector.poll()).status).toBe(200);
    expectRefused(await connector.replay(), 'bad_nonce');
    expect(await reasons()).toEqual(['replayed']);
  });
});

describe('refused by the connector, told on its status page and on the page Konnektoren, and in the Protokoll:', () => {
  /** The hub's next answer to a poll brings this order, with the hub's own signature. */
  function askOnce(machine: Machine, order: Record<string, unknown>): void {
    const at = server.services.now().getTime();
    const content = {
      id: randomUUID(),
      attempt: 1,
      issuedAt: new Date(at).toISOString(),
      expiresAt: new Date(at + 60 * minute).toISOString(),
      connectorId: machine.connectorId,
      order,
    };
    const signed = { ...content, signature: signFor(signingPurposes.order, content, server.services.instanceKey) };
    let given = false;
    front.forge = (path, answer) => {
      if (given || !path.endsWith('/poll') || !Array.isArray(answer['orders'])) return null;
      given = true;
      return { ...answer, orders: [...answer['orders'], signed] };
    };
  }

  /** DATEVconnect with the books of one client, which the machine has not released. */
  async function datevconnect() {
    const books = { name: 'Muster GmbH', consultantNumber: 1, clientNumber: 12, postingsPerYear: 200 };
    const years = [{ begin: '2026-01-01', end: '2026-12-31' }];
    const sandbox = createOnPremSandbox({
      user: 'KANZLEI\\leser',
      password: 'geheim',
      books: [{ ...books, seed: 'trust', years, today: '2026-03-02' }],
    });
    const served = await serveOnPrem(sandbox);
    onTestFinished(() => served.close());
    const spki = new X509Certificate(served.certificate).publicKey.export({ type: 'spki', format: 'der' });
    const pin = createHash('sha256').update(spki).digest('base64');
    return { sandbox, datev: { origin: served.origin, auth: 'basic' as const, user: sandbox.user, pin } };
  }

  /** A machine whose DATEVconnect answers: it has made the probe that its confirmation asks for. */
  async function workingMachine() {
    const { sandbox, datev } = await datevconnect();
    const machine = await pairedMachine({ settings: { datev }, password: sandbox.password });
    await eventually('DATEVconnect has answered', async () => {
      const { orders } = machine.live();
      return orders.length > 0 && orders.every(({ result }) => result === 'done');
    });
    const before = sandbox.control.callCounts();
    expect(before).not.toEqual({});
    return { machine, sandbox, before };
  }

  it('the hub asking for a call outside the list', async () => {
    const { machine, sandbox, before } = await workingMachine();
    askOnce(machine, { kind: 'writePostings', clientGuid: randomUUID(), fiscalYearId: '20260101' });
    await expectToldBy(machine, 'callNotAllowed');
    expect(machine.live().orders).toContainEqual(
      expect.objectContaining({ kind: 'unknown', result: 'refused', code: 'callNotAllowed', calls: 0 }),
    );
    expect(sandbox.control.callCounts()).toEqual(before);
  });

  it('the hub asking for a client that was not released on the machine', async () => {
    const { machine, sandbox, before } = await workingMachine();
    askOnce(machine, { kind: 'listYears', clientGuid: sandbox.control.books()[0]?.guid });
    await expectToldBy(machine, 'clientNotReleased');
    expect(machine.live().orders).toContainEqual(
      expect.objectContaining({ kind: 'listYears', result: 'refused', code: 'clientNotReleased', calls: 0 }),
    );
    expect(sandbox.control.callCounts()).toEqual(before);
  });

  it('an update with a foreign key, be it the hub’s own', async () => {
    const release = { version: '9.0.0', sha256: 'a'.repeat(64), size: 7 };
    const { instanceKey } = server.services;
    const offered = { ...release, signature: signFor(releasePurpose, release, instanceKey) };
    let wanted = 0;
    front.forge = (path, answer) => {
      if (!path.endsWith('/update') || !('release' in answer)) return null;
      wanted += 1;
      return { release: offered, program: Buffer.from('program').toString('base64') };
    };
    const releaseKey = rawPublicKey(signingKeyFromSeed(Buffer.alloc(32, 3)).public);
    const machine = await pairedMachine({ releaseKey, settings: { update: { on: true } } });
    await expectToldBy(machine, 'updateForeignKey');
    expect(wanted).toBeGreaterThan(0);
    expect(await readVersions(machine.world.folders)).toMatchObject({ current: null, pending: null });
  });

  it('a wrong certificate of the hub: not a byte is sent, and what was seen is told when the right one is back', async () => {
    const machine = await pairedMachine();
    front.showStrangersCertificate(true);
    await eventually('it has seen it', async () => machine.live().hub.error?.code === 'serverCertificateWrong');
    const before = front.asked.length;
    await sleep(200);
    expect(front.asked).toHaveLength(before);
    expect(await machine.shows('serverCertificateWrong')).toBe(true);
    front.showStrangersCertificate(false);
    await expectToldBy(machine, 'serverCertificateWrong');
  });

  it('a wrong certificate of DATEVconnect: the password is not sent', async () => {
    const { sandbox, datev } = await datevconnect();
    const settings = { datev: { ...datev, pin: `${'A'.repeat(43)}=` } };
    const machine = await pairedMachine({ settings, password: 'geheim' });
    await expectToldBy(machine, 'datevCertificateWrong');
    expect(sandbox.control.callCounts()).toEqual({});
  });
});
