import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inFirm, lockFirm } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { endInvitationsOfStaff } from '../invitations/index.ts';
import { checkAdminMayGo, readStaff } from './staffRules.ts';

/**
 * Removes a person from the firm: sight of its Mandanten, assignments, the API keys that hung on it and what the person invited end
 * at commit. What the person did stays in the history. The account stays: the person may belong to a Mandant or another firm.
 */
export async function removeStaff(ctx: Ctx, input: { firmId: Id; userId: Id }) {
  for (;;) {
    const removed = await tryToRemove(ctx, input);
    if (removed) return removed;
  }
}

/** Null, with nothing done, where the person was assigned to one more Mandant while the locks were waited for. */
function tryToRemove(ctx: Ctx, { firmId, userId }: { firmId: Id; userId: Id }) {
  return inFirm(ctx, firmId, 'admin', async (tx) => {
    // The assignments end too, and their Mandanten are locked before the firm, as everywhere; with the firm held none comes any more.
    const locked = await assignedMandanten(tx, firmId, userId);
    await lockFirm(tx, firmId, locked);
    const mandantIds = await assignedMandanten(tx, firmId, userId);
    if (mandantIds.some((id) => !locked.includes(id))) return null;
    const before = await readStaff(tx, firmId, userId);
    if (before.role === 'admin') await checkAdminMayGo(tx, firmId, userId);
    const history = await recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: 'staff.removed',
      subject: { firmId, userId },
      data: { role: before.role },
      ...actedBy(ctx.caller, [{ label: 'user.name', value: before.name, userId }]),
      firmIds: [firmId],
    });
    // To each Mandant only what is its own: that this person no longer looks after it.
    const unassigned =
      mandantIds.length === 0
        ? []
        : [
            await recordHistory(tx, ctx, {
              at: ctx.now(),
              kind: 'assignment.changed',
              subject: { firmId, userId },
              data: { removed: [userId], reason: 'leftFirm' },
              ...actedBy(ctx.caller, [{ label: 'user.name', value: before.name, userId }]),
              mandantIds,
            }),
          ];
    const invitations = await endInvitationsOfStaff(tx, ctx, { firmId, userId, leaves: true });
    await tx.deleteFrom('firm_staff').where('firm_id', '=', firmId).where('user_id', '=', userId).execute();
    await sql`select revoke_powerless_keys(null, ${userId}::uuid, ${ctx.now()}::timestamptz)`.execute(tx);
    return { answer: undefined, history: [history, ...unassigned, ...invitations] };
  });
}

async function assignedMandanten(tx: Tx, firmId: Id, userId: Id): Promise<Id[]> {
  const { rows } = await sql<{ ids: Id[] }>`
    select assigned_mandanten_of(${firmId}::uuid, ${userId}::uuid) as ids`.execute(tx);
  return rows[0]?.ids ?? [];
}
