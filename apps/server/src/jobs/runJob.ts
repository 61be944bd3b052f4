import { sql } from 'kysely';
import { isDatabaseAway } from '../db/databaseAway.ts';
import type { Tenancy } from '../db/withTenant.ts';
import { type JobContext, type JobHandler, type JobOutcome, JobPayloadError } from './defineJob.ts';
import { pauseBefore, type RetryKind } from './retries.ts';

export type RunJobOptions = {
  readonly tenancy: Tenancy;
  readonly now: () => Date;
  readonly random: () => number;
  readonly log: (event: JobEvent) => void;
};

/** What the worker tells about a job that did not simply end. */
export type JobEvent = {
  readonly level: 'info' | 'error';
  readonly task: string;
  readonly attempt: number;
  readonly kind: RetryKind | 'payload';
  /** Milliseconds until the repetition; absent: given up. */
  readonly pause?: number;
  readonly error?: unknown;
};

/** The job as the queue hands it out. */
export type QueuedJob = { readonly payload: unknown; readonly key: string | null; readonly queue: string | null };

/** How often a job was repeated travels in its payload, under a key that no payload of ours uses. */
const REPETITIONS = '$repetitions';

/**
 * Runs one job. When it could not do its work it is enqueued anew with the pause of the retry table, and this run ends as done:
 * the queue's own pauses know nothing of causes. When its repetitions are used up it becomes a row of `failed_jobs`.
 */
export async function runJob(
  handler: JobHandler,
  job: QueuedJob,
  signal: AbortSignal,
  options: RunJobOptions,
): Promise<void> {
  const { payload, repetitions } = unwrap(job.payload);
  const context: JobContext = { attempt: repetitions + 1, signal };
  let outcome: JobOutcome;
  let error: unknown;
  try {
    outcome = await handler.run(payload, context);
  } catch (thrown) {
    error = thrown;
    if (thrown instanceof JobPayloadError) {
      await giveUp(handler, payload, context, 'payload', thrown, options);
      return;
    }
    outcome = { retry: isStorageError(thrown) ? 'storage' : 'unexpected' };
  }
  if (outcome === undefined) return;
  const kind = outcome.retry;
  const pause = pauseBefore(kind, context.attempt, options.random, outcome.afterMilliseconds);
  if (pause === undefined) {
    await giveUp(handler, payload, context, kind, error, options);
    return;
  }
  options.log({ level: 'info', task: handler.name, attempt: context.attempt, kind, pause, error });
  const again = JSON.stringify({ ...payload, [REPETITIONS]: context.attempt });
  const runAt = new Date(options.now().getTime() + pause);
  // A job enqueued under the same key meanwhile knows more than this one does: it keeps its earlier time.
  await options.tenancy.withRole('dispatcher', (tx) =>
    sql`select enqueue_job(${handler.name}, ${again}::jsonb, ${runAt}::timestamptz, ${job.key}, null, ${job.queue},
      'preserve_run_at')`.execute(tx),
  );
}

async function giveUp(
  handler: JobHandler,
  payload: object,
  context: JobContext,
  kind: JobEvent['kind'],
  error: unknown,
  options: RunJobOptions,
): Promise<void> {
  options.log({ level: 'error', task: handler.name, attempt: context.attempt, kind, error });
  await options.tenancy.withRole('dispatcher', (tx) =>
    tx
      .insertInto('failed_jobs')
      .values({
        at: options.now(),
        task: handler.name,
        payload: JSON.stringify(payload),
        attempts: context.attempt,
        kind,
        error: describe(error),
      })
      .execute(),
  );
}

function unwrap(stored: unknown): { readonly payload: object; readonly repetitions: number } {
  if (typeof stored !== 'object' || stored === null) return { payload: {}, repetitions: 0 };
  const { [REPETITIONS]: repetitions, ...payload }: Record<string, unknown> = { ...stored };
  return { payload, repetitions: typeof repetitions === 'number' ? repetitions : 0 };
}

/** Name and code only: messages may carry personal data, and this stays in the database. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return error === undefined ? '' : 'not an Error';
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return `${error.name}${code}`;
}

const FILE_CODES = new Set(['ENOENT', 'ENOSPC', 'blob_disk_full', 'blob_store_failed']);

/** Database or blobs could not be used just now. */
function isStorageError(error: unknown): boolean {
  if (isDatabaseAway(error)) return true;
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && FILE_CODES.has(error.code);
}
