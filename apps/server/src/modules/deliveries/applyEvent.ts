import { cutEvent, type DeliveryEvent, type DeliveryPhase, nextDelivery, type VoucherStatus } from '@bruecke/model';
import type { Services } from '../../context.ts';
import type { StoredCause } from '../../db/moduleTables.ts';
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

/**
 * Applies one event of the state table to a locked delivery, its last attempt and its voucher. A delivery of a severed
 * connection that would go on waiting ends instead: not one byte more reaches a former dataset.
 */
export async function applyEvent(
  tx: Tx,
  services: Services,
  delivery: DeliveryRow,
  event: DeliveryEvent,
  details: { outcome?: string; cause?: StoredCause | null; severed?: boolean; nextAttemptAt?: Date | null } = {},
): Promise<DeliveryRow> {
  const at = services.now();
  services.watchTable?.(delivery.phase, event);
  const next = nextDelivery({ phase: delivery.phase, maybeThere: delivery.maybe_there }, event);
  if (!next.changed) return delivery;
  let { state } = next;
  if (details.severed && !ended.has(state.phase) && state.phase !== 'sending') {
    services.watchTable?.(state.phase, cutEvent(state));
    state = nextDelivery(state, cutEvent(state)).state;
  }
  const cause = details.cause ?? null;
  const row = await tx
    .updateTable('deliveries')
    .set({
      phase: state.phase,
      maybe_there: state.maybeThere,
      cause: cause ? JSON.stringify(cause) : null,
      next_attempt_at: details.nextAttemptAt ?? null,
      postponed: event === 'postpone' || event === 'noAnswer' ? delivery.postponed + 1 : 0,
      ...(state.phase === 'sending' ? {} : { sending_since: null, sending_by: null }),
      ...(state.phase === 'arrived' ? { arrived_at: at } : {}),
      ...(ended.has(state.phase) ? { ended_at: at } : {}),
    })
    .where('mandant_id', '=', delivery.mandant_id)
    .where('id', '=', delivery.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (event === 'lose')
    await tx
      .updateTable('delivery_attempts')
      .set({ ended_at: at, outcome: details.outcome ?? 'lost' })
      .where('mandant_id', '=', delivery.mandant_id)
      .where('delivery_id', '=', delivery.id)
      .where('number', '=', delivery.attempts)
      .where('ended_at', 'is', null)
      .execute();
  await tx
    .updateTable('vouchers')
    .set({ status: statusByPhase[state.phase], cause: voucherCause(state.phase, cause) })
    .where('mandant_id', '=', delivery.mandant_id)
    .where('id', '=', delivery.voucher_id)
    .execute();
  return row;
}

/** People see a cause only where it asks something of them, or tells what a cut left open. */
export function voucherCause(phase: DeliveryPhase, cause: StoredCause | null): string | null {
  if (phase === 'unresolved') return JSON.stringify({ code: 'unresolved_after_cut' } satisfies StoredCause);
  if (phase !== 'question' && phase !== 'failed') return null;
  return cause ? JSON.stringify(cause) : null;
}
