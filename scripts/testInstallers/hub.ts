import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { balancesOf, createOnPremSandbox, type OnPremControl, serveOnPrem } from '@bruecke/datev-sandbox';
import { freePort } from '../../apps/server/demo/freePort.ts';
import { type SignedIn, setUp, setUpPassword, startRealServer } from '../../apps/server/e2e/realServer.ts';

/** One Mandant of the firm, and its client at DATEV. */
export type Case = { mandantId: string; guid: string; name: string };
export type Hub = {
  admin: SignedIn & { firmId: string };
  url: string;
  /** Where DATEVconnect is, and its Windows user. */
  datev: { origin: string; user: string; password: string; control: OnPremControl };
  /** A Verbindungsdatei, as it is downloaded. */
  newConnectionFile: () => Promise<string>;
  addCase: (number: number) => Promise<Case>;
  stop: () => Promise<void>;
};

const consultantNumber = 1_234_567;
const numbers = [17, 23];

/** A Brücke server as a process of its own, with one firm, and DATEV's sandbox: what a connector stands between. */
export async function startHub(installers: string): Promise<Hub> {
  const folder = await mkdtemp(join(tmpdir(), 'bruecke-hub-'));
  // As root, PostgreSQL runs as another user, who must be able to pass.
  await chmod(folder, 0o711);
  const sandbox = createOnPremSandbox({
    user: 'KANZLEI\\bruecke',
    password: 'Grüße & "Kennwort"',
    books: numbers.map((clientNumber) => ({
      seed: `installers ${clientNumber}`,
      name: nameOf(clientNumber),
      consultantNumber,
      clientNumber,
      years: [{ begin: '2026-01-01', end: '2026-12-31' }],
      postingsPerYear: 2000,
      today: '2026-06-30',
    })),
  });
  const datev = await serveOnPrem(sandbox);
  const server = await startRealServer({
    dataFolder: join(folder, 'data'),
    port: await freePort(),
    environment: { BRUECKE_INSTALLERS: installers },
  });
  const admin = await setUp(server);
  return {
    admin,
    url: server.url,
    datev: { origin: datev.origin, user: sandbox.user, password: sandbox.password, control: sandbox.control },
    async newConnectionFile() {
      await signInAfresh(admin);
      const file = await admin.call<object>('POST', `/firms/${admin.firmId}/connectors/files`);
      return `${JSON.stringify(file, null, 2)}\n`;
    },
    async addCase(number) {
      const name = nameOf(number);
      const body = { name, mandantNumber: number };
      const { mandantId } = await admin.call<{ mandantId: string }>('POST', `/firms/${admin.firmId}/mandanten`, body);
      const books = sandbox.control.books().find((one) => one.clientNumber === number);
      if (!books) throw new Error(`no books of ${number}`);
      return { mandantId, guid: books.guid, name };
    },
    async stop() {
      await server.kill('SIGTERM');
      await datev.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What follows within ten minutes counts as confirmed. */
function signInAfresh(admin: SignedIn): Promise<unknown> {
  return admin.call('POST', '/auth/confirm', { password: setUpPassword });
}

function nameOf(number: number): string {
  return `Muster ${number} GmbH`;
}

type Connector = { id: string; machine: string; fingerprint: string; state: string };

/** Confirms the connector that waits for it, with the fingerprint its machine shows. */
export async function confirmConnector({ admin }: Hub, fingerprint: string): Promise<Connector> {
  const path = `/firms/${admin.firmId}/connectors`;
  const { connectors } = await admin.call<{ connectors: Connector[] }>('GET', path);
  await signInAfresh(admin);
  const waiting = connectors.find((one) => one.state === 'unconfirmed' && one.fingerprint === fingerprint);
  if (!waiting) throw new Error(`no connector with ${fingerprint} waits: ${JSON.stringify(connectors)}`);
  return admin.call<Connector>('POST', `${path}/${waiting.id}/confirm`, { fingerprint });
}

/** Binds the client to its Mandant, once the connector has told of it. */
export async function bindClient(hub: Hub, connector: Connector, { mandantId, guid }: Case): Promise<void> {
  const path = `/mandanten/${mandantId}/datevconnect`;
  type Clients = { clients: { connectorId: string; clientGuid: string; fits: boolean }[] };
  await until('the connector tells of the released client', async () => {
    const { clients } = await hub.admin.call<Clients>('GET', `${path}/clients`);
    return clients.some((one) => one.connectorId === connector.id && one.clientGuid === guid && one.fits);
  });
  await hub.admin.call('PUT', `${path}/binding`, { connectorId: connector.id, clientGuid: guid });
}

type SyncState = {
  run: unknown;
  lastRun: { state: string; startedAt: string; rowsRead: number; calls: number } | null;
};

/** Waits for a run that began after `since` and gives back what it did. */
export async function untilRead(
  hub: Hub,
  mandantId: string,
  since: Date,
): Promise<{ rowsRead: number; calls: number }> {
  let last: SyncState['lastRun'] = null;
  await until('the figures are read', async () => {
    const state = await hub.admin.call<SyncState>('GET', `/mandanten/${mandantId}/figures/state`);
    last = state.lastRun;
    return state.run === null && last !== null && Date.parse(last.startedAt) >= since.getTime();
  });
  // Set in the function above, which the compiler does not follow.
  const run = last as SyncState['lastRun'];
  if (run?.state !== 'done') throw new Error(`the run ended with ${JSON.stringify(run)}`);
  return run;
}

/** Asks for the newest state; a server that was asked a moment ago wants a minute of rest first. */
export function askForFigures({ admin }: Hub, mandantId: string): Promise<void> {
  return until('the server takes the wish for figures', async () => {
    try {
      await admin.call('POST', `/mandanten/${mandantId}/figures/refresh`);
      return true;
    } catch (error) {
      if (String(error).includes('too_many_requests')) return false;
      throw error;
    }
  });
}

/** Throws unless every account's balance is the one of the sandbox's books, to the cent. Answers how many there are. */
export async function compareBalances(hub: Hub, { mandantId, guid }: Case): Promise<number> {
  const year = hub.datev.control.books().find((one) => one.guid === guid)?.years[0];
  if (!year) throw new Error(`no year of ${guid}`);
  const wanted = new Map([...balancesOf(year)].sort(([one], [other]) => one - other));
  const path = `/mandanten/${mandantId}/figures/years`;
  const { years } = await hub.admin.call<{ years: { yearNo: number }[] }>('GET', path);
  const found = new Map<number, number>();
  let cursor = '';
  do {
    type Sums = { rows: { account: number; balance: number }[]; next: string | null };
    const query = `?limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const page: Sums = await hub.admin.call<Sums>('GET', `${path}/${years[0]?.yearNo}/accounts${query}`);
    for (const { account, balance } of page.rows) found.set(account, balance);
    cursor = page.next ?? '';
  } while (cursor !== '');
  const differing = [...wanted].filter(([account, balance]) => found.get(account) !== balance);
  const unknown = [...found].filter(([account, balance]) => balance !== 0 && !wanted.has(account));
  if (differing.length > 0 || unknown.length > 0) throw new Error(`differ: ${JSON.stringify({ differing, unknown })}`);
  return wanted.size;
}

async function until(what: string, reached: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await reached())) {
    if (Date.now() > deadline) throw new Error(`waited two minutes until ${what}`);
    await wait(500);
  }
}
