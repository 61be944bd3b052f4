import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { AnswerOf, api } from '@bruecke/contract';
import type { ConnectorProgram } from '../e2e/connectorProgram.ts';
import type { Bookkeeper } from './bookkeeper.ts';
import { type Client, findMandanten, signInByClick } from './client.ts';
import type { FirmServer } from './firmServer.ts';
import { ledgers, mandanten } from './world.ts';

export type FiguresParts = {
  publicUrl: string;
  firmId: string;
  firmServer: FirmServer;
  bookkeeper: Bookkeeper;
  /** Lays the connector down at its first use. */
  connector: () => Promise<ConnectorProgram>;
};

const patienceMs = 180_000;

/** Waits for something that comes by itself; throws when it does not, or when the signal fires. */
export async function until<T>(
  what: string,
  signal: AbortSignal,
  look: () => Promise<T | null | undefined>,
): Promise<T> {
  for (const end = Date.now() + patienceMs; ; ) {
    const found = await look();
    if (found !== null && found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await wait(200, undefined, { signal });
  }
}

/**
 * Brings the figures onto the pages: the connector is paired (by the first start, or where the address has changed), set up and started,
 * clients are released and bound, and read. Answers how many Mandanten have figures. What was done at an earlier start stays as it is.
 */
export async function bringFigures(parts: FiguresParts, signal: AbortSignal): Promise<number> {
  const { publicUrl, bookkeeper } = parts;
  const connector = await parts.connector();
  const client = await signInByClick(publicUrl, 'kanzlei-admin');
  const ids = await findMandanten(client);
  const known = ledgers.flatMap((ledger) => {
    const mandantId = ids.get(ledger.number);
    return mandantId ? [{ ...ledger, mandantId }] : [];
  });
  const done = join(connector.home, 'bound.json');
  const before = existsSync(done) ? Object(JSON.parse(readFileSync(done, 'utf8'))) : {};
  const isBound = before.publicUrl === publicUrl;
  // What people have handed in since the first start may be held for good; what arrives later is booked by keepBooking.
  if (!isBound) await Promise.all(known.map((one) => vouchersArrived(bookkeeper, one, signal)));
  for (const { mandantId, number } of known) await bookkeeper.bookArrived(mandantId, number);
  if (isBound) {
    await setUpDatev(connector, parts.firmServer);
    connector.service();
    return known.filter(({ figures }) => figures === 'shown').length;
  }
  if (before.connectorId) await client.call('DELETE', `/firms/${parts.firmId}/connectors/${before.connectorId}`);
  const connectorId = await pairConnector(parts, client, connector);
  // Without an address yet: what is interrupted here begins anew at the next start.
  writeFileSync(done, JSON.stringify({ connectorId }));
  connector.service();
  const guids = parts.firmServer.control.books().map(({ guid }) => guid);
  await connector.command(['release', ...guids]);
  const bound = known.filter(({ figures }) => figures !== 'notConnected');
  for (const ledger of bound) await bindClient(parts, client, ledger, signal);
  for (const { mandantId, figures } of bound) {
    await untilRead(client, mandantId, signal);
    if (figures === 'switchedOff')
      await client.call('POST', `/mandanten/${mandantId}/datevconnect/switch`, { on: false });
  }
  writeFileSync(done, JSON.stringify({ publicUrl, connectorId }));
  return bound.length;
}

/** Of Mandanten whose vouchers come through; of the others something may be held for good. */
async function vouchersArrived(
  bookkeeper: Bookkeeper,
  { mandantId, number }: { mandantId: string; number: number },
  signal: AbortSignal,
): Promise<void> {
  const { shown } = mandanten.find((mandant) => mandant.number === number) ?? {};
  if (shown !== 'active' && shown !== 'expiring') return;
  await until('the vouchers have arrived at DATEV', signal, async () =>
    (await bookkeeper.countUnderWay(mandantId)) === 0 ? true : null,
  );
}

function datevOptions({ origin, user }: FirmServer): string[] {
  return ['--datev-url', origin, '--datev-user', user, '--datev-password-stdin'];
}

/** Its port may be another one than at the last start. */
async function setUpDatev(connector: ConnectorProgram, firmServer: FirmServer): Promise<void> {
  await connector.command(['datev', ...datevOptions(firmServer)], `${firmServer.password}\n`);
}

/** A Verbindungsdatei is downloaded, installed on the machine by a script, and confirmed with the fingerprint that the machine shows. */
export async function pairConnector(
  { firmId, firmServer }: FiguresParts,
  client: Client,
  connector: ConnectorProgram,
): Promise<string> {
  const path = `/firms/${firmId}/connectors`;
  const file = await client.call<object>('POST', `${path}/files`);
  const laid = connector.file('Verbindungsdatei.bruecke', JSON.stringify(file));
  const told = await connector.command(
    ['install', '--file', laid, ...datevOptions(firmServer)],
    `${firmServer.password}\n`,
  );
  const fingerprint = /Fingerabdruck dieses Konnektors:\s+(\S+)/.exec(told)?.[1];
  const { connectors } = await client.call<AnswerOf<typeof api.connectors.list>>('GET', path);
  const waiting = connectors.find((one) => one.state === 'unconfirmed' && one.fingerprint === fingerprint);
  if (!waiting) throw new Error(`no connector waits with the fingerprint that its machine shows:\n${told}`);
  await client.call('POST', `${path}/${waiting.id}/confirm`, { fingerprint });
  return waiting.id;
}

/** Binds the client with the Mandant's numbers, once the connector has told of it. */
export async function bindClient(
  { firmServer }: Pick<FiguresParts, 'firmServer'>,
  client: Client,
  { mandantId, number }: { mandantId: string; number: number },
  signal: AbortSignal,
): Promise<void> {
  const path = `/mandanten/${mandantId}/datevconnect`;
  const guid = firmServer.control.books().find(({ clientNumber }) => clientNumber === number)?.guid;
  const offered = await until('the connector tells of the released client', signal, async () => {
    const { clients } = await client.call<AnswerOf<typeof api.datevconnect.listClients>>('GET', `${path}/clients`);
    return clients.find(({ clientGuid, fits }) => clientGuid === guid && fits);
  });
  const { connectorId, clientGuid } = offered;
  await client.call('PUT', `${path}/binding`, { connectorId, clientGuid });
}

/** Waits for the end of the Mandant's first synchronisation. */
export async function untilRead(
  client: Client,
  mandantId: string,
  signal: AbortSignal,
): Promise<{ rowsRead: number; calls: number }> {
  const run = await until('the figures are read', signal, async () => {
    const state = await client.call<AnswerOf<typeof api.figures.state>>('GET', `/mandanten/${mandantId}/figures/state`);
    return state.run === null ? state.lastRun : null;
  });
  if (run.state !== 'done') throw new Error(`the synchronisation ended with ${JSON.stringify(run)}`);
  return run;
}
