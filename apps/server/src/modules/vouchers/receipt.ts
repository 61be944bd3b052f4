import type { Id } from '@bruecke/model';
import { type ReceiptBody, sealReceipt } from '@bruecke/proof';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { findSeal } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';

/**
 * The signed receipt of a delivery as a JSON file; the same bytes at every download while the key stays.
 * @throws Refusal `not_found` without such a delivery, `receipt_not_ready` until its history entry is sealed (about a second)
 */
export async function downloadReceipt(ctx: Ctx, input: { mandantId: Id; deliveryId: Id }) {
  const { mandantId, deliveryId } = input;
  const found = await inMandant(ctx, mandantId, 'read', (tx) =>
    tx
      .selectFrom('deliveries as d')
      .leftJoin('receipts as r', (join) =>
        join.onRef('r.mandant_id', '=', 'd.mandant_id').onRef('r.delivery_id', '=', 'd.id'),
      )
      .select(['d.guid', 'r.body', 'r.history_entry_id'])
      .where('d.mandant_id', '=', mandantId)
      .where('d.id', '=', deliveryId)
      .executeTakeFirst(),
  );
  if (!found) throw refuse('not_found');
  const { body, history_entry_id: entryId } = found;
  if (!body || entryId === null) throw refuse('receipt_not_ready');
  // As the Mandant's own: who may see a voucher may have its receipt, also where the entry is older than the reader's own start.
  const seal = await ctx.withTenant({ as: 'job', mandantId }, (tx) =>
    findSeal(tx, { class: 'mandant', id: mandantId }, entryId),
  );
  if (!seal) throw refuse('receipt_not_ready');
  // Written by the delivery that arrived, in this form; sealing compares its hash with the one in the history.
  const receipt = sealReceipt(body as ReceiptBody, seal.link, ctx.signingKey);
  const bytes = Buffer.from(`${JSON.stringify(receipt, null, 2)}\n`);
  return {
    bytes,
    size: bytes.length,
    mediaType: 'application/json',
    name: `Quittung-${found.guid}.json`,
    inline: false,
  };
}
