import type { Day } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { germanDay } from '../plan/calendar.ts';
import { monthsOfYear, type YearMonth } from '../plan/months.ts';
import { yearsOfRun } from '../plan/runs.ts';
import { readYears } from './readYears.ts';
import type { Run } from './runOrders.ts';

/** A fiscal year that a run works on. */
export type YearOfRun = {
  yearNo: number;
  fiscalYearId: string;
  months: YearMonth[];
  controlStep: number;
  /** The check whose rows are staged; null: none. */
  checkOrderId: string | null;
  checkedAt: Date | null;
};

/** Reads a year and holds it until the transaction ends: of two orders that end at once, the second sees what the first left. */
export async function lockYear(tx: Tx, run: Run, yearNo: number): Promise<YearOfRun> {
  const row = await tx
    .selectFrom('fiscal_years')
    .select(['fiscal_year_id', 'first_day', 'last_day', 'control_step', 'check_order_id', 'checked_at'])
    .where('mandant_id', '=', run.mandantId)
    .where('year_no', '=', yearNo)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return {
    yearNo,
    fiscalYearId: row.fiscal_year_id,
    months: monthsOfYear(row.first_day, row.last_day),
    controlStep: row.control_step,
    checkOrderId: row.check_order_id,
    checkedAt: row.checked_at,
  };
}

export async function setControlStep(tx: Tx, run: Run, yearNo: number, step: number): Promise<void> {
  await tx
    .updateTable('fiscal_years')
    .set({ control_step: step })
    .where('mandant_id', '=', run.mandantId)
    .where('year_no', '=', yearNo)
    .execute();
}

/** What a month is going to be: its load (null: nothing in it), and what was said of it when that was asked for. */
export type NextOfMonth = { fingerprint: string; load: number | null; complete: boolean; rebuilt: boolean; at: Date };

export async function setNext(tx: Tx, run: Run, yearNo: number, month: Day, next: NextOfMonth | null): Promise<void> {
  await tx
    .updateTable('fiscal_months')
    .set({
      next_load: next?.load ?? null,
      next_row_count: 0,
      next_rebuilt: next?.rebuilt ?? false,
      next_read_at: next?.at ?? null,
      next_fingerprint: next?.fingerprint ?? null,
      next_complete: next?.complete ?? false,
    })
    .where('mandant_id', '=', run.mandantId)
    .where('year_no', '=', yearNo)
    .where('month', '=', month)
    .execute();
}

export async function newLoad(tx: Tx): Promise<number> {
  const { rows } = await sql<{ load: number }>`select nextval('figure_loads')::int as load`.execute(tx);
  const [row] = rows;
  if (!row) throw new Error('a sequence always gives a number');
  return row.load;
}

/** Whether this run reads the year whole: it is a whole reading, and the year among the newest. */
export async function readsWhole(tx: Tx, services: Services, run: Run, yearNo: number): Promise<boolean> {
  const years = yearsOfRun(await readYears(tx, run.mandantId, run.ledgerNo), germanDay(services.now()), run.whole);
  return years.some((one) => one.whole && one.year.yearNo === yearNo);
}
