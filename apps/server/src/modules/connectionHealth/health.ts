import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { StoredFinding } from '../../db/storedValues.ts';
import type { Tx } from '../../db/withTenant.ts';

/**
 * Pauses after failures in a row of one connection, seconds. An isolated lost answer costs five; an outage of days about one
 * call an hour, so that the share of failed calls stays small (requirement G-32) and nobody polls (G-33).
 */
const pauseSeconds = [5, 15, 60, 300, 900, 1800, 3600] as const;

/**
 * Failures in a row from which the whole connection is held. Below that only the voucher that failed waits: a lost answer now and
 * then must not stop the others, and holding and resuming costs one look at each of them.
 */
export const holdFrom = 3;

/** A longer pause than this is not believed, whoever asks for it: a voucher would wait for it long after DATEV is well again. */
const mostAskedSeconds = 86_400;

export function pauseAfter(failuresInRow: number, askedSeconds: number | null): number {
  const own = pauseSeconds[Math.min(Math.max(failuresInRow, 1), pauseSeconds.length) - 1] ?? 3600;
  return Math.max(own, Math.min(askedSeconds ?? 0, mostAskedSeconds));
}

/** A real call for this Mandant succeeded. Returns whether the connection had been held, so that the rest can go on. */
export async function noteSuccess(tx: Tx, mandantId: Id, connectionId: Id, at: Date): Promise<boolean> {
  // The steady state writes at most once in ten seconds: the row is shared by all workers of the connection.
  const { rows } = await sql<{ failures: number }>`
    with before as (
      select failures_in_row as failures from connections where mandant_id = ${mandantId} and id = ${connectionId}
    )
    update connections c
       set last_success_at = ${at}, retry_at = null, failures_in_row = 0,
           reachable_since = case when reachable then reachable_since else ${at}::timestamptz end, reachable = true, unreachable_reason = null
      from before
     where c.mandant_id = ${mandantId} and c.id = ${connectionId}
       and c.severed_at is null
       and (before.failures > 0 or not coalesce(c.reachable, false) or c.last_success_at is null
            or c.last_success_at < ${at}::timestamptz - interval '10 seconds')
    returning before.failures`.execute(tx);
  return (rows[0]?.failures ?? 0) >= holdFrom;
}

/**
 * DATEV did not answer, or not yet. Returns when to try again, and whether the whole queue of the connection is held until
 * then: one voucher then tries for all.
 */
export async function noteFailure(
  tx: Tx,
  input: { mandantId: Id; connectionId: Id; at: Date; reason: string; askedSeconds: number | null },
): Promise<{ held: boolean; retryAt: Date }> {
  const { mandantId, connectionId, at } = input;
  const row = await tx
    .selectFrom('connections')
    .select(['failures_in_row', 'retry_at', 'reachable', 'reachable_since'])
    .where('mandant_id', '=', mandantId)
    .where('id', '=', connectionId)
    .where('severed_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst();
  // What a cut has ended is tried no more; its deliveries find that out by themselves.
  if (!row) return { held: true, retryAt: at };
  // Several uploads under way fail together; once the connection is held that is one failure, not several.
  if (row.retry_at && row.retry_at > at) return { held: true, retryAt: row.retry_at };
  const failures = row.failures_in_row + 1;
  const held = failures >= holdFrom;
  const retryAt = new Date(at.getTime() + pauseAfter(failures, input.askedSeconds) * 1000);
  await tx
    .updateTable('connections')
    .set({
      failures_in_row: failures,
      ...(held
        ? {
            retry_at: retryAt,
            reachable: false,
            reachable_since: row.reachable === false ? row.reachable_since : at,
            unreachable_reason: input.reason,
          }
        : {}),
    })
    .where('mandant_id', '=', mandantId)
    .where('id', '=', connectionId)
    .execute();
  if (held) await enqueueProbe(tx, mandantId, connectionId, retryAt);
  return { held, retryAt };
}

/**
 * Something has to be put right at DATEV or in the settings; the connection holds until a test finds it in order.
 * `checkedAt`: of the check under which the call was made. Where another one has found the connection in order since (a person gave a
 * new consent, or put it right and tested) the finding is out of date, and nobody would test again: false, and nothing is noted.
 */
export async function noteFinding(
  tx: Tx,
  input: { mandantId: Id; connectionId: Id; at: Date; checkedAt: Date | null; finding: StoredFinding },
): Promise<boolean> {
  const noted = await tx
    .updateTable('connections')
    .set({ setup: 'findings', setup_blocking: true, findings: JSON.stringify([input.finding]), checked_at: input.at })
    .where('mandant_id', '=', input.mandantId)
    .where('id', '=', input.connectionId)
    .where((row) => row.or([row('setup', '<>', 'ready'), row('checked_at', 'is not distinct from', input.checkedAt)]))
    .returning('id')
    .executeTakeFirst();
  return noted !== undefined;
}

/** The next try of a held connection. */
export async function enqueueProbe(tx: Tx, mandantId: Id, connectionId: Id, at: Date): Promise<void> {
  const payload = JSON.stringify({ mandantId, connectionId });
  await sql`select enqueue_job('probeConnection', ${payload}::jsonb, ${at}::timestamptz, ${`probeConnection:${connectionId}`})`.execute(
    tx,
  );
}

/**
 * All waiting vouchers of a connection get their job (again), the oldest first: after a switch-on, a consent, a repair, an outage. Where a job
 * waits already it keeps its time if `onlyWithoutJob`.
 */
export async function resumeForwarding(
  tx: Tx,
  mandantId: Id,
  connectionId: Id,
  options: { onlyWithoutJob?: boolean } = {},
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select enqueue_jobs('deliver', array_agg(jsonb_build_object('mandantId', mandant_id, 'deliveryId', id) order by created_at, id),
                        array_agg('deliver:' || id order by created_at, id), null, ${options.onlyWithoutJob ?? false}) as count
      from deliveries where mandant_id = ${mandantId} and connection_id = ${connectionId} and ended_at is null
         and phase = 'waiting'`.execute(tx);
  return rows[0]?.count ?? 0;
}
