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
    const row = await tx.selectFrom('firm_access').select('role').where('firm_id', '=', firmId).executeTakeFirst();
    if (!row) throw refuse('not_found');
    if (role === 'admin' && row.role !== 'admin') throw refuse('right_missing');
    return work(tx, row.role);
  });
}
