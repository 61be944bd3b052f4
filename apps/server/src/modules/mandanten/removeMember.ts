import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant, lockMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { endInvitationsOfMember } from '../invitations/index.ts';
import { checkOtherAdmin, readMember } from './memberRights.ts';

/**
 * Removes a person of the Mandant: sight and API keys end at commit, unless the person also sees the Mandant through the firm; what
 * the person invited ends in any case.
 * Refuses with `last_admin` for the last one.
 */
export function removeMember(ctx: Ctx, input: { mandantId: Id; userId: Id }) {
  const { mandantId, userId } = input;
  return inMandant(ctx, mandantId, 'members', async (tx) => {
    await lockMandant(tx, ctx, mandantId, 'members');
    const before = await readMember(tx, mandantId, userId);
    if (before.role === 'admin') await checkOtherAdmin(tx, mandantId, userId);
    const history = await recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: 'member.removed',
      subject: { mandantId, userId },
      data: { role: before.role },
      ...actedBy(ctx.caller, [{ label: 'user.name', value: before.name, userId }]),
      mandantIds: [mandantId],
    });
    const invitations = await endInvitationsOfMember(tx, ctx, { mandantId, userId, leaves: true });
    await tx.deleteFrom('mandant_members').where('mandant_id', '=', mandantId).where('user_id', '=', userId).execute();
    await sql`select revoke_powerless_keys(${mandantId}::uuid, ${userId}::uuid, ${ctx.now()}::timestamptz)`.execute(tx);
    return { answer: undefined, history: [history, ...invitations] };
  });
}
