import { EventEmitter } from 'node:events';
import { Logger, run, type TaskList } from 'graphile-worker';
import { type AppConnection, createPool } from '../db/pool.ts';
import { QUEUE_ROLE } from '../db/roles.ts';
import { createRoom, type Room } from '../room.ts';
import type { JobHandler } from './defineJob.ts';
import { beat, signOff } from './heartbeat.ts';
import { type RunJobOptions, runJob } from './runJob.ts';
import { enqueueSchedules, type Schedule } from './schedules.ts';

export type WorkerOptions = RunJobOptions & {
  readonly connection: AppConnection;
  readonly handlers: readonly JobHandler[];
  readonly schedules?: readonly Schedule[];
  /** Jobs at the same time, and three times as many beside them of kinds with `manyAtOnce`. Default 16. */
  readonly concurrency?: number;
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown) => void;
};

export type Worker = {
  readonly id: string;
  /** Takes no more jobs and waits for those that run; after 5 s their signal aborts. */
  stop(): Promise<void>;
};

const HEARTBEAT = 4000;

/**
 * Starts working through the queue. Throws when two handlers have one name.
 * Connections: about 5 for the queue beside those of the handlers' own transactions.
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const concurrency = options.concurrency ?? 16;
  const pool = createPool(options.connection, {
    role: QUEUE_ROLE,
    max: 6,
    name: 'bruecke queue',
    onError: options.onError,
  });
  let id = '';
  const events = new EventEmitter();
  events.on('pool:create', ({ workerPool }: { workerPool: { id: string } }) => {
    id = workerPool.id;
  });
  const runner = await run({
    pgPool: pool,
    noHandleSignals: true, // the program stops us, after the HTTP side
    taskList: toTaskList(options, createRoom(concurrency)),
    events,
    logger: new Logger(() => (level, message, meta) => {
      if (level === 'error') options.onError(new Error(`queue: ${message}`, { cause: meta }));
    }),
    preset: {
      worker: {
        concurrentJobs: concurrency * 4,
        pollInterval: 1000,
        // Fetching in batches: 18,455 jobs/s against about 1,400 one by one (2 cores).
        localQueue: { size: concurrency * 4 },
        completeJobBatchDelay: 0,
        gracefulShutdownAbortTimeout: 5000,
      },
    },
  });
  const stopping = new AbortController();
  const pulse = keepAlive(id, options, stopping.signal);
  return {
    id,
    stop: async () => {
      await runner.stop();
      stopping.abort();
      await pulse;
      await signOff(options.tenancy, id);
      await pool.end();
    },
  };
}

function toTaskList(options: WorkerOptions, room: Room): TaskList {
  const tasks: TaskList = {};
  for (const handler of options.handlers) {
    if (tasks[handler.name]) throw new Error(`two handlers for the job ${handler.name}`);
    tasks[handler.name] = async (payload, helpers) => {
      const { key } = helpers.job;
      const queue = helpers.job.job_queue_id === null ? null : await helpers.getQueueName();
      const run = () => runJob(handler, { payload, key, queue }, helpers.abortSignal, options);
      await (handler.manyAtOnce ? run() : room(1, run));
    };
  }
  return tasks;
}

/** Also the clock of the schedules: each beat looks whether their next runs are in the queue. */
async function keepAlive(id: string, options: WorkerOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await beat(options.tenancy, id);
      await enqueueSchedules(options.tenancy, options.schedules ?? [], options.now());
    } catch (error) {
      options.onError(error);
    }
    await options.wait(HEARTBEAT, signal);
  }
}
