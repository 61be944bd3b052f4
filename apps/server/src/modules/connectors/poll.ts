import { type PollAnswer, type PollRequest, pollSeconds } from '@bruecke/contract';
import type { ConnectorCtx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { refuse } from '../../refusal.ts';
import { handOut, lookAtRunning, takeBackLost } from './handOut.ts';
import { noteHeartbeat } from './heartbeat.ts';
import { noteRefusal } from './noteRefusal.ts';
import type { Receivers } from './receivers.ts';
import type { Wakes } from './wakes.ts';

/**
 * The connector's long poll: a sign of life, then orders as soon as there are some, or an empty answer after 25 seconds. Nothing asks the
 * database meanwhile: a notice ends the wait, of whichever process it comes from. `gone`: the connector hung up.
 */
export async function poll(
  ctx: ConnectorCtx,
  parts: { receivers: Receivers; wakes: Wakes },
  told: PollRequest,
  gone: AbortSignal,
): Promise<PollAnswer> {
  const { id: connectorId, firmId } = ctx.connector;
  const as = { as: 'connector', connectorId } as const;
  // Before the first look, so that what comes between look and wait is not missed.
  const listening = parts.wakes.listen(connectorId);
  try {
    const first = await ctx.withTenant(as, async (tx) => {
      const beat = await noteHeartbeat(tx, ctx, told);
      if (beat.confirmed) await takeBackLost(tx, ctx, parts.receivers, told.running);
      return { beat, ...(await look(tx, ctx, told, beat.confirmed)) };
    });
    const { refused, machine } = first.beat;
    if (refused) await noteRefusal(ctx, { firmId, connectorId, machine, reason: refused });
    if (first.orders.length > 0 || first.cancelled.length > 0) return answerOf(first);
    await listening.until(pollSeconds * 1000, gone);
    if (gone.aborted) return answerOf(first);
    return answerOf(await ctx.withTenant(as, (tx) => lookAgain(tx, ctx, told)));
  } finally {
    listening.end();
  }
}

type Look = Pick<PollAnswer, 'orders' | 'cancelled'> & { beat: { confirmed: boolean; changeKey: boolean } };

async function look(tx: Tx, ctx: ConnectorCtx, told: PollRequest, confirmed: boolean) {
  const { open, cancelled } = await lookAtRunning(tx, ctx, told.running);
  const orders = confirmed ? await handOut(tx, ctx, open) : [];
  return { orders, cancelled };
}

/** After the wait an admin may have decided something about the connector itself. */
async function lookAgain(tx: Tx, ctx: ConnectorCtx, told: PollRequest): Promise<Look> {
  const row = await tx
    .selectFrom('connectors')
    .select(['confirmed_at', 'revoked_at', 'key_change_asked_at'])
    .where('id', '=', ctx.connector.id)
    .executeTakeFirstOrThrow();
  if (row.revoked_at) throw refuse('connector_revoked');
  const beat = { confirmed: row.confirmed_at !== null, changeKey: row.key_change_asked_at !== null };
  return { beat, ...(await look(tx, ctx, told, beat.confirmed)) };
}

function answerOf({ beat, orders, cancelled }: Look): PollAnswer {
  return { state: beat.confirmed ? 'confirmed' : 'unconfirmed', orders, cancelled, changeKey: beat.changeKey };
}
