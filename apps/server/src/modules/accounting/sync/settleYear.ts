import type { Day } from '@bruecke/model';
import type { Services } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { afterReading } from '../plan/control.ts';
import { type Difference, readDifferences } from './controlSums.ts';
import { giveOrders, type Run, tellPages } from './runOrders.ts';
import { showYear } from './showYear.ts';
import { setControlStep, type YearOfRun } from './yearOfRun.ts';

export type OpenMonth = { month: Day; complete: boolean };

/** The months of a year that are to be shown other than they are. */
export async function openMonths(tx: Tx, run: Run, yearNo: number): Promise<OpenMonth[]> {
  return tx
    .selectFrom('fiscal_months')
    .select(['month', 'next_complete as complete'])
    .where('mandant_id', '=', run.mandantId)
    .where('year_no', '=', yearNo)
    .where('next_fingerprint', 'is not', null)
    .execute();
}

/**
 * Once all months asked for are there: adds their postings up against the balances, and either shows the year as it now is, all of it in
 * this one transaction, or asks once more. Does nothing while months are on their way. False where there is nobody to ask.
 * @param year as it is now, locked by this transaction
 */
export async function settleYear(
  tx: Tx,
  services: Services,
  run: Run,
  year: YearOfRun,
  months: readonly OpenMonth[],
): Promise<boolean> {
  const { yearNo } = year;
  if (year.checkOrderId === null || year.checkedAt === null) return true;
  if (months.some((month) => !month.complete)) return true;
  const checked = { ...year, checkOrderId: year.checkOrderId, checkedAt: year.checkedAt };
  if (months.length === 0) return showYear(tx, services, run, checked, null);

  const differences = await readDifferences(tx, run, checked);
  const read = new Set(months.map((one) => Number(one.month.slice(5, 7))));
  const news = await newDifferences(
    tx,
    run,
    checked,
    differences.filter((one) => one.month === 0 || read.has(one.month)),
  );
  const outcome = afterReading(news, year.controlStep);
  if (outcome.next === 'show') return showYear(tx, services, run, checked, differences);
  await setControlStep(tx, run, yearNo, outcome.next === 'checkAgain' ? 1 : 2);
  await tellPages(tx, run.mandantId);
  const wanted = { kind: 'checkYear', fiscalYearId: year.fiscalYearId } as const;
  return giveOrders(tx, services, run, [{ wanted, subject: { yearNo } }]);
}

/** How many differences are there that a whole reading has not been tried on already: an account that never adds up is no reason to read on. */
async function newDifferences(tx: Tx, run: Run, year: YearOfRun, differences: readonly Difference[]): Promise<number> {
  if (differences.length === 0) return 0;
  const { differences: known } = await tx
    .selectFrom('fiscal_years')
    .select('differences')
    .where('mandant_id', '=', run.mandantId)
    .where('year_no', '=', year.yearNo)
    .executeTakeFirstOrThrow();
  const accounts = new Set(known.map((one) => one.account));
  return differences.filter((one) => !accounts.has(one.account)).length;
}
