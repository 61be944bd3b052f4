import { setTimeout as delay } from 'node:timers/promises';
import { Type } from '@sinclair/typebox';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testDatabase.ts';
import { cancelJob, defineJob, enqueueJob, handleJob, type JobContext, type JobHandler } from './defineJob.ts';
import { beat } from './heartbeat.ts';
import type { JobEvent } from './runJob.ts';
import { enqueueSchedules } from './schedules.ts';
import { startWorker, type Worker } from './worker.ts';

const greet = defineJob('test.greet', Type.Object({ id: Type.String() }, { additionalProperties: false }));
const now = () => new Date();

let db: TestDatabase;
let worker: Worker | undefined;
let events: JobEvent[];
let errors: unknown[];
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  events = [];
  errors = [];
  await db.sql('truncate graphile_worker._private_jobs, failed_jobs, workers');
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  expect(errors).toEqual([]);
});

const wait = (milliseconds: number, signal: AbortSignal) =>
  delay(milliseconds, undefined, { signal }).catch(() => undefined);

async function start(...handlers: JobHandler[]) {
  worker = await startWorker({
    tenancy: db,
    connection: db.connection,
    handlers,
    concurrency: 4,
    now,
    random: () => 0.5,
    wait,
    log: (event) => events.push(event),
    onError: (error) => errors.push(error),
  });
  return worker;
}

/** A handler that tells of each run, and a promise for the n-th. */
function recorder(result: (context: JobContext) => ReturnType<JobHandler['run']> = async () => undefined) {
  const runs: { id: string; attempt: number }[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const handler = handleJob(greet, async ({ id }, context) => {
    runs.push({ id, attempt: context.attempt });
    for (const { count, resolve } of waiting) if (runs.length >= count) resolve();
    return result(context);
  });
  const reached = (count: number) =>
    new Promise<void>((resolve) => {
      if (runs.length >= count) resolve();
      else waiting.push({ count, resolve });
    });
  return { handler, runs, reached };
}

const enqueue = (id: string, options = {}) => db.withRole('dispatcher', (tx) => enqueueJob(tx, greet, { id }, options));
const waitingJobs = () =>
  db.sql<{ payload: Record<string, unknown>; run_at: Date; key: string | null; locked_by: string | null }>(
    'select payload, run_at, key, locked_by from graphile_worker._private_jobs order by id',
  );
/** The queue takes a finished job out a moment after its handler ended. */
async function until(condition: () => Promise<boolean>) {
  while (!(await condition())) await delay(20);
}

describe('worker', () => {
  it('runs what a transaction enqueued, and nothing that was rolled back', async () => {
    const { handler, runs, reached } = recorder();
    await start(handler);
    const failing = db.withRole('dispatcher', async (tx) => {
      await enqueueJob(tx, greet, { id: 'lost' });
      throw new Error('planned');
    });
    await expect(failing).rejects.toThrow('planned');
    await enqueue('kept');
    await reached(1);
    await until(async () => (await waitingJobs()).length === 0);
    expect(runs).toEqual([{ id: 'kept', attempt: 1 }]);
  });

  it('runs more at once of those that bound by themselves what they take', async () => {
    const other = defineJob('test.other', Type.Object({}, { additionalProperties: false }));
    let end = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const many = recorder(() => ended.then(() => undefined));
    let others = 0;
    for (let id = 0; id < 12; id += 1) await enqueue(String(id));
    for (let turn = 0; turn < 4; turn += 1) await db.withRole('dispatcher', (tx) => enqueueJob(tx, other, {}));
    await start(
      { ...many.handler, manyAtOnce: true },
      handleJob(other, async () => {
        others += 1;
      }),
    );
    await many.reached(12);
    await until(async () => others === 4);
    end();
    await until(async () => (await waitingJobs()).length === 0);
  });

  it('runs at most so many at once of all others', async () => {
    let [running, most] = [0, 0];
    const few = recorder(async () => {
      most = Math.max(most, ++running);
      await delay(5);
      running -= 1;
      return undefined;
    });
    for (let id = 0; id < 30; id += 1) await enqueue(String(id));
    await start(few.handler);
    await few.reached(30);
    expect(most).toBe(4);
  });

  it('lets every context enqueue, and none touch the queue itself', async () => {
    const mandantId = crypto.randomUUID();
    await db.withTenant({ as: 'user', userId: mandantId }, (tx) => enqueueJob(tx, greet, { id: 'a' }));
    await db.withTenant({ as: 'job', mandantId }, (tx) => enqueueJob(tx, greet, { id: 'b' }));
    expect(await waitingJobs()).toHaveLength(2);
    const peeking = db.withRole('dispatcher', (tx) =>
      tx
        .withSchema('graphile_worker')
        .selectFrom('_private_jobs' as 'workers')
        .selectAll()
        .execute(),
    );
    await expect(peeking).rejects.toMatchObject({ code: '42501' });
  });

  it('keeps one waiting job per key, and takes it back', async () => {
    await enqueue('first', { key: 'k' });
    await enqueue('second', { key: 'k' });
    expect((await waitingJobs()).map((job) => job.payload)).toEqual([{ id: 'second' }]);
    await db.withRole('dispatcher', (tx) => cancelJob(tx, 'k'));
    expect(await waitingJobs()).toEqual([]);
  });

  it('comes back after the pause of the table, stored with the job', async () => {
    const { handler, reached } = recorder(async () => ({ retry: 'network' }));
    await enqueue('a', { key: 'k' });
    const before = Date.now();
    await start(handler);
    await reached(1);
    await until(async () => events.length === 1 && (await waitingJobs()).every((job) => job.locked_by === null));
    const [job] = await waitingJobs();
    expect(job).toMatchObject({ payload: { id: 'a', $repetitions: 1 }, key: 'k' });
    expect(job?.run_at.getTime()).toBeGreaterThanOrEqual(before + 5000);
    expect(events).toMatchObject([{ kind: 'network', pause: 5000, attempt: 1 }]);
  });

  it('counts repetitions, and gives up what nobody foresaw after the last one', async () => {
    const { handler, runs, reached } = recorder(async () => {
      throw new TypeError('unforeseen, with a name in it: Ada');
    });
    await db.sql("select graphile_worker.add_job('test.greet', $1::json)", ['{"id":"a","$repetitions":10}']);
    await start(handler);
    await reached(1);
    await until(async () => (await waitingJobs()).length === 0);
    expect(runs).toEqual([{ id: 'a', attempt: 11 }]);
    const failed = await db.withRole('operator', (tx) => tx.selectFrom('failed_jobs').selectAll().execute());
    expect(failed).toMatchObject([
      { task: 'test.greet', payload: { id: 'a' }, attempts: 11, kind: 'unexpected', error: 'TypeError' },
    ]);
    expect(events).toMatchObject([{ level: 'error', kind: 'unexpected' }]);
  });

  it('gives up a payload it cannot read at once', async () => {
    const { handler, runs } = recorder();
    await db.sql("select graphile_worker.add_job('test.greet', $1::json)", ['{"id":7}']);
    await start(handler);
    await until(async () => (await db.sql('select from failed_jobs')).length === 1);
    expect(runs).toEqual([]);
    expect(events).toMatchObject([{ kind: 'payload' }]);
  });

  it('frees and runs the jobs of a worker that died', async () => {
    await enqueue('orphan');
    await enqueue('fresh');
    await db.sql("insert into workers (id, seen_at) values ('dead', now() - interval '16 s'), ('alive', now())");
    await db.sql(
      `update graphile_worker._private_jobs set locked_at = now() - interval '20 s',
              locked_by = case payload ->> 'id' when 'orphan' then 'dead' else 'alive' end`,
    );
    const { handler, runs, reached } = recorder();
    const { id } = await start(handler);
    await reached(1);
    expect(runs).toEqual([{ id: 'orphan', attempt: 1 }]);
    expect((await db.sql<{ id: string }>('select id from workers order by id')).map((row) => row.id)).toEqual(
      ['alive', id].sort(),
    );
    await db.sql("delete from workers where id = 'alive'");
    expect(await beat(db, id)).toEqual(['alive']);
    await reached(2);
  });

  it('frees and runs the jobs of a worker that died while the clock was ahead', async () => {
    await enqueue('orphan');
    await db.sql("insert into workers (id, seen_at) values ('dead', now() + interval '1 year')");
    await db.sql("update graphile_worker._private_jobs set locked_by = 'dead', locked_at = now() + interval '1 year'");
    const { handler, runs, reached } = recorder();
    const { id } = await start(handler);
    await reached(1);
    expect(runs).toEqual([{ id: 'orphan', attempt: 1 }]);
    expect(await db.sql('select id from workers')).toEqual([{ id }]);
  });

  it('finishes what runs before it stops, and signs off', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { handler, reached } = recorder(async () => {
      await gate;
      return undefined;
    });
    await start(handler);
    await enqueue('slow');
    await reached(1);
    let stopped = false;
    const stopping = worker?.stop().then(() => {
      stopped = true;
    });
    worker = undefined;
    await enqueue('later');
    expect(stopped).toBe(false);
    release();
    await stopping;
    expect((await waitingJobs()).map((job) => job.payload)).toEqual([{ id: 'later' }]);
    expect(await db.sql('select from workers')).toEqual([]);
  });

  it('refuses two handlers for one job', async () => {
    const { handler } = recorder();
    await expect(start(handler, handler)).rejects.toThrow('two handlers');
  });
});

