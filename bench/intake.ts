import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../apps/server/demo/freePort.ts';
import { addMandantWithKey, type RealServer, setUp, startRealServer } from '../apps/server/e2e/realServer.ts';
import { pdfOf } from '../apps/server/src/modules/vouchers/testVouchers.ts';
import { type Connection, openConnection } from './connection.ts';
import { ratioLine } from './figures.ts';
import { cpuOfDatabase, cpuOfProcess } from './processes.ts';

/**
 * `npm run bench:intake`: uploads per second through the real server, against the bare limit of this very machine and minute: the
 * same bytes to a temporary file, fsync, rename, fsync of the folder, and one committed row. Then how much memory 20 uploads of
 * 20 MB at once take. What each figure means: bench/README.md.
 */
const clients = 16;
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 7);
const secondsPerPart = Number(process.env['BENCH_SECONDS'] ?? 4);
const smallBytes = 150_000;
const largeBytes = 20 * 1024 * 1024;

type Rate = { perSecond: number; text: string };
type Target = { mandantId: string; key: string };

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bruecke-bench-'));
  chmodSync(folder, 0o711); // as root, PostgreSQL runs as another user, who must be able to pass
  const dataFolder = join(folder, 'data');
  const environment = { BRUECKE_ROLE: process.env['BENCH_ROLE'] ?? 'all' };
  const server = await startRealServer({ dataFolder, port: await freePort(), environment, built: true });
  try {
    const admin = await setUp(server);
    const { mandantId, key } = await addMandantWithKey(admin, { name: 'Probe GmbH', mandantNumber: 10_001 });
    const target = { mandantId, key };
    const bare = await openBare(folder, dataFolder);
    // Memory first: after the rounds the server holds what their peak needed, and everything would look like idle.
    const added = await measureMemory(server, target);
    const ratios = await compare(server, target, bare);
    await bare.end();
    console.log(`rss intake +${added.toFixed(0)} MB while 20 uploads of 20 MB arrive at once`);
    console.log(ratioLine('intake', ratios));
  } finally {
    await server.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rounds take turns, so that whatever else the machine does falls on both. */
async function compare(server: RealServer, target: Target, bare: Bare): Promise<number[]> {
  const connections = await openConnections(server, clients);
  const cpu = () => [process.pid, server.pid].map(cpuOfProcess).concat(cpuOfDatabase(bare.databasePid));
  const ours = () => rate((bytes, caller) => upload(connections[caller], target, bytes), cpu);
  await ours(); // warm-up: code compiled, connections open
  const ratios: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const limit = await rate(bare.keep, cpu);
    const reached = await ours();
    const ratio = reached.perSecond / limit.perSecond;
    ratios.push(ratio);
    console.log(`round ${round}: bare ${limit.text}, hand-in ${reached.text}, ratio ${ratio.toFixed(2)}`);
  }
  for (const connection of connections) connection.close();
  return ratios;
}

/**
 * Calls per second of 16 callers, each with bytes of its own that differ from all others; and the CPU each call cost this process
 * (bare loop or client), the server and PostgreSQL: rates suffer from neighbours on the machine, CPU hardly does.
 */
