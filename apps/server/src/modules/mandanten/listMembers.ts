import { grantableMemberRights, type Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { listInvitations } from '../invitations/index.ts';
import { mayInviteMembers } from './inviteMember.ts';

/** Own people of the Mandant by name, open invitations, and whether the person asking may invite (see inviteMember). */
export function listMembers(ctx: Ctx, input: { mandantId: Id }) {
  const { mandantId } = input;
  return inMandant(ctx, mandantId, 'read', async (tx, seen) => {
    const rows = await tx
      .selectFrom('mandant_members as m')
      .innerJoin('users as u', 'u.id', 'm.user_id')
      .select(['m.user_id', 'u.name', 'u.email', 'm.role', 'm.rights', 'm.since'])
      .where('m.mandant_id', '=', mandantId)
      .orderBy('u.name')
      .orderBy('m.user_id')
      .execute();
    return {
      people: rows.map((row) => ({
        userId: row.user_id,
        name: row.name,
        email: row.email,
        role: row.role,
        rights:
          row.role === 'admin'
            ? [...grantableMemberRights]
            : grantableMemberRights.filter((right) => row.rights.includes(right)),
        since: row.since.toISOString(),
      })),
      invitations: await listInvitations(tx, ctx, { mandantId }),
      mayInvite: (await mayInviteMembers(tx, seen)) !== 'no',
    };
  });
}
