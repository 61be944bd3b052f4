import type { Id } from '@bruecke/model';
import type { Ctx } from '../context.ts';
import type { Tx } from '../db/withTenant.ts';
import type { Seen } from './inMandant.ts';

/** Of the open Kanzleiverbindung, for whoever sees the Mandant from the firm's side. */
export type FirmSide = { firmId: Id | null; admin: boolean };

export async function readFirmSide(tx: Tx, ctx: Ctx, seen: Seen): Promise<FirmSide> {
  if (!seen.via.includes('firm')) return { firmId: null, admin: false };
  const row = await tx
    .selectFrom('engagements as e')
    .innerJoin('firm_access as f', 'f.firm_id', 'e.firm_id')
    .select(['e.firm_id', 'f.role'])
    .where('e.mandant_id', '=', seen.mandantId)
    .where('e.ended_at', 'is', null)
    .where('f.user_id', '=', ctx.caller.userId)
    .executeTakeFirst();
  return { firmId: row?.firm_id ?? null, admin: row?.role === 'admin' };
}
