import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Tx } from '../db/withTenant.ts';

type Links = { mandantIds?: readonly Id[]; firmIds?: readonly Id[] };

/**
 * Holds the links (who may see whom) of Mandanten and firms until the transaction ends: what was checked after this stays
 * true until commit. Mandanten before firms, each in the order of their ids, as the triggers do, so two of these never wait
 * for each other in a circle.
 */
export async function lockLinks(tx: Tx, what: Links): Promise<void> {
  for (const id of inOrder(what)) await sql`select lock_links(${id}::uuid)`.execute(tx);
}

/** Those of a Mandant and of its present firm: while the Mandant's are held it stays the present one. */
export function lockMandantLinks(tx: Tx, mandantId: Id): Promise<void> {
  return withFirm(tx, mandantId, lockLinks);
}

/** For whoever relies on these without changing them: waits for a change under way, and a change waits for it; its like don't wait. */
export function shareMandantLinks(tx: Tx, mandantId: Id): Promise<void> {
  return withFirm(tx, mandantId, shareLinks);
}

async function withFirm(tx: Tx, mandantId: Id, hold: typeof lockLinks): Promise<void> {
  await hold(tx, { mandantIds: [mandantId] });
  const open = await tx
    .selectFrom('engagements')
    .select('firm_id')
    .where('mandant_id', '=', mandantId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (open) await hold(tx, { firmIds: [open.firm_id] });
}

async function shareLinks(tx: Tx, what: Links): Promise<void> {
  for (const id of inOrder(what)) await sql`select share_links(${id}::uuid)`.execute(tx);
}

const inOrder = (what: Links): Id[] => [...[...(what.mandantIds ?? [])].sort(), ...[...(what.firmIds ?? [])].sort()];
