import { type ChildProcess, fork, spawn } from 'node:child_process';
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BooksOptions } from '@bruecke/datev-sandbox';
import {
  createSession,
  type DatevSession,
  listAccountPostings,
  listFiscalYears,
  listOpenItems,
  listPartners,
  listSequences,
  listStatistics,
  listSumsAndBalances,
  listTermsOfPayment,
  openTransport,
} from '@bruecke/datevconnect';
import { build } from 'esbuild';
import { type SignedIn, setUpPassword } from '../apps/server/e2e/realServer.ts';
import type { FromDatev, ToDatev } from './onPremChild.ts';

/** What the benchmark of accounting data stands on: DATEV, the connector's program, the hub's administrator, each as a process of its own. */

const root = fileURLToPath(new URL('..', import.meta.url));

type Serving = Extract<FromDatev, { told: 'serving' }>;
export type Datev = Serving & {
  pid: number;
  bookOnce(guid: string, date: string): Promise<void>;
  calls(): Promise<Record<string, number>>;
  stop(): Promise<void>;
};

export async function startDatev(books: BooksOptions[]): Promise<Datev> {
  const child = fork(fileURLToPath(new URL('./onPremChild.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  const ask = async <T extends FromDatev['told']>(message: ToDatev) => {
    child.send(message);
    const [answer] = await once(child, 'message');
    // The child answers each question with the shape that belongs to it.
    return answer as Extract<FromDatev, { told: T }>;
  };
  const serving = await ask<'serving'>({ ask: 'serve', books });
  return {
    ...serving,
    pid: child.pid ?? 0,
    bookOnce: async (guid, date) => void (await ask<'booked'>({ ask: 'bookOnce', guid, date })),
    calls: async () => (await ask<'calls'>({ ask: 'calls' })).counts,
    stop: () => stopChild(child),
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** The program that is installed, bundled, on a machine of its own. */
export type Connector = { pid: number; stop(): Promise<void> };

/** Pairs it by a Verbindungsdatei, confirms it, sets DATEVconnect up, releases the clients, and starts its service. */
export async function startConnector(
  folder: string,
  admin: SignedIn & { firmId: string },
  datev: Datev,
): Promise<Connector & { id: string }> {
  const program = join(folder, 'bruecke-connector.cjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['apps/connector/src/main.ts'],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    outfile: program,
    define: { BRUECKE_RELEASE_KEY: JSON.stringify('') },
    logLevel: 'error',
  });
  const home = join(folder, 'connector');
  mkdirSync(join(home, 'config'), { recursive: true });
  // Not the usual one: another connector may run on this machine.
  writeFileSync(join(home, 'config', 'settings.json'), JSON.stringify({ statusPort: 1 }));
  const env = { ...process.env, BRUECKE_CONNECTOR_HOME: home, NODE_NO_WARNINGS: '1' };
  const command = async (args: readonly string[], stdin = '') => {
    const child = spawn(process.execPath, [program, ...args], { env });
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        out += text;
      });
    child.stdin.end(stdin);
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`bruecke-connector ${args.join(' ')}: ${code}\n${out}`);
    return out;
  };
  const file = join(folder, 'Verbindungsdatei.bruecke');
  await confirmed(admin);
  writeFileSync(file, JSON.stringify(await admin.call('POST', `/firms/${admin.firmId}/connectors/files`)));
  await command(['install', '--file', file]);
  await command(
    ['datev', '--datev-url', datev.origin, '--datev-user', datev.user, '--datev-password-stdin'],
    `${datev.password}\n`,
  );
  for (const guid of datev.guids) await command(['release', guid]);
  const service = spawn(process.execPath, [program, 'run'], { env, stdio: 'ignore' });
  const id = await confirmConnector(admin);
  return { id, pid: service.pid ?? 0, stop: () => stopChild(service) };
}

const confirmed = (admin: SignedIn) => admin.call('POST', '/auth/confirm', { password: setUpPassword });

async function confirmConnector(admin: SignedIn & { firmId: string }): Promise<string> {
  const path = `/firms/${admin.firmId}/connectors`;
  const { connectors } = await admin.call<{ connectors: { id: string; fingerprint: string }[] }>('GET', path);
  const [one] = connectors;
  if (!one) throw new Error('no connector was paired');
  await confirmed(admin);
  await admin.call('POST', `${path}/${one.id}/confirm`, { fingerprint: one.fingerprint });
  return one.id;
}

