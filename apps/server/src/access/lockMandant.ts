import type { Id, Right } from '@bruecke/model';
import type { Ctx } from '../context.ts';
import type { Tx } from '../db/withTenant.ts';
import { requireAdmin } from './inFirm.ts';
import { requireRight, type Seen } from './inMandant.ts';
import { lockLinks, lockMandantLinks } from './lockLinks.ts';

/**
 * Holds the links of a Mandant and of its present firm until the transaction ends, and only then asks for the right, as whoever was
 * waited for may have taken it away. Row level security alone would let the verb go on, write none of the rows that it no longer
 * may, and tell of them in the history. Refuses as `inMandant` does.
 */
export async function lockMandant(tx: Tx, ctx: Ctx, mandantId: Id, right: Right): Promise<Seen> {
  await lockMandantLinks(tx, mandantId);
  return requireRight(tx, ctx, mandantId, right);
}

/** The same for a firm and its admin, with Mandanten whose links change as well; those come before the firm, as everywhere. */
export async function lockFirm(tx: Tx, firmId: Id, mandantIds: readonly Id[] = []): Promise<void> {
  await lockLinks(tx, { mandantIds, firmIds: [firmId] });
  await requireAdmin(tx, firmId);
}
