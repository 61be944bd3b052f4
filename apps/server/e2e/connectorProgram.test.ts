// The whole way of the figures: real server, real connector, each a process of its own, and DATEVconnect's sandbox behind HTTPS.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createOnPremSandbox,
  linesOf,
  type OnPremSandbox,
  type OnPremServer,
  serveOnPrem,
} from '@bruecke/datev-sandbox';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../demo/freePort.ts';
import { type ConnectorProgram, layConnectorProgram } from './connectorProgram.ts';
import { addMandantWithKey, type RealServer, type SignedIn, setUp, startRealServer } from './realServer.ts';

const clientGuid = '11111111-2222-4333-8444-555555555555';
const mandantNumber = 12;

let folder: string;
let datev: { sandbox: OnPremSandbox; server: OnPremServer };
let hub: RealServer;
let admin: SignedIn & { firmId: string };
let connector: ConnectorProgram;
let service: ReturnType<ConnectorProgram['service']>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bruecke-figures-'));
  chmodSync(folder, 0o711); // as root, PostgreSQL runs as another user, who must be able to pass
  const sandbox = createOnPremSandbox({
    user: 'KANZLEI\\bruecke',
    password: 'geheim: ß',
    books: [
      {
        seed: 'program',
        guid: clientGuid,
        name: 'Muster GmbH',
        consultantNumber: 1_234_567,
        clientNumber: mandantNumber,
        years: [
          { begin: '2025-01-01', end: '2025-12-31' },
          { begin: '2026-01-01', end: '2026-12-31' },
        ],
        postingsPerYear: 2000,
        today: '2026-11-20',
      },
    ],
  });
  datev = { sandbox, server: await serveOnPrem(sandbox) };
  hub = await startRealServer({ dataFolder: join(folder, 'data'), port: await freePort() });
  admin = await setUp(hub);
  connector = await layConnectorProgram(await freePort());
});
afterAll(async () => {
  await service?.stop();
  await hub?.kill('SIGTERM');
  await datev?.server.close();
  connector?.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function until<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (const end = Date.now() + 45_000; ; ) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end)
      throw new Error(`it did not come to that:\n${service?.out()}\n${hub.lines.slice(-10).join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

type Listed = { connectors: { id: string; fingerprint: string; state: string; lastError: { code: string } | null }[] };
const connectors = async () => (await admin.call<Listed>('GET', `/firms/${admin.firmId}/connectors`)).connectors;
const postingsInBooks = () =>
  datev.sandbox.control
    .books()
    .flatMap(({ years }) => years)
    .flatMap(({ entries }) => entries.flatMap(linesOf));

it('downloaded, installed by a script, confirmed, released, bound; every posting arrives, to the cent', async () => {
  const file = await admin.call<object>('POST', `/firms/${admin.firmId}/connectors/files`);
  const path = connector.file('Verbindungsdatei.bruecke', JSON.stringify(file));
  const told = await connector.command(
    [
      'install',
      '--file',
      path,
      '--datev-url',
      datev.server.origin,
      '--datev-user',
      datev.sandbox.user,
      '--datev-password-stdin',
    ],
    `${datev.sandbox.password}\n`,
  );
  service = connector.service();
  const paired = await until(async () => (await connectors())[0]);
  expect(told).toContain(paired.fingerprint);
  expect(paired.state).toBe('unconfirmed');
  await expect(connector.command(['install', '--file', path])).rejects.toThrow('schon benutzt');

  await admin.call('POST', `/firms/${admin.firmId}/connectors/${paired.id}/confirm`, {
    fingerprint: paired.fingerprint,
  });
  expect(await connector.command(['clients'])).toContain('Muster GmbH');
  await connector.command(['release', clientGuid]);
  const { mandantId } = await addMandantWithKey(admin, { name: 'Muster GmbH', mandantNumber });
  const base = `/mandanten/${mandantId}`;
  const client = await until(async () => {
    const { clients } = await admin.call<{ clients: { connectorId: string; clientGuid: string; fits: boolean }[] }>(
      'GET',
      `${base}/datevconnect/clients`,
    );
    return clients[0];
  });
  expect(client).toMatchObject({ clientGuid, fits: true });
  await admin.call('PUT', `${base}/datevconnect/binding`, { connectorId: client.connectorId, clientGuid });
  const card = await admin.call<{ switchedOn: boolean }>('GET', `${base}/datevconnect`);
  if (!card.switchedOn) await admin.call('POST', `${base}/datevconnect/switch`, { on: true });

  type State = { lastRun: { state: string; failure: unknown } | null };
  const { lastRun } = await until(async () => {
    const state = await admin.call<State>('GET', `${base}/figures/state`);
    return state.lastRun ? state : null;
  });
  expect(lastRun).toMatchObject({ state: 'done', failure: null });
  type Year = { yearNo: number; months: { rows: number }[]; differenceCount: number; rebuilt: boolean };
  const { years } = await admin.call<{ years: Year[] }>('GET', `${base}/figures/years`);
  expect(years.map(({ differenceCount, rebuilt }) => ({ differenceCount, rebuilt }))).toEqual(
    years.map(() => ({ differenceCount: 0, rebuilt: false })),
  );
  const arrived = years.flatMap(({ months }) => months).reduce((sum, { rows }) => sum + rows, 0);
  expect(arrived).toBe(postingsInBooks().length);
  expect(datev.sandbox.control.mostAtOnce()).toBeLessThanOrEqual(2);
  expect(service.out()).not.toContain('geheim');
});

it('the doctor finds everything in order, over the pinned certificate', async () => {
  const told = await connector.command(['doctor']);
  expect(told).toContain('✓ Kontobuchungen sind zu lesen');
  expect(await connector.command(['status'])).toContain('Gekoppelt und bestätigt');
});

it('a wrong password at DATEVconnect is on the card, and so is its end', async () => {
  const line = [
    'datev',
    '--datev-url',
    datev.server.origin,
    '--datev-user',
    datev.sandbox.user,
    '--datev-password-stdin',
  ];
  await expect(connector.command(line, 'falsch')).rejects.toThrow('Windows lehnt die Anmeldung ab');
  const [{ id } = { id: '' }] = await connectors();
  await admin.call('POST', `/firms/${admin.firmId}/connectors/${id}/probe`);
  await until(async () => (await connectors())[0]?.lastError?.code === 'unauthorised');
  await connector.command(line, `${datev.sandbox.password}\n`);
  await admin.call('POST', `/firms/${admin.firmId}/connectors/${id}/probe`);
  await until(async () => (await connectors())[0]?.lastError === null);
});

it('revoked at the hub, it stops at once and says so', async () => {
  const [{ id } = { id: '' }] = await connectors();
  await admin.call('POST', `/firms/${admin.firmId}/connectors/${id}/revoke`, {});
  await until(async () => {
    const told = await connector.command(['status']).catch((error: Error) => error.message);
    return told.includes('Widerrufen');
  });
  expect(await service.stop()).toBe(0);
});