export type RunDone = { milliseconds: number; rowsRead: number; calls: number; monthsChanged: number };
type State = {
  run: unknown;
  lastRun:
    | (Omit<RunDone, 'milliseconds'> & { state: string; startedAt: string; endedAt: string; failure: unknown })
    | null;
};

/** Binds a client to a new Mandant and waits for the first run; its time is from decision to end, by the hub's clock. */
export async function firstSync(
  admin: SignedIn & { firmId: string },
  given: { connectorId: string; guid: string; number: number },
): Promise<RunDone & { mandantId: string }> {
  const { mandantId } = await admin.call<{ mandantId: string }>('POST', `/firms/${admin.firmId}/mandanten`, {
    name: `Probe ${given.number} GmbH`,
    mandantNumber: given.number,
  });
  const path = `/mandanten/${mandantId}/datevconnect`;
  await until('the connector tells of the client', async () => {
    const { clients } = await admin.call<{ clients: { clientGuid: string; fits: boolean }[] }>(
      'GET',
      `${path}/clients`,
    );
    return clients.some((one) => one.clientGuid === given.guid && one.fits);
  });
  const since = Date.now();
  await admin.call('PUT', `${path}/binding`, { connectorId: given.connectorId, clientGuid: given.guid });
  return { mandantId, ...(await untilRun(admin, mandantId, since)) };
}

async function untilRun(admin: SignedIn, mandantId: string, since: number): Promise<RunDone> {
  let done: State['lastRun'] = null;
  await until('the run is over', async () => {
    const { run, lastRun } = await admin.call<State>('GET', `/mandanten/${mandantId}/figures/state`);
    done = lastRun;
    return run === null && lastRun !== null && Date.parse(lastRun.startedAt) >= since;
  });
  // Set in the function above, which the compiler does not follow.
  const last = done as State['lastRun'];
  if (last?.state !== 'done') throw new Error(`a run ended with ${JSON.stringify(last)}`);
  return { ...last, milliseconds: Date.parse(last.endedAt) - Date.parse(last.startedAt) };
}

async function until(what: string, reached: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 600_000;
  while (!(await reached())) {
    if (Date.now() > deadline) throw new Error(`waited ten minutes until ${what}`);
    await wait(500);
  }
}

/**
 * The bare limit: the same protocol client reads and parses the answers that a first synchronisation reads, two calls at once, and
 * throws them away. Rows are the postings among them.
 */
export async function readBare(datev: Datev, guid: string, months: readonly { from: string; to: string }[]) {
  const key = new X509Certificate(datev.certificate).publicKey.export({ type: 'spki', format: 'der' });
  const transport = openTransport({
    origin: datev.origin,
    pin: createHash('sha256').update(key).digest('base64'),
    credentials: { kind: 'basic', user: datev.user, password: datev.password },
    timeoutMs: 120_000,
    now: Date.now,
    randomBytes,
  });
  const session: DatevSession = createSession({ send: transport.send });
  const year = { clientId: guid, fiscalYearId: `${months[0]?.from.slice(0, 4)}0101` };
  const from = performance.now();
  const others = [
    listFiscalYears(session, guid),
    listStatistics(session, year),
    listSumsAndBalances(session, year),
    listSequences(session, year),
    listTermsOfPayment(session, year),
    listPartners(session, year, 'debitors', null),
    listPartners(session, year, 'creditors', null),
    listOpenItems(session, year, 'receivables'),
    listOpenItems(session, year, 'payables'),
  ].map(countElements);
  const postings = months.map((month) => countElements(listAccountPostings(session, year, month)));
  const counts = await Promise.all(postings);
  await Promise.all(others);
  transport.close();
  return { rows: counts.reduce((sum, one) => sum + one, 0), milliseconds: performance.now() - from };
}

async function countElements(list: AsyncGenerator<unknown[], unknown, undefined>): Promise<number> {
  let count = 0;
  for (let next = await list.next(); !next.done; next = await list.next()) count += next.value.length;
  return count;
}

/** Highest RSS of a process while something is watched, MB. */
export function watchMemory(pid: number): () => number {
  let highest = 0;
  const look = () => {
    highest = Math.max(highest, rssOf(pid));
  };
  look();
  const timer = setInterval(look, 50);
  return () => {
    clearInterval(timer);
    look();
    return highest;
  };
}

function rssOf(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return (pages * 4096) / 1_048_576;
}
