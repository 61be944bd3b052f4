import type { GrantableMemberRight, Id, MemberRole } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant, type Seen } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { openInvitation } from '../invitations/index.ts';
import { orderedRights } from './memberRights.ts';

/**
 * Invites a person of the Mandant by mail. Besides the Mandant's admins a Kanzlei-Admin may, while there is no own admin, and then
 * for the role admin only: nobody may be locked out by a cut. Refuses with `already_member` an address that belongs to a member.
 */
export function inviteMember(
  ctx: Ctx,
  input: { mandantId: Id; email: string; role: MemberRole; rights: readonly GrantableMemberRight[] },
) {
  const { mandantId, role } = input;
  return inMandant(ctx, mandantId, 'read', async (tx, seen) => {
    const may = await mayInviteMembers(tx, seen);
    if (may === 'no' || (may === 'firstAdmin' && role !== 'admin')) throw refuse('right_missing');
    const known = await tx
      .selectFrom('mandant_members as m')
      .innerJoin('users as u', 'u.id', 'm.user_id')
      .select('m.user_id')
      .where('m.mandant_id', '=', mandantId)
      .where(sql<boolean>`lower(u.email) = lower(${input.email.trim()})`)
      .executeTakeFirst();
    if (known) throw refuse('already_member');
    const rights = role === 'admin' ? [] : orderedRights(input.rights);
    const answer = await openInvitation(tx, ctx, {
      email: input.email,
      to: { kind: 'member', mandantId, role, rights },
    });
    const history = await recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: 'member.invited',
      subject: { mandantId, invitationId: answer.id },
      data: { role, rights },
      ...actedBy(ctx.caller, [{ label: 'invited.email', value: answer.email }]),
      mandantIds: [mandantId],
    });
    return { answer, history };
  });
}

/** `firstAdmin`: a Kanzlei-Admin, as long as the Mandant has no admin of its own. */
export async function mayInviteMembers(tx: Tx, seen: Seen): Promise<'any' | 'firstAdmin' | 'no'> {
  if (seen.rights.includes('members')) return 'any';
  if (!seen.rights.includes('master')) return 'no';
  const admin = await tx
    .selectFrom('mandant_members')
    .select('user_id')
    .where('mandant_id', '=', seen.mandantId)
    .where('role', '=', 'admin')
    .limit(1)
    .executeTakeFirst();
  return admin ? 'no' : 'firstAdmin';
}
