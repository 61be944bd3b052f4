import type { FirmRole, Id } from '@bruecke/model';
import { inFirm, lockFirm } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { endInvitationsOfStaff } from '../invitations/index.ts';
import { checkAdminMayGo, readStaff } from './staffRules.ts';

/**
 * Changes role and rights of a person of the firm; effective at commit, for every Mandant. What an admin invited ends with the role.
 */
export function changeStaff(
  ctx: Ctx,
  input: { firmId: Id; userId: Id; role?: FirmRole; mayManageConnections?: boolean },
) {
  const { firmId, userId } = input;
  return inFirm(ctx, firmId, 'admin', async (tx) => {
    await lockFirm(tx, firmId);
    const before = await readStaff(tx, firmId, userId);
    const role = input.role ?? before.role;
    const mayManageConnections = input.mayManageConnections ?? before.mayManageConnections;
    if (role === before.role && mayManageConnections === before.mayManageConnections)
      return { answer: undefined, history: 'unchanged' as const };
    const isDemoted = before.role === 'admin' && role !== 'admin';
    if (isDemoted) await checkAdminMayGo(tx, firmId, userId);
    const history = await recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: 'staff.changed',
      subject: { firmId, userId },
      data: {
        role,
        mayManageConnections,
        before: { role: before.role, mayManageConnections: before.mayManageConnections },
      },
      ...actedBy(ctx.caller, [{ label: 'user.name', value: before.name, userId }]),
      firmIds: [firmId],
    });
    const invitations = isDemoted ? await endInvitationsOfStaff(tx, ctx, { firmId, userId, leaves: false }) : [];
    // Last, because whoever takes the admin role from themselves may write nothing more for the firm.
    await tx
      .updateTable('firm_staff')
      .set({ role, may_manage_connections: mayManageConnections })
      .where('firm_id', '=', firmId)
      .where('user_id', '=', userId)
      .execute();
    return { answer: undefined, history: [history, ...invitations] };
  });
}
