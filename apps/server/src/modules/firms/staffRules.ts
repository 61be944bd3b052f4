import type { FirmRole, Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Tx } from '../../db/withTenant.ts';
import { refuse } from '../../refusal.ts';

export type StaffRow = { role: FirmRole; mayManageConnections: boolean; name: string };

/** A person of the firm; `not_found` for anyone else. */
export async function readStaff(tx: Tx, firmId: Id, userId: Id): Promise<StaffRow> {
  const row = await tx
    .selectFrom('firm_staff as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .select(['s.role', 's.may_manage_connections as mayManageConnections', 'u.name'])
    .where('s.firm_id', '=', firmId)
    .where('s.user_id', '=', userId)
    .executeTakeFirst();
  if (!row) throw refuse('not_found');
  return row;
}

/**
 * Before an admin stops being one: `last_admin` where the firm would be left without, `hand_over_first` where a Mandant is
 * restricted to this person. To be asked with the firm's links locked, else two admins could remove each other.
 */
export async function checkAdminMayGo(tx: Tx, firmId: Id, userId: Id): Promise<void> {
  const other = await tx
    .selectFrom('firm_staff')
    .select('user_id')
    .where('firm_id', '=', firmId)
    .where('role', '=', 'admin')
    .where('user_id', '<>', userId)
    .limit(1)
    .executeTakeFirst();
  if (!other) throw refuse('last_admin');
  const { rows } = await sql<{ count: number }>`
    select restricted_mandanten_of(${firmId}::uuid, ${userId}::uuid) as count`.execute(tx);
  if ((rows[0]?.count ?? 0) > 0) throw refuse('hand_over_first');
}
