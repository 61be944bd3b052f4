import type { Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';

/** Withdraws an invitation to a firm, accepted or not: its link and its check code stop working at commit. */
export function withdrawFirmInvitation(ctx: Ctx, input: { mandantId: Id; invitationId: Id }) {
  const { mandantId, invitationId } = input;
  return inMandant(ctx, mandantId, 'members', async (tx) => {
    const row = await tx
      .updateTable('engagement_invitations')
      .set({ withdrawn_at: ctx.now() })
      .where('mandant_id', '=', mandantId)
      .where('id', '=', invitationId)
      .where('confirmed_at', 'is', null)
      .where('withdrawn_at', 'is', null)
      .returning(['email', 'firm_id'])
      .executeTakeFirst();
    if (!row) throw refuse('not_found');
    const history = await recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: 'invitation.revoked',
      subject: { mandantId, invitationId },
      ...actedBy(ctx.caller, [{ label: 'invited.email', value: row.email }]),
      mandantIds: [mandantId],
      // A firm that had accepted learns that nothing comes of it.
      ...(row.firm_id ? { firmIds: [row.firm_id] } : {}),
    });
    return { answer: undefined, history };
  });
}
