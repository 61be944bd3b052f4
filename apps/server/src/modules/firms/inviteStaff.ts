import type { FirmRole, Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inFirm } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { openInvitation } from '../invitations/index.ts';

/** Invites a person to the firm by mail. Refuses with `already_member` an address that belongs to one of its people. */
export function inviteStaff(
  ctx: Ctx,
  input: { firmId: Id; email: string; role: FirmRole; mayManageConnections: boolean },
) {
  const { firmId, role, mayManageConnections } = input;
  return inFirm(ctx, firmId, 'admin', async (tx) => {
    const known = await tx
      .selectFrom('firm_staff as s')
      .innerJoin('users as u', 'u.id', 's.user_id')
      .select('s.user_id')
      .where('s.firm_id', '=', firmId)
      .where(sql<boolean>`lower(u.email) = lower(${input.email.trim()})`)
      .executeTakeFirst();
    if (known) throw refuse('already_member');
    const answer = await openInvitation(tx, ctx, {
      email: input.email,
      to: { kind: 'staff', firmId, role, mayManageConnections },
    });
    const history = await recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: 'staff.invited',
      subject: { firmId, invitationId: answer.id },
      data: { role, mayManageConnections },
      ...actedBy(ctx.caller, [{ label: 'invited.email', value: answer.email }]),
      firmIds: [firmId],
    });
    return { answer, history };
  });
}
