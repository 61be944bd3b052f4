import type { Id, Right } from '@bruecke/model';
import { inMandant, type Seen } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { refuse } from '../../refusal.ts';

export type Mandant = {
  id: Id;
  name: string;
  engagement: { firmId: Id; firmName: string; consultantNumber: number; mandantNumber: number; since: string } | null;
  restrictedTo: { userId: Id; name: string } | null;
  rights: Right[];
  via: ('firm' | 'mandant')[];
  hasOwnAdmin: boolean;
};

/** One Mandant with its open Kanzleiverbindung, and what the person asking may do there. */
export function getMandant(ctx: Ctx, input: { mandantId: Id }): Promise<Mandant> {
  return inMandant(ctx, input.mandantId, 'read', (tx, seen) => readMandant(tx, seen));
}

/** The same in the caller's transaction. */
export async function readMandant(tx: Tx, seen: Seen): Promise<Mandant> {
  const row = await tx
    .selectFrom('mandanten as t')
    .leftJoin('engagements as e', (join) =>
      join.onRef('e.mandant_id', '=', 't.mandant_id').on('e.ended_at', 'is', null),
    )
    .leftJoin('firms as f', 'f.id', 'e.firm_id')
    .leftJoin('users as u', 'u.id', 't.restricted_to')
    .select([
      't.name',
      't.restricted_to',
      'u.name as restricted_name',
      'e.firm_id',
      'f.name as firm_name',
      'f.consultant_number',
      'e.mandant_number',
      'e.since',
    ])
    .where('t.mandant_id', '=', seen.mandantId)
    .executeTakeFirst();
  if (!row) throw refuse('not_found');
  const admin = await tx
    .selectFrom('mandant_members')
    .select('user_id')
    .where('mandant_id', '=', seen.mandantId)
    .where('role', '=', 'admin')
    .limit(1)
    .executeTakeFirst();
  const { firm_id, firm_name, consultant_number, mandant_number, since } = row;
  return {
    id: seen.mandantId,
    name: row.name,
    engagement:
      firm_id && firm_name !== null && consultant_number !== null && mandant_number !== null && since
        ? {
            firmId: firm_id,
            firmName: firm_name,
            consultantNumber: consultant_number,
            mandantNumber: mandant_number,
            since: since.toISOString(),
          }
        : null,
    restrictedTo: row.restricted_to ? { userId: row.restricted_to, name: row.restricted_name ?? '' } : null,
    rights: seen.rights,
    via: seen.via,
    hasOwnAdmin: admin !== undefined,
  };
}
