import type { Id, OrderEnd } from '@bruecke/model';
import type { ConnectorCtx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { refuse } from '../../refusal.ts';
import { giveAgain } from './giveAgain.ts';
import { noteFailure, noteSuccess } from './noteAnswer.ts';
import { noteRefusal } from './noteRefusal.ts';
import { lockOrder, type OrderRow, openOrderOf } from './openOrder.ts';
import type { Receivers } from './receivers.ts';

export type EndInput = { orderId: Id; attempt: number; end: OrderEnd };

type Ended = {
  kind: 'ended' | 'again' | 'repeated' | 'gone' | 'foreign' | 'rowsDiffer';
  mandantId: Id | null;
  /** DATEV answered for this Mandant. */
  succeeded?: boolean;
};

/**
 * Ends an order: its receiver draws the consequences in the same transaction. Refused with `rows_differ` where fewer or more rows arrived than
 * were sent: the order then waits to be handed out anew. An end that comes again is taken as such.
 */
export async function endOrder(ctx: ConnectorCtx, receivers: Receivers, input: EndInput): Promise<void> {
  const ended = await ctx.withTenant({ as: 'connector', connectorId: ctx.connector.id }, (tx) =>
    end(tx, ctx, receivers, input),
  );
  const { firmId, id: connectorId } = ctx.connector;
  const about = { firmId, connectorId, machine: null, mandantId: ended.mandantId };
  if (ended.kind === 'foreign') await noteRefusal(ctx, { ...about, reason: 'foreignOrder' });
  if (ended.kind === 'foreign' || ended.kind === 'gone') throw refuse('order_gone');
  if (ended.kind === 'rowsDiffer') throw refuse('rows_differ');
  if (ended.kind === 'ended' && !input.end.ok && input.end.code === 'refusedByConnector')
    await noteRefusal(ctx, { ...about, reason: 'orderRefused' });
  // By itself: two orders that end at once both hold the binding and would wait for each other to let it be written.
  const { mandantId } = ended;
  if (mandantId && ended.succeeded)
    await ctx.withTenant({ as: 'connector', connectorId }, (tx) => noteSuccess(tx, ctx, mandantId, connectorId));
}

async function end(tx: Tx, ctx: ConnectorCtx, receivers: Receivers, input: EndInput): Promise<Ended> {
  const row = await lockOrder(tx, ctx.connector.id, input.orderId);
  if (row === 'foreign') return { kind: 'foreign', mandantId: null };
  if (row === 'unbound' || row.attempt !== input.attempt) return { kind: 'gone', mandantId: null };
  const at = { mandantId: row.mandant_id };
  if (row.state === 'ended') return { kind: 'repeated', ...at };
  if (row.state !== 'handedOut') return { kind: 'gone', ...at };
  const { end: given } = input;
  if (given.ok && given.rows !== row.rows) {
    await giveAgain(tx, ctx, receivers, row);
    return { kind: 'rowsDiffer', ...at };
  }
  if (!given.ok && given.code === 'cancelled') {
    // The program gave it back, as it is stopped or began anew.
    await giveAgain(tx, ctx, receivers, row);
    return { kind: 'again', ...at };
  }
  await close(tx, ctx, row, given);
  await receivers[row.kind].ended(tx, ctx, openOrderOf(row), given);
  // A probe says itself what it means for the binding.
  const speaks = row.mandant_id !== null && row.kind !== 'probe';
  if (speaks && !given.ok) await noteFailure(tx, ctx, row);
  return { kind: 'ended', ...at, succeeded: speaks && given.ok };
}

/** Before the receiver, so that it may give the next order under the same key. */
async function close(tx: Tx, ctx: ConnectorCtx, row: OrderRow, given: OrderEnd): Promise<void> {
  await tx
    .updateTable('connector_orders')
    .set({ state: 'ended', ended_at: ctx.now(), outcome: JSON.stringify(given) })
    .where('firm_id', '=', row.firm_id)
    .where('id', '=', row.id)
    .execute();
}
