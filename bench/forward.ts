import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { send } from '@bruecke/channels/vouchers-to-duo/channel';
import { createDiscoveryCache } from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { type Demo, startDemo } from '../apps/server/demo/start.ts';
import { layOutVouchers } from '../apps/server/simulate/layOut.ts';
import { resumeForwarding } from '../apps/server/src/modules/connectionHealth/index.ts';
import { freshAccessToken } from '../apps/server/src/modules/grants/index.ts';
import { readDatevSettings } from '../apps/server/src/modules/instance/index.ts';
import { ratioLine } from './figures.ts';

/**
 * Forwarding against a bare loop of the same PUTs: same process, same sandbox over HTTP, same number under way, in turns. What
 * lies between the two is all that Brücke adds: two transactions per delivery on a durable PostgreSQL, queue, history, receipt.
 */
const { values } = parseArgs({
  options: {
    deliveries: { type: 'string', default: '600' },
    rounds: { type: 'string', default: '5' },
    bytes: { type: 'string', default: '150000' },
    backlog: { type: 'string', default: '50000' },
  },
});
const [deliveries, rounds, size, backlog] = [values.deliveries, values.rounds, values.bytes, values.backlog].map(
  Number,
) as [number, number, number, number];
const underWay = 16;

type Target = { mandantId: Id; connectionId: Id; mandantNumber: number; consultantNumber: number; userId: Id };

async function findTarget(demo: Demo): Promise<Target> {
  const { services } = demo.composed;
  const userId = demo.cast.ids['kanzlei-admin'];
  const row = await services.withTenant({ as: 'user', userId }, (tx) =>
    tx
      .selectFrom('connections')
      .select(['mandant_id', 'id', 'mandant_number', 'consultant_number'])
      .where('mandant_number', '=', 17)
      .executeTakeFirstOrThrow(),
  );
  return {
    mandantId: row.mandant_id,
    connectionId: row.id,
    mandantNumber: row.mandant_number,
    consultantNumber: row.consultant_number,
    userId,
  };
}

/** PUTs per second of a plain loop with the client that the channel uses. */
async function bare(demo: Demo, target: Target): Promise<number> {
  const { services } = demo.composed;
  const settings = await services.withTenant({ as: 'job', mandantId: target.mandantId }, (tx) =>
    readDatevSettings(tx, services),
  );
  if (!settings) throw new Error('no DATEV settings');
  const token = await freshAccessToken(services, settings, target.mandantId, target.connectionId);
  if (token.kind !== 'ready') throw new Error(`no token: ${token.kind}`);
  const runtime = {
    fetch: (request: Request) => fetch(request),
    now: () => Date.now(),
    randomBytes: (length: number) => randomBytes(length),
    discoveryCache: createDiscoveryCache(),
  };
  let next = 0;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: underWay }, async () => {
      for (; next < deliveries; ) {
        const index = next++;
        const answer = await send(
          { settings, runtime, accessToken: token.accessToken },
          {
            dataset: target,
            documentGuid: crypto.randomUUID().toUpperCase(),
            fileName: `bare_${startedAt}_${index}.pdf`,
            mediaType: 'application/pdf',
            content: paper(size, `${startedAt} ${index}`),
            documentType: 'Rechnungseingang',
            note: null,
            filing: null,
          },
        );
        if (!answer.ok) throw new Error(`bare PUT: ${answer.failure.kind} ${answer.failure.code}`);
      }
    }),
  );
  return deliveries / ((performance.now() - startedAt) / 1000);
}

function paper(bytes: number, mark: string): Buffer {
  const [head, tail] = [`%PDF-1.4\n% ${mark}\n`, '\n%%EOF\n'];
  return Buffer.concat([
    Buffer.from(head),
    Buffer.alloc(Math.max(0, bytes - head.length - tail.length), 0x20),
    Buffer.from(tail),
  ]);
}

/** Deliveries per second: queued while the connection is off, then switched on and drained by the running worker. */
async function forwarded(
  demo: Demo,
  target: Target,
  count: number,
  bytes: number,
  watch: () => void = () => {},
): Promise<number> {
  const { services } = demo.composed;
  await setSwitch(demo, target, false);
  await layOutVouchers(services, target.mandantId, target.userId, count, (index) =>
    paper(bytes, `${Date.now()} ${index}`),
  );
  await waitFor(async () => (await queued(demo)) === 0, watch);
  const before = await arrivedCount(demo, target);
  const startedAt = performance.now();
  await setSwitch(demo, target, true);
  await waitFor(async () => (await arrivedCount(demo, target)) >= before + count, watch);
  return count / ((performance.now() - startedAt) / 1000);
}

async function setSwitch(demo: Demo, target: Target, on: boolean): Promise<void> {
  const { services } = demo.composed;
  await services.withTenant({ as: 'job', mandantId: target.mandantId }, async (tx) => {
    await tx
      .updateTable('connections')
      .set({ switched_on: on })
      .where('mandant_id', '=', target.mandantId)
      .where('id', '=', target.connectionId)
      .execute();
    if (on) await resumeForwarding(tx, target.mandantId, target.connectionId);
  });
}

async function queued(demo: Demo): Promise<number> {
  const { services } = demo.composed;
  const { rows } = await services.withRole('operator', (tx) =>
    sql<{ ready: number; running: number }>`select ready, running from queue_counts()`.execute(tx),
  );
  return Number(rows[0]?.ready ?? 0) + Number(rows[0]?.running ?? 0);
}

async function arrivedCount(demo: Demo, target: Target): Promise<number> {
  const row = await demo.composed.services.withTenant({ as: 'job', mandantId: target.mandantId }, (tx) =>
    tx
      .selectFrom('deliveries')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('mandant_id', '=', target.mandantId)
      .where('phase', '=', 'arrived')
      .executeTakeFirstOrThrow(),
  );
  return Number(row.count);
}

async function waitFor(condition: () => Promise<boolean>, watch: () => void): Promise<void> {
  while (!(await condition())) {
    watch();
    await wait(100);
  }
}

async function main(): Promise<void> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'bruecke-forward-'));
  chmodSync(dataFolder, 0o711);
  const demo = await startDemo({ dataFolder, port: 0, log: () => {} });
  try {
    const target = await findTarget(demo);
    await forwarded(demo, target, Math.min(100, deliveries), size);
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const plain = await bare(demo, target);
      const own = await forwarded(demo, target, deliveries, size);
      ratios.push(own / plain);
      console.log(
        `round ${round + 1}: bare ${plain.toFixed(0)} PUTs/s, forwarded ${own.toFixed(0)} deliveries/s of ${size} bytes, ratio ${(own / plain).toFixed(2)}`,
      );
    }
    if (backlog > 0) await drainBacklog(demo, target);
    console.log(ratioLine('forward', ratios));
  } finally {
    await demo.stop();
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

/** Memory while a large backlog drains: the mean of the last quarter of samples against the first. */
async function drainBacklog(demo: Demo, target: Target): Promise<void> {
  const samples: number[] = [];
  const perSecond = await forwarded(demo, target, backlog, 2_000, () => void samples.push(process.memoryUsage.rss()));
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  const mean = (part: number[]) => part.reduce((sum, value) => sum + value, 0) / part.length / 2 ** 20;
  console.log(
    `backlog ${backlog}: ${perSecond.toFixed(0)} deliveries/s, memory first quarter ${mean(samples.slice(0, quarter)).toFixed(0)} MB, last quarter ${mean(samples.slice(-quarter)).toFixed(0)} MB`,
  );
}

await main();
