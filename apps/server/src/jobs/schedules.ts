import { sql } from 'kysely';
import type { Tenancy } from '../db/withTenant.ts';
import type { Job } from './defineJob.ts';

/** Work that comes back by the clock. Its job takes no payload and finds out by itself what is due. */
export type Schedule = {
  readonly job: Job<Record<string, never>>;
  /** Milliseconds from one run to the next, counted from 1970 (UTC), so that all processes mean the same times. */
  readonly every: number;
  /** Milliseconds into each period. Default 0. */
  readonly offset?: number;
};

/** The next time of a schedule after `now`. */
export function nextRun(schedule: Schedule, now: Date): Date {
  const offset = schedule.offset ?? 0;
  const periods = Math.floor((now.getTime() - offset) / schedule.every) + 1;
  return new Date(periods * schedule.every + offset);
}

/**
 * Puts the next run of each schedule into the queue. There is one waiting job however many processes do this, and it keeps its time, so
 * that one that is late is not pushed on for ever. Only what lies more than a whole period beyond was put there by a clock that was wrong;
 * the clocks of two processes differ by less.
 */
export async function enqueueSchedules(tenancy: Tenancy, schedules: readonly Schedule[], now: Date): Promise<void> {
  if (schedules.length === 0) return;
  await tenancy.withRole('dispatcher', async (tx) => {
    for (const schedule of schedules) {
      const next = nextRun(schedule, now);
      const latest = new Date(next.getTime() + schedule.every);
      await sql`select enqueue_schedule(${schedule.job.name}, ${next}::timestamptz, ${latest}::timestamptz)`.execute(
        tx,
      );
    }
  });
}
