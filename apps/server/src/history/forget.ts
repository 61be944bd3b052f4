import type { Tx } from '../db/withTenant.ts';

/**
 * Erases the personal values of one person beside all chains. The entries stay, with ids and commitments that nobody can open
 * any more, so every chain still verifies. Runs as `auth` or `operator`. Returns how many values were erased.
 */
export async function forgetPerson(tx: Tx, userId: string): Promise<number> {
  let erased = 0;
  for (const table of ['mandant_history_people', 'firm_history_people', 'instance_history_people'] as const) {
    const result = await tx.deleteFrom(table).where('user_id', '=', userId).executeTakeFirst();
    erased += Number(result.numDeletedRows);
  }
  return erased;
}
