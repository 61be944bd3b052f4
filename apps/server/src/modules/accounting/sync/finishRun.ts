import type { OrderFailureCode } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { recordHistory } from '../../../history/index.ts';
import { shareOf } from '../plan/calendar.ts';
import { nextDue } from '../plan/runs.ts';
import { type Run, tellLists, tellPages } from './runOrders.ts';

/**
 * Ends a run once no order of it is open any more, and sets the time of the next one. The run's row is held since its order was closed: of two
 * orders that end at once, the second sees that the first is gone.
 */
export async function finishRun(tx: Tx, services: Services, run: Run): Promise<void> {
  const now = services.now();
  const { rows } = await sql<{ failure: OrderFailureCode | null; monthsChanged: number; rowsRead: number }>`
    update sync_runs r set state = case when failure_code is null then 'done' else 'failed' end, ended_at = ${now}
     where r.mandant_id = ${run.mandantId} and r.id = ${run.runId} and r.state = 'running'
       and not exists (select from sync_orders o where o.mandant_id = r.mandant_id and o.run_id = r.id)
    returning failure_code as failure, months_changed as "monthsChanged", rows_read as "rowsRead"`.execute(tx);
  const [ended] = rows;
  if (!ended) return;
  const moved = await noteEnd(tx, run, ended.failure, now);
  if (ended.monthsChanged > 0)
    await recordHistory(tx, services, {
      at: now,
      kind: 'figures.read',
      actor: { type: 'connector', id: run.connectorId },
      subject: { mandantId: run.mandantId },
      data: { reason: run.reason, months: ended.monthsChanged, rows: ended.rowsRead },
      mandantIds: [run.mandantId],
    });
  // A run that brought nothing new and went well, as most do, is no matter for lists of a thousand Mandanten.
  await (moved ? tellLists : tellPages)(tx, run.mandantId);
}

/** Whether lists show the Mandant's figures in another state now: it failed, or is the first that did not. */
async function noteEnd(tx: Tx, run: Run, failure: OrderFailureCode | null, now: Date): Promise<boolean> {
  const ledger = await tx
    .selectFrom('ledgers')
    .select(['failures_in_row', 'first_read_at', 'connection_id'])
    .where('mandant_id', '=', run.mandantId)
    .where('ledger_no', '=', run.ledgerNo)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const failuresInRow = failure === null ? 0 : ledger.failures_in_row + 1;
  await tx
    .updateTable('ledgers')
    .set({
      last_run_at: now,
      failures_in_row: failuresInRow,
      // By the connector: all Mandanten of a firm in the same quarter of an hour, firms apart from each other.
      due_at: nextDue({ failure, failuresInRow }, now, shareOf(run.connectorId)),
      ...(failure === null && { first_read_at: ledger.first_read_at ?? now }),
      ...(failure === null && run.whole && { read_whole_at: now, whole_since: null }),
    })
    .where('mandant_id', '=', run.mandantId)
    .where('ledger_no', '=', run.ledgerNo)
    .execute();
  return failure !== null || ledger.failures_in_row > 0 || ledger.first_read_at === null;
}
