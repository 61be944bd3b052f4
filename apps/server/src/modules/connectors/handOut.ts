import { mostOrders, type SignedOrder, signingPurposes } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import { signFor } from '@bruecke/proof';
import { sql } from 'kysely';
import type { ConnectorCtx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { giveAgain } from './giveAgain.ts';
import { holdBinding, type OrderRow } from './openOrder.ts';
import type { Receivers } from './receivers.ts';

/** Handed out and without a row for so long: given again. */
const stuckMs = 10 * 60_000;
/** An order is to be begun within this; longer would let somebody keep one for later. */
const beginWithinMs = 60 * 60_000;

/**
 * Takes back orders that the program does not name as running (the answer with them got lost, or it began anew) and those without a row for
 * ten minutes. Only at the beginning of a poll, when `running` is fresh.
 */
export async function takeBackLost(
  tx: Tx,
  ctx: ConnectorCtx,
  receivers: Receivers,
  running: readonly Id[],
): Promise<void> {
  const handedOut = tx
    .selectFrom('connector_orders')
    .selectAll()
    .where('connector_id', '=', ctx.connector.id)
    .where('state', '=', 'handedOut');
  const lost = (row: OrderRow) => isLost(row, running, ctx.now());
  for (const found of (await handedOut.execute()).filter(lost)) {
    if (found.mandant_id && !(await holdBinding(tx, found.mandant_id))) continue;
    // A part that is just being taken holds the row: then it is not lost.
    const row = await handedOut.where('id', '=', found.id).forUpdate().skipLocked().executeTakeFirst();
    if (row && lost(row)) await giveAgain(tx, ctx, receivers, row);
  }
}

function isLost(row: OrderRow, running: readonly Id[], now: Date): boolean {
  return !running.includes(row.id) || (row.moved_at !== null && now.getTime() - row.moved_at.getTime() > stuckMs);
}

/** Within this the program has heard of its order's end; one that it still names afterwards was ended here, as given up. */
const heardOfEndMs = 60_000;

/**
 * Of the orders the program works on: how many it still has to end, and those that it should drop, as they were cancelled or given up. Of what
 * ended a moment ago it knows itself, or is about to.
 */
export async function lookAtRunning(
  tx: Tx,
  ctx: ConnectorCtx,
  running: readonly Id[],
): Promise<{ open: number; cancelled: Id[] }> {
  if (running.length === 0) return { open: 0, cancelled: [] };
  const known = await tx
    .selectFrom('connector_orders')
    .select(['id', 'state'])
    .where('connector_id', '=', ctx.connector.id)
    .where((is) =>
      is.or([
        is('state', '=', 'handedOut'),
        is.and([is('state', '=', 'ended'), is('ended_at', '>', new Date(ctx.now().getTime() - heardOfEndMs))]),
      ]),
    )
    .where('id', 'in', [...running])
    .execute();
  return {
    open: known.filter((row) => row.state === 'handedOut').length,
    cancelled: running.filter((id) => !known.some((row) => row.id === id)),
  };
}

/**
 * The next orders, signed, as many as the program may have beside those it works on: in the order in which they were given, people's
 * questions before the clock's.
 */
export async function handOut(tx: Tx, ctx: ConnectorCtx, alreadyOut: number): Promise<SignedOrder[]> {
  const room = Math.min(mostOrders, mostOrders - alreadyOut);
  if (room <= 0) return [];
  const now = ctx.now();
  const { rows } = await sql<OrderRow>`
    with next as materialized ( -- once: looked at again for each row, what is locked by then makes room for more than the limit
      select firm_id, id from connector_orders
       where connector_id = ${ctx.connector.id} and state = 'waiting'
       order by kind in ('probe', 'listClients') desc, no limit ${room} for update skip locked
    ), given as (
      update connector_orders o set state = 'handedOut', handed_out_at = ${now}, moved_at = ${now}
        from next
       where o.firm_id = next.firm_id and o.id = next.id
      returning o.*
    )
    select * from given order by kind in ('probe', 'listClients') desc, no`.execute(tx);
  return rows.map((row) => {
    const content = {
      id: row.id,
      attempt: row.attempt,
      issuedAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + beginWithinMs).toISOString(),
      connectorId: row.connector_id,
      order: row.order,
      lastPartEnds: true,
    };
    return { ...content, signature: signFor(signingPurposes.order, content, ctx.instanceKey) };
  });
}
