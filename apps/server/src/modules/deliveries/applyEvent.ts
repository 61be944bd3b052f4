import {
  cutEvent,
  type DeliveryEvent,
  type DeliveryPhase,
  type Id,
  nextDelivery,
  type VoucherStatus,
} from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import { tableOf } from '../../db/lists.ts';
import type { StoredCause } from '../../db/storedValues.ts';
import type { Tx } from '../../db/withTenant.ts';
import type { DeliveryRow } from './deliveryRow.ts';

export const statusByPhase: Record<DeliveryPhase, VoucherStatus> = {
  waiting: 'waiting',
  sending: 'waiting',
  question: 'question',
  failed: 'error',
  arrived: 'delivered',
  settled: 'delivered',
  cancelled: 'received',
  unresolved: 'received',
};

const ended = new Set<DeliveryPhase>(['arrived', 'settled', 'cancelled', 'unresolved']);

/** `severed`: of the delivery's connection, read under the delivery's lock. */
type EventDetails = { cause?: StoredCause | null; severed?: boolean };

/** Applies one event of the state table to a locked delivery and its voucher. */
export async function applyEvent(
  tx: Tx,
  services: Services,
  delivery: DeliveryRow,
  event: DeliveryEvent,
  details: EventDetails = {},
): Promise<DeliveryRow> {
  const after = afterEvent(services, delivery, event, details);
  if (after !== delivery) await writeChanges(tx, delivery.mandant_id, [after]);
  return after;
}

/**
 * What an event of the state table makes of a delivery; the very same row when nothing. Writes nothing. A delivery of a severed
 * connection that would go on waiting ends instead: not one byte more reaches a former dataset.
 */
export function afterEvent(
  services: Services,
  delivery: DeliveryRow,
  event: DeliveryEvent,
  details: EventDetails,
): DeliveryRow {
  services.watchTable?.(delivery.phase, event);
  const next = nextDelivery({ phase: delivery.phase, maybeThere: delivery.maybe_there }, event);
  if (!next.changed) return delivery;
  let { state } = next;
  if (details.severed && !ended.has(state.phase) && state.phase !== 'sending') {
    services.watchTable?.(state.phase, cutEvent(state));
    state = nextDelivery(state, cutEvent(state)).state;
  }
  const at = services.now();
  return {
    ...delivery,
    phase: state.phase,
    maybe_there: state.maybeThere,
    cause: details.cause ?? null,
    next_attempt_at: null,
    postponed: event === 'postpone' || event === 'noAnswer' ? delivery.postponed + 1 : 0,
    ...(state.phase === 'sending' ? {} : { sending_since: null, sending_by: null }),
    ...(state.phase === 'arrived' ? { arrived_at: at } : {}),
    ...(ended.has(state.phase) ? { ended_at: at } : {}),
  };
}

const changedColumns = {
  id: 'uuid',
  phase: 'text',
  maybe_there: 'boolean',
  cause: 'jsonb',
  next_attempt_at: 'timestamptz',
  postponed: 'int',
  sending_since: 'timestamptz',
  sending_by: 'text',
  arrived_at: 'timestamptz',
  ended_at: 'timestamptz',
} as const;

/**
 * Writes what events have made of locked deliveries, and what their vouchers show: what their last run came to, not a late proof of
 * an earlier one. Two statements for any number; vouchers in the order of their ids, as whoever locks several does.
 */
export async function writeChanges(tx: Tx, mandantId: Id, rows: readonly DeliveryRow[]): Promise<void> {
  if (rows.length === 0) return;
  const deliveries = rows.map((row) => ({ ...row, cause: row.cause && JSON.stringify(row.cause) }));
  const vouchers = rows.map((row) => ({
    id: row.voucher_id,
    run: row.run,
    status: statusByPhase[row.phase],
    cause: voucherCause(row.phase, row.cause),
  }));
  await Promise.all([
    sql`
      update deliveries d
         set phase = new.phase, maybe_there = new.maybe_there, cause = new.cause, next_attempt_at = new.next_attempt_at,
             postponed = new.postponed, sending_since = new.sending_since, sending_by = new.sending_by,
             arrived_at = new.arrived_at, ended_at = new.ended_at
        from ${tableOf('new', changedColumns, deliveries)}
       where d.mandant_id = ${mandantId} and d.id = new.id`.execute(tx),
    sql`
      update vouchers set status = new.status, cause = new.cause
        from (select new.* from ${tableOf('new', { id: 'uuid', run: 'int', status: 'text', cause: 'jsonb' }, vouchers)}
                join vouchers v on v.mandant_id = ${mandantId} and v.id = new.id
               where (v.status, v.cause) is distinct from (new.status, new.cause)
                 and not exists (select from deliveries d
                                  where d.mandant_id = ${mandantId} and d.voucher_id = new.id and d.run > new.run)
               order by v.id for no key update of v) new
       where vouchers.mandant_id = ${mandantId} and vouchers.id = new.id`.execute(tx),
  ]);
}

/** People see a cause only where it asks something of them, or tells what a cut left open. */
export function voucherCause(phase: DeliveryPhase, cause: StoredCause | null): string | null {
  if (phase === 'unresolved') return JSON.stringify({ code: 'unresolved_after_cut' } satisfies StoredCause);
  if (phase !== 'question' && phase !== 'failed') return null;
  return cause ? JSON.stringify(cause) : null;
}
