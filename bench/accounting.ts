import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BooksOptions } from '@bruecke/datev-sandbox';
import { freePort } from '../apps/server/demo/freePort.ts';
import { layFiguresWorld } from '../apps/server/e2e/figuresWorld.ts';
import { setUp, startRealServer } from '../apps/server/e2e/realServer.ts';
import { createTestDatabase, serveTestDatabases } from '../apps/server/src/db/testDatabase.ts';
import { testFirms } from '../apps/server/src/testFirms.ts';
import { createTestServices, day } from '../apps/server/src/testServices.ts';
import {
  type Datev,
  firstSync,
  type RunDone,
  readBare,
  startConnector,
  startDatev,
  watchMemory,
} from './accountingParts.ts';
import { ratioLine } from './figures.ts';
import { cpuOfOwnDatabase, cpuOfProcess } from './processes.ts';

/**
 * `npm run bench:accounting`: the first synchronisation of 100,000 postings against bare reading and parsing of the same answers; how time,
 * rows and memory grow from 10,000 to 1,000,000; what a look at unchanged books costs in calls, for 1,000 Mandanten × 3 years. DATEV's
 * sandbox, connector and hub are processes of their own. What each figure means: bench/README.md.
 */
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
const sizes = (process.env['BENCH_SIZES'] ?? '10000,100000,1000000').split(',').map(Number);
const mandanten = Number(process.env['BENCH_MANDANTEN'] ?? 1000);
const ratioRows = 100_000;
const consultantNumber = 1_234_567;

const books = (number: number, postingsPerYear: number): BooksOptions => ({
  seed: `bench ${number}`,
  name: `Probe ${number} GmbH`,
  consultantNumber,
  clientNumber: number,
  years: [{ begin: '2026-01-01', end: '2026-12-31' }],
  postingsPerYear,
  today: '2027-06-30',
});

async function main(): Promise<void> {
  const { ratios, exponent } = await measureSync();
  await measureUnchanged();
  console.log(ratioLine('accounting', ratios));
  console.log(`exponent accounting ${exponent.toFixed(3)}`);
}

