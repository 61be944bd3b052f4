import type { FirmRole, Id } from '@bruecke/model';
import type { Tx } from '../../db/withTenant.ts';

export type OpenEngagement = {
  id: Id;
  firmId: Id;
  firmName: string;
  consultantNumber: number;
  mandantNumber: number;
  since: Date;
};

/** The open Kanzleiverbindung of a Mandant, null without one. */
export async function readOpenEngagement(tx: Tx, mandantId: Id): Promise<OpenEngagement | null> {
  const row = await tx
    .selectFrom('engagements as e')
    .innerJoin('firms as f', 'f.id', 'e.firm_id')
    .select([
      'e.id',
      'e.firm_id as firmId',
      'f.name as firmName',
      'f.consultant_number as consultantNumber',
      'e.mandant_number as mandantNumber',
      'e.since',
    ])
    .where('e.mandant_id', '=', mandantId)
    .where('e.ended_at', 'is', null)
    .executeTakeFirst();
  return row ?? null;
}

export type PersonWithAccess = { userId: Id; name: string; email: string; language: 'de' | 'en'; role: FirmRole };

/**
 * Who of the firm sees this Mandant now: its admins and those assigned, or only the one it is restricted to. The same rule as
 * the view access_computed, on rows that both sides may read.
 */
export async function readFirmPeople(tx: Tx, mandantId: Id, firmId: Id): Promise<PersonWithAccess[]> {
  return tx
    .selectFrom('firm_staff as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .innerJoin('mandanten as t', (join) => join.on('t.mandant_id', '=', mandantId))
    .select(['s.user_id as userId', 'u.name', 'u.email', 'u.language', 's.role'])
    .where('s.firm_id', '=', firmId)
    .where((q) => q.or([q('t.restricted_to', 'is', null), q('t.restricted_to', '=', q.ref('s.user_id'))]))
    .where((q) =>
      q.or([
        q('s.role', '=', 'admin'),
        q.exists(
          q
            .selectFrom('assignments as a')
            .select('a.user_id')
            .whereRef('a.mandant_id', '=', 't.mandant_id')
            .whereRef('a.firm_id', '=', 's.firm_id')
            .whereRef('a.user_id', '=', 's.user_id'),
        ),
      ]),
    )
    .orderBy('u.name')
    .orderBy('s.user_id')
    .execute();
}
