import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { type OrderRow, openOrderOf } from './openOrder.ts';
import type { Receivers } from './receivers.ts';

/** An order that is given up this often is over. */
const mostAttempts = 5;

/**
 * Gives up this attempt of a locked order: its staging is discarded and it waits to be handed out anew, with the next attempt's number. The
 * fifth attempt ends as failed.
 */
export async function giveAgain(tx: Tx, services: Services, receivers: Receivers, row: OrderRow): Promise<void> {
  const failed = { ok: false, rows: row.rows, calls: 0 } as const;
  const last = row.attempt >= mostAttempts;
  const end = last
    ? ({ ...failed, code: 'unexpected', detail: `given up ${mostAttempts} times` } as const)
    : ({ ...failed, code: 'cancelled', detail: null } as const);
  await tx
    .updateTable('connector_orders')
    .set(
      last
        ? { state: 'ended', ended_at: services.now(), outcome: JSON.stringify(end) }
        : { state: 'waiting', attempt: row.attempt + 1, parts: 0, rows: 0, handed_out_at: null, moved_at: null },
    )
    .where('firm_id', '=', row.firm_id)
    .where('id', '=', row.id)
    .execute();
  await receivers[row.kind].ended(tx, services, openOrderOf(row), end);
}