async function rate(work: (bytes: Buffer, caller: number) => Promise<void>, cpu: () => number[]): Promise<Rate> {
  const cpuBefore = cpu();
  const from = performance.now();
  const until = from + secondsPerPart * 1000;
  const base = pdfOf('0'.repeat(36), { padding: smallBytes - 900 });
  const at = base.indexOf('0'.repeat(36));
  const counts = await Promise.all(
    Array.from({ length: clients }, async (_, caller) => {
      const bytes = Buffer.from(base);
      let count = 0;
      while (performance.now() < until) {
        bytes.write(randomUUID(), at, 'latin1');
        await work(bytes, caller);
        count += 1;
      }
      return count;
    }),
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  const perSecond = total / ((performance.now() - from) / 1000);
  const [here, server, database] = cpu().map((after, index) => ((after - (cpuBefore[index] ?? 0)) / total).toFixed(2));
  return {
    perSecond,
    text: `${perSecond.toFixed(0)}/s (CPU ms: here ${here}, server ${server}, PostgreSQL ${database})`,
  };
}

function openConnections(server: RealServer, count: number): Promise<Connection[]> {
  return Promise.all(Array.from({ length: count }, () => openConnection(server.url)));
}

async function upload(connection: Connection | undefined, target: Target, bytes: Buffer): Promise<void> {
  const path = `/api/v1/mandanten/${target.mandantId}/vouchers?name=Rechnung.pdf&uploadId=${randomUUID()}`;
  const headers = { authorization: `Bearer ${target.key}`, 'content-type': 'application/octet-stream' };
  const answer = await connection?.post(path, headers, bytes);
  if (answer?.status !== 201) throw new Error(`upload: ${answer?.status} ${answer?.text}`);
}

type Bare = { databasePid: number; keep(bytes: Buffer): Promise<void>; end(): Promise<void> };

/** The bare limit, in the server's own database and on the same disk. */
async function openBare(folder: string, dataFolder: string): Promise<Bare> {
  const pool = new pg.Pool({
    host: socketFolderOf(dataFolder),
    user: 'bruecke_admin',
    database: 'postgres',
    password: readFileSync(join(dataFolder, 'secrets', 'database-admin-password'), 'utf8').trim(),
    max: clients,
    idleTimeoutMillis: 0, // its backends lead to the server whose CPU is counted
  });
  // Closing for good, some still hang on when the server ends its database.
  pool.on('error', () => undefined);
  const { rows } = await pool.query(
    "select current_setting('synchronous_commit') as synchronous_commit, pg_backend_pid() as pid",
  );
  if (rows[0].synchronous_commit !== 'on') throw new Error('the bare limit needs synchronous_commit on');
  await pool.query('create table bare (id uuid primary key, name text not null, size int not null)');
  const files = join(folder, 'bare');
  await mkdir(files);
  return {
    databasePid: rows[0].pid,
    keep: async (bytes) => {
      const id = randomUUID();
      const temporary = join(files, `${id}.part`);
      const file = await open(temporary, 'wx');
      await file.writeFile(bytes);
      await file.sync();
      await file.close();
      await rename(temporary, join(files, id));
      const handle = await open(files, 'r');
      await handle.sync();
      await handle.close();
      await pool.query('insert into bare (id, name, size) values ($1, $2, $3)', [id, 'Rechnung.pdf', bytes.length]);
    },
    end: () => pool.end(),
  };
}

/** PostgreSQL writes it into the fifth line of its pid file. */
function socketFolderOf(dataFolder: string): string {
  const found = readdirSync(dataFolder, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith('postmaster.pid'),
  );
  const socket = found && readFileSync(join(dataFolder, found), 'utf8').split('\n')[4];
  if (!socket) throw new Error('the server has no database of its own in its data folder');
  return socket;
}

/** By how many MB the server grows over its idle state. Idle: it has been working, and then nothing for a moment. */
async function measureMemory(server: RealServer, target: Target): Promise<number> {
  const connections = await openConnections(server, 20);
  const large = (mark: string) => pdfOf(mark, { padding: largeBytes - 1000 });
  await upload(connections[0], target, large('warm-up'));
  await pause(5000);
  const idle = rssOf(server.pid);
  let highest = idle;
  const watch = setInterval(() => {
    highest = Math.max(highest, rssOf(server.pid));
  }, 10);
  const files = Array.from({ length: 20 }, (_, index) => large(`Datei ${index}`));
  await Promise.all(files.map((bytes, index) => upload(connections[index], target, bytes)));
  await pause(3000);
  clearInterval(watch);
  for (const connection of connections) connection.close();
  console.log(`memory: idle ${idle.toFixed(0)} MB, highest ${highest.toFixed(0)} MB`);
  return highest - idle;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function rssOf(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return (pages * 4096) / 1_048_576;
}

await main();
