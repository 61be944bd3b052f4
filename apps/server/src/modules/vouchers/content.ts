import type { Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { refuse } from '../../refusal.ts';

/** The original bytes, opened after the right was checked. @throws Refusal `not_found` */
export async function openContent(ctx: Ctx, input: { mandantId: Id; voucherId: Id; download?: boolean | undefined }) {
  const voucher = await inMandant(ctx, input.mandantId, 'read', (tx) =>
    tx
      .selectFrom('vouchers')
      .select(['sha256', 'media_type', 'original_name'])
      .where('mandant_id', '=', input.mandantId)
      .where('id', '=', input.voucherId)
      .executeTakeFirst(),
  );
  if (!voucher) throw refuse('not_found');
  const { stream, size } = await ctx.blobs.open(input.mandantId, voucher.sha256);
  return {
    bytes: stream,
    size,
    mediaType: voucher.media_type,
    name: voucher.original_name,
    inline: input.download !== true,
  };
}
