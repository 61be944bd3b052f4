import type { Static, TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { sql } from 'kysely';
import type { Tx } from '../db/withTenant.ts';
import type { RetryKind } from './retries.ts';

/** A kind of background work: its name and what its payload looks like. Payloads hold ids only, never content. */
export type Job<Payload> = {
  readonly name: string;
  /** Reads a stored payload; throws for anything else. */
  readonly parse: (payload: unknown) => Payload;
};

export type JobContext = {
  /** 1 at first, 2 at the first repetition, … */
  readonly attempt: number;
  /** Aborts when the process is stopping and the job has had time to end by itself. */
  readonly signal: AbortSignal;
};

/** undefined: done. `retry`: not this time, again after the pause of the retry table. Anything thrown counts as `unexpected`. */
export type JobOutcome = undefined | { readonly retry: RetryKind; readonly afterMilliseconds?: number };

/** A job with its work, ready for the worker. Work may run twice (a worker died after it, before it could say so). */
export type JobHandler = {
  readonly name: string;
  readonly run: (payload: unknown, context: JobContext) => Promise<JobOutcome>;
  /**
   * Its jobs wait most of the time, for transactions that they share, and bound by themselves what they take: more of them run than
   * of the others, so that more share one. Default false.
   */
  readonly manyAtOnce?: boolean;
};

/** Thrown for a stored payload that is not what the job expects: it is given up at once, repeating cannot help. */
export class JobPayloadError extends Error {
  override readonly name = 'JobPayloadError';
  readonly code = 'job_payload';
}

/** Declares a job. The name stays for good: jobs that wait in a database carry it. */
export function defineJob<Schema extends TSchema>(name: string, schema: Schema): Job<Static<Schema>> {
  return {
    name,
    parse: (payload) => {
      if (Value.Check(schema, payload)) return payload;
      const first = Value.Errors(schema, payload).First();
      throw new JobPayloadError(
        `job ${name}: ${first ? `${first.path || 'payload'}: ${first.message}` : 'wrong payload'}`,
      );
    },
  };
}

/** Binds a job to its work. `work` may return nothing when it is done. */
export function handleJob<Payload>(
  job: Job<Payload>,
  // biome-ignore lint/suspicious/noConfusingVoidType: a handler without return value is one that is done
  work: (payload: Payload, context: JobContext) => Promise<JobOutcome | void>,
  options: Pick<JobHandler, 'manyAtOnce'> = {},
): JobHandler {
  return {
    ...options,
    name: job.name,
    run: async (payload, context) => (await work(job.parse(payload), context)) ?? undefined,
  };
}

export type EnqueueOptions = {
  /** Not before this time. Default: at once. */
  readonly runAt?: Date;
  /** At most one waiting job has this key; enqueuing again replaces it. One that is already running is followed by another. */
  readonly key?: string;
  /** Jobs of one queue run one after the other. Few names only: each is a row that stays. */
  readonly queue?: string;
  /** With a key: what happens to a waiting job with the same one. Default `replace`. */
  readonly keyMode?: 'replace' | 'preserve_run_at' | 'unsafe_dedupe';
};

/** Enqueues in the caller's transaction: the job exists exactly if the change does. */
export async function enqueueJob<Payload>(
  tx: Tx,
  job: Job<Payload>,
  payload: Payload,
  options: EnqueueOptions = {},
): Promise<void> {
  job.parse(payload);
  await sql`select enqueue_job(${job.name}, ${JSON.stringify(payload)}::jsonb, ${options.runAt ?? null}::timestamptz,
    ${options.key ?? null}, null, ${options.queue ?? null}, ${options.keyMode ?? 'replace'})`.execute(tx);
}

/** Takes back the waiting job with this key, if there is one. */
export async function cancelJob(tx: Tx, key: string): Promise<void> {
  await sql`select cancel_job(${key})`.execute(tx);
}
