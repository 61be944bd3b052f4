import type { Id } from '@bruecke/model';
import { inMandant, lockMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { endInvitationsOfOthers } from '../invitations/index.ts';
import { readMandant } from './get.ts';

/**
 * Restricts the firm's access to one named Kanzlei-Admin, hands a restricted Mandant over to another one, or lifts the restriction
 * (null). Naming somebody is the firm's own matter, so it needs the firm's side; lifting is also the Mandant's, because the person
 * named may be locked out. Whoever names somebody else loses sight at commit; what the firm's others invited to the Mandant ends.
 */
export function restrictMandant(ctx: Ctx, input: { mandantId: Id; userId: Id | null }) {
  const { mandantId, userId } = input;
  return inMandant(ctx, mandantId, 'master', async (tx) => {
    const seen = await lockMandant(tx, ctx, mandantId, 'master');
    const before = await readMandant(tx, seen);
    const firmId = before.engagement?.firmId;
    if ((before.restrictedTo?.userId ?? null) === userId) return { answer: undefined, history: 'unchanged' as const };
    if (userId !== null) {
      if (!firmId) throw refuse('no_engagement');
      // The firm's links are held, too: whoever is an admin now stays one until commit.
      const admins = await tx
        .selectFrom('firm_staff')
        .select('user_id')
        .where('firm_id', '=', firmId)
        .where('role', '=', 'admin')
        .execute();
      if (!admins.some((admin) => admin.user_id === ctx.caller.userId)) throw refuse('right_missing');
      if (!admins.some((admin) => admin.user_id === userId))
        throw refuse('invalid_input', { fields: [{ path: 'userId', message: 'not an admin of the firm' }] });
    }
    const invitations = userId ? await endInvitationsOfOthers(tx, ctx, { mandantId, but: userId }) : [];
    await tx.updateTable('mandanten').set({ restricted_to: userId }).where('mandant_id', '=', mandantId).execute();
    const named = userId ?? before.restrictedTo?.userId;
    const history = await recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: userId ? 'mandant.restricted' : 'mandant.restrictionLifted',
      subject: { mandantId, ...(named ? { userId: named } : {}) },
      data: { before: before.restrictedTo?.userId ?? null },
      ...actedBy(ctx.caller, [{ label: 'mandant.name', value: before.name }]),
      mandantIds: [mandantId],
      ...(firmId ? { firmIds: [firmId] } : {}),
    });
    return { answer: undefined, history: [history, ...invitations] };
  });
}
