import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Tx } from '../db/withTenant.ts';

/**
 * Holds the links (who may see whom) of Mandanten and firms until the transaction ends: what was checked after this stays
 * true until commit. Mandanten before firms, each in the order of their ids, as the triggers do, so two of these never wait
 * for each other in a circle.
 */
export async function lockLinks(tx: Tx, what: { mandantIds?: readonly Id[]; firmIds?: readonly Id[] }): Promise<void> {
  const inOrder = [...[...(what.mandantIds ?? [])].sort(), ...[...(what.firmIds ?? [])].sort()];
  for (const id of inOrder) await sql`select lock_links(${id}::uuid)`.execute(tx);
}
