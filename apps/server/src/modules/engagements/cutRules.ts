import type { Id } from '@bruecke/model';
import type { Tx } from '../../db/withTenant.ts';
import { refuse } from '../../refusal.ts';

/** From which side the person cuts: who may as one of the Mandant does so, else the firm leaves. */
export async function sideOf(tx: Tx, mandantId: Id): Promise<'firm' | 'mandant'> {
  const rows = await tx.selectFrom('access').select(['via', 'rights']).where('mandant_id', '=', mandantId).execute();
  return rows.some((row) => row.via === 'mandant' && row.rights.includes('cut')) ? 'mandant' : 'firm';
}

export async function hasOwnAdmin(tx: Tx, mandantId: Id): Promise<boolean> {
  const row = await tx
    .selectFrom('mandant_members')
    .select('user_id')
    .where('mandant_id', '=', mandantId)
    .where('role', '=', 'admin')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function readMandantName(tx: Tx, mandantId: Id): Promise<string> {
  const row = await tx.selectFrom('mandanten').select('name').where('mandant_id', '=', mandantId).executeTakeFirst();
  if (!row) throw refuse('not_found');
  return row.name;
}
