import type { Id } from '@bruecke/model';
import { inFirm } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { listInvitations } from '../invitations/index.ts';

/** People of the firm by name, each with how many Mandanten (that the reader sees) they look after, and open invitations. */
export function listStaff(ctx: Ctx, input: { firmId: Id }) {
  return inFirm(ctx, input.firmId, 'staff', async (tx) => {
    const rows = await tx
      .selectFrom('firm_staff as s')
      .innerJoin('users as u', 'u.id', 's.user_id')
      .select((q) => [
        's.user_id',
        'u.name',
        'u.email',
        's.role',
        's.may_manage_connections',
        's.since',
        q
          .selectFrom('assignments as a')
          .select((a) => a.fn.count<number>('a.mandant_id').distinct().as('count'))
          .whereRef('a.user_id', '=', 's.user_id')
          .whereRef('a.firm_id', '=', 's.firm_id')
          .as('assigned'),
      ])
      .where('s.firm_id', '=', input.firmId)
      .orderBy('u.name')
      .orderBy('s.user_id')
      .execute();
    return {
      people: rows.map((row) => ({
        userId: row.user_id,
        name: row.name,
        email: row.email,
        role: row.role,
        mayManageConnections: row.may_manage_connections,
        since: row.since.toISOString(),
        assignedMandanten: row.assigned ?? 0,
      })),
      invitations: await listInvitations(tx, ctx, { firmId: input.firmId }),
    };
  });
}
