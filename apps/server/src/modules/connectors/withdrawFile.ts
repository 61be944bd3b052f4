import type { Id } from '@bruecke/model';
import { inFirm } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';

/** Withdraws a Verbindungsdatei. Refuses with `conflict` one that was used: then its connector has to be revoked. */
export function withdrawFile(ctx: Ctx, input: { firmId: Id; fileId: Id }) {
  const { firmId, fileId } = input;
  return inFirm(ctx, firmId, 'admin', async (tx) => {
    const file = await tx
      .selectFrom('connector_files')
      .select(['used_at', 'withdrawn_at'])
      .where('firm_id', '=', firmId)
      .where('id', '=', fileId)
      .forUpdate()
      .executeTakeFirst();
    if (!file) throw refuse('not_found');
    if (file.used_at) throw refuse('conflict');
    if (file.withdrawn_at) return { answer: undefined, history: 'unchanged' as const };
    const at = ctx.now();
    await tx
      .updateTable('connector_files')
      .set({ withdrawn_at: at })
      .where('firm_id', '=', firmId)
      .where('id', '=', fileId)
      .execute();
    const history = await recordHistory(tx, ctx, {
      at,
      kind: 'connector.fileWithdrawn',
      subject: { firmId, fileId },
      ...actedBy(ctx.caller),
      firmIds: [firmId],
    });
    return { answer: undefined, history };
  });
}
