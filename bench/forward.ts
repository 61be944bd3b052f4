import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { send } from '@bruecke/channels/vouchers-to-duo/channel';
import type { DatevOnlineSettings } from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { startDemo } from '../apps/server/demo/start.ts';
import { layOutVouchers } from '../apps/server/simulate/layOut.ts';
import { compose } from '../apps/server/src/compose.ts';
import { readConfig } from '../apps/server/src/config.ts';
import type { Services } from '../apps/server/src/context.ts';
import { removeDataFolder } from '../apps/server/src/db/clusterFolder.ts';
import { resumeForwarding } from '../apps/server/src/modules/connectionHealth/index.ts';
import { datevRuntime, freshAccessToken } from '../apps/server/src/modules/grants/index.ts';
import { readDatevSettings } from '../apps/server/src/modules/instance/index.ts';
import { median, ratioLine } from './figures.ts';
import { cpuOfDatabase, cpuOfProcess } from './processes.ts';

/**
 * `npm run bench:forward`: deliveries per second of the real worker against a bare loop of the same PUTs: same process, same
 * HTTP client, same bytes, same number under way, in turns. DATEV's sandbox is a process of its own, as DATEV is. What lies
 * between the two is all that Brücke adds: claim and record on a durable PostgreSQL, queue, blob store, technical log, history
 * with its sealer, receipt. What each figure means: bench/README.md.
 */
const { values } = parseArgs({
  options: {
    deliveries: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '5' },
    bytes: { type: 'string', default: '150000' },
    backlog: { type: 'string', default: '50000' },
  },
});
const deliveries = Number(values.deliveries);
const rounds = Number(values.rounds);
const size = Number(values.bytes);
const backlog = Number(values.backlog);

type Target = {
  services: Services;
  datev: ChildProcess;
  settings: DatevOnlineSettings;
  /** Jobs at the same time in the worker, PUTs at the same time in the bare loop. */
  underWay: number;
  mandantId: Id;
  connectionId: Id;
  mandantNumber: number;
  consultantNumber: number;
  userId: Id;
};

async function main(): Promise<void> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'bruecke-forward-'));
  chmodSync(dataFolder, 0o711); // as root, PostgreSQL runs as another user, who must be able to pass
  const running: (() => Promise<unknown>)[] = [];
  try {
    const target = await start(dataFolder, running);
    await forwarded(target, Math.min(500, deliveries), size); // warm-up: code compiled, connections open
    await bare(target, Math.min(500, deliveries));
    await statisticsThere(target.services);
    const ratios: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const limit = await bare(target, deliveries);
      const own = await forwarded(target, deliveries, size);
      ratios.push(own.perSecond / limit.perSecond);
      console.log(
        `round ${round}: bare ${limit.text}\n         forwarded ${own.text}, ratio ${ratios.at(-1)?.toFixed(2)}`,
      );
    }
    if (backlog > 0) await drainBacklog(target);
    console.log(ratioLine('forward', ratios));
  } finally {
    for (const stop of running.reverse()) await stop();
    removeDataFolder(dataFolder);
  }
}

/** The demo lays out people and connections; then the same folder runs on with DATEV apart. */
async function start(dataFolder: string, running: (() => Promise<unknown>)[]): Promise<Target> {
  const demo = await startDemo({ dataFolder, port: 0, log: () => {} });
  const { publicUrl } = demo;
  const userId = demo.cast.ids['kanzlei-admin'];
  const settings = await demo.composed.services.withRole('operator', (tx) =>
    readDatevSettings(tx, demo.composed.services),
  );
  await demo.stop();
  if (!settings) throw new Error('no DATEV settings');
  const datev = await startDatev(join(dataFolder, 'datev'), new URL(settings.accountingDocumentsUrl).port);
  running.push(() => stopChild(datev));
  const config = readConfig(
    { BRUECKE_DATA: dataFolder, PORT: new URL(publicUrl).port, PUBLIC_URL: publicUrl },
    { randomBytes },
  );
  const composed = await compose({ config, version: 'bench', log: (line) => console.error(line) });
  running.push(() => composed.stop());
  const { services } = composed;
  const row = await services.withTenant({ as: 'user', userId }, (tx) =>
    tx
      .selectFrom('connections')
      .select([
        'mandant_id as mandantId',
        'id as connectionId',
        'mandant_number as mandantNumber',
        'consultant_number as consultantNumber',
      ])
      .where('mandant_number', '=', 17)
      .executeTakeFirstOrThrow(),
  );
  return { ...row, services, datev, settings, underWay: config.workerConcurrency, userId };
}

