import type { Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';

export type KnownBytes = { sha256: string; id: Id; name: string; receivedAt: string };

/** Which of these hashes the Mandant has already, each with its first voucher. Only vouchers the caller can see count. */
export function findDuplicates(
  ctx: Ctx,
  input: { mandantId: Id; sha256: readonly string[] },
): Promise<{ known: KnownBytes[] }> {
  return inMandant(ctx, input.mandantId, 'handIn', async (tx) => {
    if (input.sha256.length === 0) return { known: [] };
    const rows = await tx
      .selectFrom('vouchers')
      .distinctOn('sha256')
      .select(['sha256', 'id', 'original_name', 'received_at'])
      .where('mandant_id', '=', input.mandantId)
      .where('sha256', 'in', [...new Set(input.sha256)])
      .orderBy('sha256')
      .orderBy('received_at')
      .execute();
    return {
      known: rows.map((row) => ({
        sha256: row.sha256,
        id: row.id,
        name: row.original_name,
        receivedAt: row.received_at.toISOString(),
      })),
    };
  });
}
