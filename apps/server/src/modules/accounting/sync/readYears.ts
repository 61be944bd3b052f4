import type { Id } from '@bruecke/model';
import type { Tx } from '../../../db/withTenant.ts';

/** The years of a ledger, newest first. */
export async function readYears(
  tx: Tx,
  mandantId: Id,
  ledgerNo: number,
): Promise<{ yearNo: number; fiscalYearId: string; lastDay: string }[]> {
  return tx
    .selectFrom('fiscal_years')
    .select(['year_no as yearNo', 'fiscal_year_id as fiscalYearId', 'last_day as lastDay'])
    .where('mandant_id', '=', mandantId)
    .where('ledger_no', '=', ledgerNo)
    .orderBy('first_day', 'desc')
    .execute();
}
