import type { Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import { actorOf, type Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { applyEvent } from './applyEvent.ts';
import { enqueueDeliveries, findTarget, queueDeliveries } from './queueDeliveries.ts';

type Recorded = { id: Id; kind: 'delivery.queued' | 'delivery.retried' };
type Result = { answer: { queued: number; retried: number; left: number }; history: Recorded[] | 'unchanged' };

/**
 * Many at once: vouchers that never had a target get one, failed ones are tried again under their own GUID. Those that wait
 * for a decision, are on their way or have arrived are left as they are, and counted.
 */
export function sendVouchers(ctx: Ctx, input: { mandantId: Id; voucherIds: readonly Id[] }): Promise<Result> {
  const { mandantId } = input;
  return inMandant(ctx, mandantId, 'edit', async (tx) => {
    if (!(await findTarget(tx, mandantId))) throw refuse('no_connection');
    const vouchers = await tx
      .selectFrom('vouchers')
      .select(['id', 'status'])
      .where('mandant_id', '=', mandantId)
      .where('id', 'in', [...input.voucherIds])
      .orderBy('id')
      .forUpdate()
      .execute();
    const idsOf = (status: 'received' | 'error') => vouchers.filter((one) => one.status === status).map(({ id }) => id);
    const act = { mandantId, actor: actorOf(ctx.caller), at: ctx.now() };
    const history: Recorded[] = (await queueDeliveries(tx, ctx, { ...act, voucherIds: idsOf('received') })) ?? [];
    const queued = history.length;
    const failed = idsOf('error');
    const retried = failed.length > 0 ? await retryFailed(tx, ctx, mandantId, failed) : [];
    if (retried.length > 0) history.push(await recordRetry(tx, ctx, mandantId, retried));
    return {
      answer: { queued, retried: retried.length, left: input.voucherIds.length - queued - retried.length },
      history: history.length > 0 ? history : 'unchanged',
    };
  });
}

async function retryFailed(tx: Tx, ctx: Ctx, mandantId: Id, voucherIds: readonly Id[]): Promise<Id[]> {
  const deliveries = await tx
    .selectFrom('deliveries')
    .selectAll()
    .where('mandant_id', '=', mandantId)
    .where('voucher_id', 'in', [...voucherIds])
    .where('phase', '=', 'failed')
    .orderBy('id')
    .forUpdate()
    .execute();
  for (const delivery of deliveries) await applyEvent(tx, ctx, delivery, 'retry');
  const ids = deliveries.map((delivery) => delivery.id);
  await enqueueDeliveries(tx, mandantId, ids, null);
  return ids;
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
