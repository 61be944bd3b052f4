import type { Day, Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Tx } from '../../../db/withTenant.ts';

export type LedgerYear = { yearNo: number; fiscalYearId: string; firstDay: Day; lastDay: Day };

/** The years of a ledger that may be asked for, newest first: those with numbers of its binding, which the newest list confirmed. */
export async function readYears(tx: Tx, mandantId: Id, ledgerNo: number): Promise<LedgerYear[]> {
  const { rows } = await sql<LedgerYear>`
    select y.year_no as "yearNo", y.fiscal_year_id as "fiscalYearId", y.first_day as "firstDay", y.last_day as "lastDay"
      from ledgers l
      join connections c on c.mandant_id = l.mandant_id and c.id = l.connection_id
      join fiscal_years y on y.mandant_id = l.mandant_id and y.ledger_no = l.ledger_no
       and (y.consultant_number, y.mandant_number) in (
             (c.consultant_number, c.mandant_number), (c.former_consultant_number, c.former_mandant_number))
     where l.mandant_id = ${mandantId} and l.ledger_no = ${ledgerNo}
       and not exists (select from refused_years f
                        where f.mandant_id = y.mandant_id and f.ledger_no = y.ledger_no and f.fiscal_year_id = y.fiscal_year_id)
     order by y.first_day desc`.execute(tx);
  return rows;
}
