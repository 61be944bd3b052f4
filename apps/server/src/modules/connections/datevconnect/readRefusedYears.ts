import type { Tx } from '../../../db/withTenant.ts';
import type { ConnectionRow } from '../../connectionHealth/index.ts';
import type { Card } from './cardState.ts';

/** The fiscal years that were refused because their numbers are not those of this binding, as one finding. */
export async function readRefusedYears(tx: Tx, binding: ConnectionRow): Promise<Card['findings']> {
  const years = await tx
    .selectFrom('refused_years as f')
    .innerJoin('ledgers as l', (join) =>
      join.onRef('l.mandant_id', '=', 'f.mandant_id').onRef('l.ledger_no', '=', 'f.ledger_no'),
    )
    .select(['f.first_day', 'f.last_day', 'f.consultant_number', 'f.mandant_number'])
    .where('l.mandant_id', '=', binding.mandant_id)
    .where('l.connection_id', '=', binding.id)
    .orderBy('f.first_day', 'desc')
    .execute();
  if (years.length === 0) return [];
  const detail = years
    .map((year) => `${year.first_day} – ${year.last_day}: ${year.consultant_number} / ${year.mandant_number}`)
    .join('; ');
  return [{ code: 'yearNumbersDiffer', severity: 'warning', detail }];
}
