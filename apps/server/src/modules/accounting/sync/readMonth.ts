import type { Day } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { journalOf } from '../plan/fingerprint.ts';
import { expectedRows } from '../plan/months.ts';
import { batchesOfMonth } from './checkFacts.ts';
import { type Given, giveOrders, type Run } from './runOrders.ts';
import { newLoad, setNext, type YearOfRun } from './yearOfRun.ts';

export type MonthToRead = {
  month: Day;
  /** What was said of it. */
  fingerprint: string;
  last: { journal: number; rows: number } | null;
};

/** Orders for the postings of months, each under a load of its own; the run expects their rows from now on. */
export async function ordersOfMonths(
  tx: Tx,
  services: Services,
  run: Run,
  year: YearOfRun,
  wanted: readonly MonthToRead[],
): Promise<Given[]> {
  if (wanted.length === 0) return [];
  const loads = await newLoads(tx, run, year.yearNo, wanted, services.now());
  const given = wanted.map(({ month, fingerprint, last }) => {
    const window = year.months.find((one) => one.month === month);
    const load = loads.get(month);
    if (!window || load === undefined) throw new Error(`month ${month} is not one of its year`);
    const { from, to } = window;
    const expected = expectedRows(journalOf(fingerprint), last);
    return {
      wanted: { kind: 'readPostings', fiscalYearId: year.fiscalYearId, from, to, expectedRows: expected } as const,
      subject: { yearNo: year.yearNo, month, loadNo: load, expected },
    };
  });
  await expectRows(
    tx,
    run,
    given.reduce((sum, one) => sum + one.subject.expected, 0),
  );
  return given;
}

/** What these months are going to be, with a load number for each. */
async function newLoads(
  tx: Tx,
  run: Run,
  yearNo: number,
  wanted: readonly MonthToRead[],
  at: Date,
): Promise<ReadonlyMap<Day, number>> {
  const { rows } = await sql<{ month: Day; load: number }>`
    update fiscal_months m
       set next_load = nextval('figure_loads')::int, next_row_count = 0, next_rebuilt = false, next_read_at = ${at},
           next_fingerprint = w.fingerprint, next_complete = false
      from unnest(${wanted.map((one) => one.month)}::date[], ${wanted.map((one) => one.fingerprint)}::text[]) as w (month, fingerprint)
     where m.mandant_id = ${run.mandantId} and m.year_no = ${yearNo} and m.month = w.month
    returning m.month, m.next_load as load`.execute(tx);
  return new Map(rows.map((row) => [row.month, row.load]));
}

/** One month without the posting licence: the entered records of the month's batches, without the tax lines that DATEV adds. */
export async function rebuildMonth(
  tx: Tx,
  services: Services,
  run: Run,
  year: YearOfRun,
  wanted: Pick<MonthToRead, 'month' | 'fingerprint'>,
): Promise<boolean> {
  const { month, fingerprint } = wanted;
  const sequenceIds = await batchesOfMonth(tx, run, year, month);
  const next = { fingerprint, rebuilt: true, at: services.now() };
  if (sequenceIds.length === 0) {
    await setNext(tx, run, year.yearNo, month, { ...next, load: null, complete: true });
    return true;
  }
  const load = await newLoad(tx);
  await setNext(tx, run, year.yearNo, month, { ...next, load, complete: false });
  const order = { kind: 'readRecords', fiscalYearId: year.fiscalYearId, sequenceIds } as const;
  return giveOrders(tx, services, run, [{ wanted: order, subject: { yearNo: year.yearNo, month, loadNo: load } }]);
}

async function expectRows(tx: Tx, run: Run, expected: number): Promise<void> {
  await tx
    .updateTable('sync_runs')
    .set((e) => ({ rows_expected: e('rows_expected', '+', expected) }))
    .where('mandant_id', '=', run.mandantId)
    .where('id', '=', run.runId)
    .execute();
}