/** The sandbox's command on the folder that the demo has filled. */
async function startDatev(folder: string, port: string): Promise<ChildProcess> {
  const main = fileURLToPath(new URL('../packages/datev-sandbox/src/main.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', main, '--data', folder, '--port', port, '--control-port', '0'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  for await (const text of child.stdout) if (String(text).includes('Ctrl-C stops.')) return child;
  throw new Error(`the sandbox of DATEV did not start: is port ${port} taken?`);
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

type Measured = { perSecond: number; text: string };

/** Runs `work` and tells how many of `count` came per second, and what each cost whom: the ratio suffers from neighbours, CPU hardly. */
async function measure(target: Target, count: number, what: string, work: () => Promise<void>): Promise<Measured> {
  const before = await readCpu(target);
  const startedAt = performance.now();
  await work();
  const perSecond = count / ((performance.now() - startedAt) / 1000);
  const used = (await readCpu(target)).map((after, index) => after - (before[index] ?? 0));
  const [own, database, datev] = used.map((ms) => (ms / count).toFixed(2));
  const text = `${perSecond.toFixed(0)} ${what}/s (CPU ms for each: Brücke ${own}, PostgreSQL ${database}, DATEV ${datev})`;
  return { perSecond, text };
}

async function readCpu({ services, datev }: Target): Promise<number[]> {
  const backendPid = await services.withRole('operator', async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
    return rows[0]?.pid ?? 0;
  });
  return [cpuOfProcess(process.pid), cpuOfDatabase(backendPid), cpuOfProcess(datev.pid ?? 0)];
}

/** A plain loop with the client that the channel uses. */
async function bare(target: Target, count: number): Promise<Measured> {
  const { services, settings, underWay } = target;
  const token = await freshAccessToken(services, settings, target.mandantId, target.connectionId);
  if (token.kind !== 'ready') throw new Error(`no token: ${token.kind}`);
  const runtime = { ...datevRuntime(services, []), fetch: services.fetch };
  let next = 0;
  const sendNext = async (mark: string) => {
    const answer = await send(
      { settings, runtime, accessToken: token.accessToken },
      {
        dataset: target,
        documentGuid: services.newId().toUpperCase(),
        fileName: `bare_${mark}.pdf`,
        mediaType: 'application/pdf',
        content: paper(size, mark),
        documentType: 'Rechnungseingang',
        note: null,
      },
    );
    if (!answer.ok) throw new Error(`bare PUT: ${answer.failure.kind} ${answer.failure.code}`);
  };
  return measure(target, count, 'PUTs', async () => {
    await Promise.all(
      Array.from({ length: underWay }, async () => {
        while (next < count) await sendNext(`${Date.now()}_${next++}`);
      }),
    );
  });
}

function paper(bytes: number, mark: string): Buffer {
  const [head, tail] = [`%PDF-1.4\n% ${mark}\n`, '\n%%EOF\n'];
  return Buffer.concat([
    Buffer.from(head),
    Buffer.alloc(Math.max(0, bytes - head.length - tail.length), 0x20),
    Buffer.from(tail),
  ]);
}

/** Queued while the connection is off, then switched on and drained by the running worker. */
async function forwarded(
  target: Target,
  count: number,
  bytes: number,
  watch: (left: number) => void = () => {},
): Promise<Measured> {
  const { services } = target;
  await setSwitch(target, false);
  await layOutVouchers(services, target.mandantId, target.userId, count, (index) =>
    paper(bytes, `${Date.now()} ${index}`),
  );
  while ((await queued(services)) > 0) await wait(100);
  const before = await arrived(target);
  const measured = await measure(target, count, 'deliveries', async () => {
    await setSwitch(target, true);
    for (let turn = 0; await anyLeft(target); turn += 1) {
      if (turn % 40 === 0) watch(before + count - (await arrived(target)));
      await wait(25);
    }
  });
  const came = (await arrived(target)) - before;
  if (came !== count) throw new Error(`${came} of ${count} arrived`);
  return measured;
}

/** PostgreSQL has looked at its tables for the first time, as it does within half a minute of a new installation's life. */
async function statisticsThere(services: Services): Promise<void> {
  for (let seen = false; !seen; ) {
    const { rows } = await services.withRole('operator', (tx) =>
      sql<{ seen: boolean }>`
        select bool_and(last_autoanalyze is not null) as seen from pg_stat_user_tables
         where relname in ('deliveries', 'vouchers', 'delivery_attempts')`.execute(tx),
    );
    seen = rows[0]?.seen ?? false;
    if (!seen) await wait(500);
  }
}

async function setSwitch(target: Target, on: boolean): Promise<void> {
  const { services, mandantId, connectionId } = target;
  await services.withTenant({ as: 'job', mandantId }, async (tx) => {
    await tx
      .updateTable('connections')
      .set({ switched_on: on })
      .where('mandant_id', '=', mandantId)
      .where('id', '=', connectionId)
      .execute();
    if (on) await resumeForwarding(tx, mandantId, connectionId);
  });
}

async function queued(services: Services): Promise<number> {
  const { rows } = await services.withRole('operator', (tx) =>
    sql<{ ready: number; running: number }>`select ready, running from queue_counts()`.execute(tx),
  );
  return Number(rows[0]?.ready ?? 0) + Number(rows[0]?.running ?? 0);
}

async function anyLeft({ services, mandantId, connectionId }: Target): Promise<boolean> {
  const { rows } = await services.withTenant({ as: 'job', mandantId }, async (tx) => {
    // Expecting one among the first rows, which are the first to be sent, PostgreSQL would read the whole table in the end.
    await sql`set local enable_seqscan = off`.execute(tx);
    return sql<{ left: boolean }>`
      select exists (select from deliveries where mandant_id = ${mandantId} and connection_id = ${connectionId}
                      and ended_at is null and phase in ('waiting', 'sending')) as left`.execute(tx);
  });
  return rows[0]?.left ?? false;
}

async function arrived({ services, mandantId }: Target): Promise<number> {
  const row = await services.withTenant({ as: 'job', mandantId }, (tx) =>
    tx
      .selectFrom('deliveries')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('mandant_id', '=', mandantId)
      .where('phase', '=', 'arrived')
      .executeTakeFirstOrThrow(),
  );
  return Number(row.count);
}

/** Memory while a large backlog drains: of this process, which is the whole program. */
async function drainBacklog(target: Target): Promise<void> {
  const samples: { done: number; rss: number }[] = [];
  const { perSecond } = await forwarded(target, backlog, 2_000, (left) => {
    samples.push({ done: 1 - left / backlog, rss: process.memoryUsage.rss() / 2 ** 20 });
  });
  const around = (share: number) =>
    median(samples.filter(({ done }) => Math.abs(done - share) <= 0.05).map(({ rss }) => rss)).toFixed(0);
  console.log(
    `backlog ${backlog}: ${perSecond.toFixed(0)} deliveries/s, memory at 10 % ${around(0.1)} MB, at 50 % ${around(0.5)} MB, at 90 % ${around(0.9)} MB`,
  );
}

await main();
