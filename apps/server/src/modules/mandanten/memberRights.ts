import { type GrantableMemberRight, grantableMemberRights, type Id, type MemberRole, type Right } from '@bruecke/model';
import type { Tx } from '../../db/withTenant.ts';
import { refuse } from '../../refusal.ts';

export type MemberRow = { role: MemberRole; rights: Right[]; name: string };

/** The rights in the model's order; without seeing nothing else works, so any right brings `read`. */
export function orderedRights(given: readonly Right[]): GrantableMemberRight[] {
  return grantableMemberRights.filter((right) => given.includes(right) || (right === 'read' && given.length > 0));
}

/** A person of the Mandant; `not_found` for anyone else. */
export async function readMember(tx: Tx, mandantId: Id, userId: Id): Promise<MemberRow> {
  const row = await tx
    .selectFrom('mandant_members as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .select(['m.role', 'm.rights', 'u.name'])
    .where('m.mandant_id', '=', mandantId)
    .where('m.user_id', '=', userId)
    .executeTakeFirst();
  if (!row) throw refuse('not_found');
  return row;
}

/** `last_admin` where the Mandant would be left without; to be asked with its links locked. */
export async function checkOtherAdmin(tx: Tx, mandantId: Id, userId: Id): Promise<void> {
  const other = await tx
    .selectFrom('mandant_members')
    .select('user_id')
    .where('mandant_id', '=', mandantId)
    .where('role', '=', 'admin')
    .where('user_id', '<>', userId)
    .limit(1)
    .executeTakeFirst();
  if (!other) throw refuse('last_admin');
}
