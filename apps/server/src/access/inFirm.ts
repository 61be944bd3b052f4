import type { FirmRole, Id } from '@bruecke/model';
import { type Ctx, tenantOf } from '../context.ts';
import type { Tx } from '../db/withTenant.ts';
import { refuse } from '../refusal.ts';

/**
 * Runs `work` in one transaction as the caller, after checking in it that the caller belongs to the firm.
 * Refuses with `not_found` whoever does not belong, with `right_missing` a Kanzleinutzer where an admin is needed.
 */
export function inFirm<T>(
  ctx: Ctx,
  firmId: Id,
  role: 'staff' | 'admin',
  work: (tx: Tx, own: FirmRole) => Promise<T>,
): Promise<T> {
  return ctx.withTenant(tenantOf(ctx.caller), async (tx) => {
    const own = role === 'admin' ? await requireAdmin(tx, firmId) : await requireStaff(tx, firmId);
    return work(tx, own);
  });
}

/** @throws Refusal `not_found` for whoever does not belong to the firm, `right_missing` for a Kanzleinutzer */
export async function requireAdmin(tx: Tx, firmId: Id): Promise<FirmRole> {
  const role = await requireStaff(tx, firmId);
  if (role !== 'admin') throw refuse('right_missing');
  return role;
}

async function requireStaff(tx: Tx, firmId: Id): Promise<FirmRole> {
  const row = await tx.selectFrom('firm_access').select('role').where('firm_id', '=', firmId).executeTakeFirst();
  if (!row) throw refuse('not_found');
  return row.role;
}