/** Real processes: rounds of 100,000 postings in turns with the bare limit, then each size once. */
async function measureSync(): Promise<{ ratios: number[]; exponent: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'bruecke-accounting-'));
  chmodSync(folder, 0o711); // as root, PostgreSQL runs as another user, who must be able to pass
  const running: (() => Promise<unknown>)[] = [];
  try {
    // The first one warms up: code compiled, connections open.
    const rows = [5000, ...Array.from({ length: rounds }, () => ratioRows), ...sizes];
    const datev = await startDatev(rows.map((count, n) => books(101 + n, count)));
    running.push(datev.stop);
    const server = await startRealServer({ dataFolder: join(folder, 'data'), port: await freePort(), built: true });
    running.push(() => server.kill('SIGTERM'));
    const admin = await setUp(server);
    const connector = await startConnector(folder, admin, datev);
    running.push(connector.stop);
    const sync = (n: number) =>
      firstSync(admin, { connectorId: connector.id, guid: datev.guids[n] ?? '', number: 101 + n });
    await sync(0);
    await readBare(datev, datev.guids[0] ?? '', months());
    const ratios: number[] = [];
    const processes = { datev: datev.pid, connector: connector.pid, hub: server.pid };
    for (let round = 1; round <= rounds; round += 1)
      ratios.push(await compareOnce(datev, round, () => sync(round), processes));
    const points = await growth(sizes, (at) => sync(1 + rounds + at), processes);
    return { ratios, exponent: exponentOf(points) };
  } finally {
    for (const stop of running.reverse()) await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** First the bare limit, then ours, so that whatever else the machine does falls on both. */
async function compareOnce(
  datev: Datev,
  round: number,
  sync: () => Promise<RunDone>,
  processes: Processes,
): Promise<number> {
  const bare = await readBare(datev, datev.guids[round] ?? '', months());
  const cpu = watchCpu(processes);
  const own = await sync();
  const rate = ({ rows, milliseconds }: { rows: number; milliseconds: number }) => rows / (milliseconds / 1000);
  const limit = rate(bare);
  const reached = rate({ rows: own.rowsRead, milliseconds: own.milliseconds });
  console.log(
    `round ${round}: bare ${bare.rows} postings in ${seconds(bare.milliseconds)} (${limit.toFixed(0)}/s), first sync ${own.rowsRead} in ` +
      `${seconds(own.milliseconds)} (${reached.toFixed(0)}/s), ratio ${(reached / limit).toFixed(2)}; ${cpu(own.rowsRead)}`,
  );
  return reached / limit;
}

type Processes = { datev: number; connector: number; hub: number };

/** CPU from now on, per posting: what does not change when the machine has other things to do. */
function watchCpu({ datev, connector, hub }: Processes): (rows: number) => string {
  const look = () => [cpuOfProcess(datev), cpuOfProcess(connector), cpuOfProcess(hub), cpuOfOwnDatabase(hub)];
  const before = look();
  return (rows) => {
    const each = look().map((after, at) => (((after - (before[at] ?? 0)) * 1000) / rows).toFixed(1));
    const [ofDatev, ofConnector, ofHub, ofDatabase] = each;
    return `µs CPU per posting: DATEV ${ofDatev}, connector ${ofConnector}, hub ${ofHub}, database ${ofDatabase}`;
  };
}

type Point = { rows: number; milliseconds: number };

async function growth(
  wanted: readonly number[],
  sync: (at: number) => Promise<RunDone>,
  processes: Processes,
): Promise<Point[]> {
  const points: Point[] = [];
  for (const at of wanted.keys()) {
    const memory = { connector: watchMemory(processes.connector), server: watchMemory(processes.hub) };
    const cpu = watchCpu(processes);
    const done = await sync(at);
    points.push({ rows: done.rowsRead, milliseconds: done.milliseconds });
    console.log(
      `first sync of ${done.rowsRead} postings: ${seconds(done.milliseconds)}, ${done.calls} calls; highest RSS: connector ` +
        `${memory.connector().toFixed(0)} MB, server ${memory.server().toFixed(0)} MB; ${cpu(done.rowsRead)}`,
    );
  }
  return points;
}

/** How time grows with rows: the slope of a straight line through the logarithms (least squares). 1 is linear. */
function exponentOf(points: readonly Point[]): number {
  const xs = points.map((point) => Math.log(point.rows));
  const ys = points.map((point) => Math.log(point.milliseconds));
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  const covariance = xs.reduce((sum, x, at) => sum + (x - mx) * ((ys[at] ?? 0) - my), 0);
  return covariance / xs.reduce((sum, x) => sum + (x - mx) ** 2, 0);
}

/** Hub, connector and DATEV in one process, as it is calls and orders that are counted here. Years of one month, so that laying out takes minutes. */
async function measureUnchanged(): Promise<void> {
  const end = await serveTestDatabases();
  const db = await createTestDatabase();
  try {
    const services = createTestServices(db);
    services.clock.set(new Date('2026-03-02T06:30:00.000Z'));
    const years = ['2025-11', '2025-12', '2026-01'].map((month) => ({ begin: `${month}-01`, end: lastDay(month) }));
    const all = Array.from({ length: mandanten }, (_, n) => ({ ...books(1 + n, 200), years, today: '2027-06-30' }));
    const world = await layFiguresWorld(db, services, testFirms(db, services), all);
    const { control } = world.sandbox;
    const asked = async (what: string) => {
      services.clock.forward(day);
      const before = control.callCounts();
      const from = performance.now();
      world.takeOrders();
      await world.run();
      const after = control.callCounts();
      const calls = (...names: string[]) =>
        names.reduce((sum, one) => sum + (after[`accounting/${one}`] ?? 0) - (before[`accounting/${one}`] ?? 0), 0);
      const checks = calls('accounting-statistics', 'accounting-sums-and-balances', 'accounting-sequences-processed');
      const months = world.takeOrders().filter(({ order }) => order.kind === 'readPostings').length;
      console.log(
        `${what}, ${mandanten} Mandanten × ${years.length} years: ${(checks / mandanten / years.length).toFixed(2)} calls per fiscal year for change ` +
          `detection; open items ${calls('accounts-receivable', 'accounts-payable')}, partners ${calls('debitors', 'creditors')} calls in all; ` +
          `${months} months read again; ${seconds(performance.now() - from)}`,
      );
      return { perYear: checks / mandanten / years.length, months };
    };
    await asked('first run');
    const unchanged = await asked('unchanged');
    const [one] = world.cases;
    const like = one?.books.years[1]?.entries.at(-1);
    if (!one || !like) throw new Error('no entry to follow');
    const { account, contra } = like;
    control.book(one.books.guid, { date: like.date, account, contra, amount: 12_345, text: 'Nachtrag' });
    const changed = await asked('one booking more');
    console.log(`calls accounting-unchanged ${unchanged.perYear.toFixed(2)}`);
    console.log(`months accounting-changed ${changed.months}`);
  } finally {
    await db.close();
    await end();
  }
}

function lastDay(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}

const months = () =>
  Array.from({ length: 12 }, (_, at) => {
    const month = `2026-${String(at + 1).padStart(2, '0')}`;
    return { from: `${month}-01`, to: lastDay(month) };
  });

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;

await main();
