import type { Id } from '@bruecke/model';
import { inFirm } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { refuse } from '../../refusal.ts';

export type Firm = { id: Id; name: string; consultantNumber: number };

/** Firm data for its own people. */
export function getFirm(ctx: Ctx, input: { firmId: Id }): Promise<Firm> {
  return inFirm(ctx, input.firmId, 'staff', (tx) => readFirm(tx, input.firmId));
}

/** The firm's row, in the caller's transaction. */
export async function readFirm(tx: Tx, firmId: Id): Promise<Firm> {
  const row = await tx
    .selectFrom('firms')
    .select(['id', 'name', 'consultant_number as consultantNumber'])
    .where('id', '=', firmId)
    .executeTakeFirst();
  if (!row) throw refuse('not_found');
  return row;
}
