import { rights as allRights, cutRights, type Id, type Right } from '@bruecke/model';
import { type Caller, type Ctx, tenantOf } from '../context.ts';
import type { TransactionOptions, Tx } from '../db/withTenant.ts';
import { refuse } from '../refusal.ts';

/** What the caller may do for a Mandant, and from which side it sees it. */
export type Seen = { mandantId: Id; rights: Right[]; via: ('firm' | 'mandant')[] };

/**
 * Runs `work` in one transaction as the caller, after checking the right for this Mandant in that same transaction, in which no
 * other Mandant is in sight.
 * Refuses with `not_found` whoever can't see the Mandant (there or not), with `right_missing` whoever lacks the right.
 */
export function inMandant<T>(
  ctx: Ctx,
  mandantId: Id,
  right: Right,
  work: (tx: Tx, seen: Seen) => Promise<T>,
  options?: TransactionOptions,
): Promise<T> {
  const checked = async (tx: Tx) => work(tx, await requireRight(tx, ctx, mandantId, right));
  return ctx.withTenant(tenantOf(ctx.caller, mandantId), checked, options);
}

/** @throws Refusal `not_found` for whoever can't see the Mandant, `right_missing` for whoever lacks the right */
export async function requireRight(tx: Tx, ctx: Ctx, mandantId: Id, right: Right): Promise<Seen> {
  const seen = await lookAt(tx, ctx, mandantId);
  if (!seen) throw refuse('not_found');
  if (!seen.rights.includes(right)) throw refuse('right_missing');
  return seen;
}

/** The caller's present rights for a Mandant, cut with those of the API key; null when it can't see it. */
export async function lookAt(tx: Tx, ctx: Ctx, mandantId: Id): Promise<Seen | null> {
  const rows = await tx.selectFrom('access').select(['rights', 'via']).where('mandant_id', '=', mandantId).execute();
  if (rows.length === 0) return null;
  return { mandantId, rights: rightsOf(ctx.caller, mandantId, rows), via: rows.map((row) => row.via) };
}

/** One side from which a person sees a Mandant. */
export type AccessRow = { rights: readonly string[] };

/** What these sides give together; to an API key what it has of that, and nothing for another Mandant than its own. */
export function rightsOf({ apiKey }: Caller, mandantId: Id, rows: readonly AccessRow[]): Right[] {
  const own = allRights.filter((right) => rows.some((row) => row.rights.includes(right)));
  if (!apiKey) return own;
  return apiKey.mandantId === mandantId ? cutRights(own, apiKey.rights) : [];
}
