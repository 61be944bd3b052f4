import type { Id } from '@bruecke/model';
import { type Ctx, tenantOf } from '../../context.ts';
import { Refusal } from '../../refusal.ts';
import { noteRefusal } from './noteRefusal.ts';

/**
 * Tells the firm in its Protokoll that somebody without the right to it asked for a Verbindungsdatei: one of its own people, or of a Mandant
 * that it looks after. Strangers are refused alike, but not told of: else anybody could write into any firm's chain.
 */
export async function noteFileRefused(ctx: Ctx, firmId: Id, error: unknown): Promise<void> {
  if (!(error instanceof Refusal) || !(await isKnownTo(ctx, firmId))) return;
  await noteRefusal(ctx, { firmId, connectorId: null, machine: null, reason: 'fileForbidden', caller: ctx.caller });
}

/** As far as this person sees the firm at all. */
function isKnownTo(ctx: Ctx, firmId: Id): Promise<boolean> {
  return ctx.withTenant(tenantOf(ctx.caller), async (tx) => {
    const staff = await tx.selectFrom('firm_access').select('role').where('firm_id', '=', firmId).executeTakeFirst();
    if (staff) return true;
    const engagement = await tx
      .selectFrom('engagements')
      .select('id')
      .where('firm_id', '=', firmId)
      .where('ended_at', 'is', null)
      .limit(1)
      .executeTakeFirst();
    return engagement !== undefined;
  });
}
