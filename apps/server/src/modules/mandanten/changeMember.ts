import type { GrantableMemberRight, Id, MemberRole } from '@bruecke/model';
import { inMandant, lockMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { endInvitationsOfMember } from '../invitations/index.ts';
import { checkOtherAdmin, orderedRights, readMember } from './memberRights.ts';

/**
 * Changes role and rights of a person of the Mandant; effective at commit. An admin has every right, so none are kept for one. What an
 * admin invited ends with the role.
 */
export function changeMember(
  ctx: Ctx,
  input: { mandantId: Id; userId: Id; role?: MemberRole; rights?: readonly GrantableMemberRight[] },
) {
  const { mandantId, userId } = input;
  return inMandant(ctx, mandantId, 'members', async (tx) => {
    await lockMandant(tx, ctx, mandantId, 'members');
    const before = await readMember(tx, mandantId, userId);
    const role = input.role ?? before.role;
    const rights = role === 'admin' ? [] : orderedRights(input.rights ?? before.rights);
    if (role === before.role && rights.join() === before.rights.join())
      return { answer: undefined, history: 'unchanged' as const };
    const isDemoted = before.role === 'admin' && role !== 'admin';
    if (isDemoted) await checkOtherAdmin(tx, mandantId, userId);
    const history = await recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: 'member.changed',
      subject: { mandantId, userId },
      data: { role, rights, before: { role: before.role, rights: before.rights } },
      ...actedBy(ctx.caller, [{ label: 'user.name', value: before.name, userId }]),
      mandantIds: [mandantId],
    });
    const invitations = isDemoted ? await endInvitationsOfMember(tx, ctx, { mandantId, userId, leaves: false }) : [];
    await tx
      .updateTable('mandant_members')
      .set({ role, rights })
      .where('mandant_id', '=', mandantId)
      .where('user_id', '=', userId)
      .execute();
    return { answer: undefined, history: [history, ...invitations] };
  });
}
