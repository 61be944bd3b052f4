import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant } from '../../access/index.ts';
import { actorOf, type Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { afterEvent, writeChanges } from './applyEvent.ts';
import type { DeliveryRow } from './deliveryRow.ts';
import { enqueueDeliveries, queueDeliveries, shareTarget } from './queueDeliveries.ts';

type Recorded = { id: Id; kind: 'delivery.queued' | 'delivery.retried' };
type Result = { answer: { queued: number; retried: number; left: number }; history: Recorded[] | 'unchanged' };

/**
 * Many at once: vouchers of which nothing was ever sent get a run, failed ones are tried again under their own GUID. Those that wait
 * for a decision, are on their way, have arrived or may have (a cut left that open) are left as they are, and counted: a second run
 * of these takes a reason (sendAgain).
 */
export function sendVouchers(ctx: Ctx, input: { mandantId: Id; voucherIds: readonly Id[] }): Promise<Result> {
  const { mandantId, voucherIds } = input;
  return inMandant(ctx, mandantId, 'edit', async (tx) => {
    // Links, deliveries, vouchers: in the order in which a cut and an answer take them, so that none waits for another in a circle.
    if (!(await shareTarget(tx, mandantId))) throw refuse('no_connection');
    const failed = await lockFailed(tx, mandantId, voucherIds);
    const unsent = await lockUnsent(tx, mandantId, voucherIds);
    const act = { mandantId, actor: actorOf(ctx.caller), at: ctx.now() };
    const history: Recorded[] = [];
    if (unsent.length > 0) history.push(...((await queueDeliveries(tx, ctx, { ...act, voucherIds: unsent })) ?? []));
    const [queued, retried] = [history.length, failed.length];
    if (retried > 0) history.push(await retry(tx, ctx, mandantId, failed));
    return {
      answer: { queued, retried, left: voucherIds.length - queued - retried },
      history: history.length > 0 ? history : 'unchanged',
    };
  });
}

function lockFailed(tx: Tx, mandantId: Id, voucherIds: readonly Id[]): Promise<DeliveryRow[]> {
  return tx
    .selectFrom('deliveries')
    .selectAll()
    .where('mandant_id', '=', mandantId)
    .where('voucher_id', 'in', [...voucherIds])
    .where('phase', '=', 'failed')
    .orderBy('id')
    .forUpdate()
    .execute();
}

/** Vouchers without a run, or with none but such as ended before anything was sent. */
async function lockUnsent(tx: Tx, mandantId: Id, voucherIds: readonly Id[]): Promise<Id[]> {
  const { rows } = await sql<{ id: Id }>`
    select v.id from vouchers v
     where v.mandant_id = ${mandantId} and v.id = any (${voucherIds}::uuid[]) and v.status = 'received'
       and not exists (select from deliveries d where d.mandant_id = v.mandant_id and d.voucher_id = v.id and d.phase <> 'cancelled')
     order by v.id for update of v`.execute(tx);
  return rows.map(({ id }) => id);
}

async function retry(
  tx: Tx,
  ctx: Ctx,
  mandantId: Id,
  failed: readonly DeliveryRow[],
): Promise<{ id: Id; kind: 'delivery.retried' }> {
  const waiting = failed.map((delivery) => afterEvent(ctx, delivery, 'retry', {}));
  await writeChanges(tx, mandantId, waiting);
  const ids = waiting.map(({ id }) => id);
  await enqueueDeliveries(tx, mandantId, ids, null);
  return recordRetry(tx, ctx, mandantId, ids);
}

function recordRetry(
  tx: Tx,
  ctx: Ctx,
  mandantId: Id,
  deliveryIds: readonly Id[],
): Promise<{ id: Id; kind: 'delivery.retried' }> {
  return recordHistory(tx, ctx, {
    at: ctx.now(),
    kind: 'delivery.retried',
    subject: { deliveryIds: [...deliveryIds] },
    data: { count: deliveryIds.length },
    ...actedBy(ctx.caller),
    mandantIds: [mandantId],
  });
}
