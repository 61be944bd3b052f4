import type { Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import { actorOf, type Ctx } from '../../context.ts';
import { refuse } from '../../refusal.ts';
import { type Queued, queueDeliveries, shareTarget } from './queueDeliveries.ts';

/**
 * A second run of a voucher whose earlier runs are over: only ever this explicit act of a person, with a reason. The file
 * name stays, so that DATEV's own rule still stops what is there.
 */
export function sendAgain(ctx: Ctx, input: { mandantId: Id; voucherId: Id; reason: string }): Promise<Queued> {
  const { mandantId, voucherId, reason } = input;
  return inMandant(ctx, mandantId, 'edit', async (tx) => {
    // Before the voucher's lock, as a cut has it.
    const target = await shareTarget(tx, mandantId);
    const voucher = await tx
      .selectFrom('vouchers')
      .select(['id', 'status'])
      .where('mandant_id', '=', mandantId)
      .where('id', '=', voucherId)
      .forUpdate()
      .executeTakeFirst();
    if (!voucher) throw refuse('not_found');
    if (voucher.status !== 'delivered' && voucher.status !== 'received') throw refuse('delivery_not_possible');
    if (!target) throw refuse('no_connection');
    const act = { mandantId, actor: actorOf(ctx.caller), at: ctx.now(), reason };
    const [queued] = (await queueDeliveries(tx, ctx, { ...act, voucherIds: [voucherId] })) ?? [];
    if (!queued) throw refuse('no_connection');
    return queued;
  });
}