describe('schedules', () => {
  const tick = defineJob('test.tick', Type.Object({}, { additionalProperties: false }));
  it('keep one waiting run each, at its time, however often they are asked', async () => {
    const schedules = [{ job: tick, every: 60_000 }];
    await enqueueSchedules(db, schedules, new Date('2026-01-01T00:00:10Z'));
    await enqueueSchedules(db, schedules, new Date('2026-01-01T00:05:10Z'));
    expect(await waitingJobs()).toMatchObject([
      { key: 'schedule:test.tick', run_at: new Date('2026-01-01T00:01:00Z') },
    ]);
  });

  it('have their next run at the right time again once a clock that was ahead is right', async () => {
    const schedules = [{ job: tick, every: 60_000 }];
    const nextAfter = async (time: string) => {
      await enqueueSchedules(db, schedules, new Date(time));
      return (await waitingJobs())[0]?.run_at;
    };
    expect(await nextAfter('2036-01-01T00:00:10Z')).toEqual(new Date('2036-01-01T00:01:00Z'));
    expect(await nextAfter('2026-01-01T00:00:10Z')).toEqual(new Date('2026-01-01T00:01:00Z'));
    // Two processes may not agree on the second.
    expect(await nextAfter('2025-12-31T23:59:59Z')).toEqual(new Date('2026-01-01T00:01:00Z'));
  });
});
