import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { CONTEXT_ROLES } from '../../db/roles.ts';
import type { Tx } from '../../db/withTenant.ts';

/**
 * Runs one step of a person's transaction with the sight of the Mandant's own jobs. A firm that came later does not see older
 * vouchers (`access_from`), yet its cut must end their deliveries as well. The person's right is checked before, by the caller.
 */
export async function asJobOfMandant<T>(tx: Tx, mandantId: Id, step: () => Promise<T>): Promise<T> {
  await sql`select set_config('app.mandant_id', ${mandantId}, true), set_config('role', ${CONTEXT_ROLES.job}, true)`.execute(
    tx,
  );
  const result = await step();
  // Where a step throws, the whole transaction ends and both settings with it.
  await sql`select set_config('role', ${CONTEXT_ROLES.user}, true), set_config('app.mandant_id', '', true)`.execute(tx);
  return result;
}
