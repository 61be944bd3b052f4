import type { Id, OrderEnd } from '@bruecke/model';
import type { ConnectorCtx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { refuse } from '../../refusal.ts';
import { giveAgain } from './giveAgain.ts';
import { isSuccessNews, noteFailure, noteSuccess } from './noteAnswer.ts';
import { noteRefusal } from './noteRefusal.ts';
import { lockOrder, type OrderRow, openOrderOf } from './openOrder.ts';
import type { Receivers } from './receivers.ts';

export type EndInput = { orderId: Id; attempt: number; end: OrderEnd };

export type Ended = {
  kind: 'ended' | 'again' | 'repeated' | 'gone' | 'foreign' | 'rowsDiffer';
  mandantId: Id | null;
  /** DATEV answered for this Mandant, which is to be written down. */
  news?: boolean;
};

/**
 * Ends an order: its receiver draws the consequences in the same transaction. Refused with `rows_differ` where fewer or more rows arrived than
 * were sent: the order then waits to be handed out anew. An end that comes again is taken as such.
 */
export async function endOrder(ctx: ConnectorCtx, receivers: Receivers, input: EndInput): Promise<void> {
  const ended = await ctx.withTenant({ as: 'connector', connectorId: ctx.connector.id }, (tx) =>
    end(tx, ctx, receivers, input),
  );
  await told(ctx, ended, input.end);
}

async function end(tx: Tx, ctx: ConnectorCtx, receivers: Receivers, input: EndInput): Promise<Ended> {
  const row = await lockOrder(tx, ctx.connector, input.orderId);
  if (row === 'foreign') return { kind: 'foreign', mandantId: null };
  if (row === 'unbound' || row.attempt !== input.attempt) return { kind: 'gone', mandantId: null };
  const at = { mandantId: row.mandant_id };
  if (row.state === 'ended') return { kind: 'repeated', ...at };
  if (row.state !== 'handedOut') return { kind: 'gone', ...at };
  return endLocked(tx, ctx, receivers, row, input.end);
}

/** Ends an order that is handed out and locked, in the transaction that holds it. `told` follows once that is over. */
export async function endLocked(
  tx: Tx,
  ctx: ConnectorCtx,
  receivers: Receivers,
  row: OrderRow,
  given: OrderEnd,
): Promise<Ended> {
  const at = { mandantId: row.mandant_id };
  if (given.ok && given.rows !== row.rows) {
    await giveAgain(tx, ctx, receivers, row);
    return { kind: 'rowsDiffer', ...at };
  }
  if (!given.ok && given.code === 'cancelled') {
    // The program gave it back, as it is stopped or began anew.
    await giveAgain(tx, ctx, receivers, row);
    return { kind: 'again', ...at };
  }
  // A probe says itself what it means for the binding.
  const speaks = row.mandant_id !== null && row.kind !== 'probe';
  const [, , news] = await Promise.all([
    close(tx, ctx, row, given),
    receivers[row.kind].ended(tx, ctx, openOrderOf(row), given),
    speaks && given.ok ? isSuccessNews(tx, ctx, row) : false,
  ]);
  if (speaks && !given.ok) await noteFailure(tx, ctx, row);
  return { kind: 'ended', ...at, news };
}

/** Sent before the receiver has an answer, so that it may give the next order under the same key. */
async function close(tx: Tx, ctx: ConnectorCtx, row: OrderRow, given: OrderEnd): Promise<void> {
  await tx
    .updateTable('connector_orders')
    .set({ state: 'ended', ended_at: ctx.now(), outcome: JSON.stringify(given) })
    .where('firm_id', '=', row.firm_id)
    .where('id', '=', row.id)
    .execute();
}

/** What an end means beyond its transaction: refusals, and that DATEV answered. */
export async function told(ctx: ConnectorCtx, ended: Ended, given: OrderEnd): Promise<void> {
  const { firmId, id: connectorId } = ctx.connector;
  const { kind, mandantId } = ended;
  const about = { firmId, connectorId, machine: null, mandantId };
  if (kind === 'foreign') await noteRefusal(ctx, { ...about, reason: 'foreignOrder' });
  if (kind === 'foreign' || kind === 'gone') throw refuse('order_gone');
  if (kind === 'rowsDiffer') throw refuse('rows_differ');
  if (kind === 'ended' && !given.ok && given.code === 'refusedByConnector')
    await noteRefusal(ctx, { ...about, reason: 'orderRefused' });
  // By itself: two orders that end at once both hold the binding and would wait for each other to let it be written.
  if (mandantId && ended.news)
    await ctx.withTenant({ as: 'connector', connectorId }, (tx) => noteSuccess(tx, ctx, mandantId, connectorId));
}
