import type { Id } from '@bruecke/model';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';

/** Ends an open invitation of this side, with its history entry. Refuses with `not_found` one that is not open or not of this side. */
export async function revokeInvitation(
  tx: Tx,
  ctx: Ctx,
  input: { side: { firmId: Id } | { mandantId: Id }; invitationId: Id },
) {
  const { side, invitationId } = input;
  const [column, sideId] =
    'firmId' in side ? (['firm_id', side.firmId] as const) : (['mandant_id', side.mandantId] as const);
  const row = await tx
    .updateTable('invitations')
    .set({ revoked_at: ctx.now() })
    .where('id', '=', invitationId)
    .where(column, '=', sideId)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .returning('email')
    .executeTakeFirst();
  if (!row) throw refuse('not_found');
  return recordHistory(tx, ctx, {
    at: ctx.now(),
    kind: 'invitation.revoked',
    subject: { invitationId, ...side },
    ...actedBy(ctx.caller, [{ label: 'invited.email', value: row.email ?? '' }]),
    ...('firmId' in side ? { firmIds: [side.firmId] } : { mandantIds: [side.mandantId] }),
  });
}
