import type { Day } from '@bruecke/model';
import type { Services } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { journalOf } from '../plan/fingerprint.ts';
import { expectedRows } from '../plan/months.ts';
import { batchesOfMonth } from './checkFacts.ts';
import { giveOrder, type Run } from './runOrders.ts';
import { newLoad, setNext, type YearOfRun } from './yearOfRun.ts';

export type MonthToRead = {
  month: Day;
  /** What was said of it. */
  fingerprint: string;
  last: { journal: number; rows: number } | null;
};

/** Asks for the postings of one month, under a load of their own. False where there is nobody to ask. */
export async function readMonth(tx: Tx, services: Services, run: Run, year: YearOfRun, wanted: MonthToRead) {
  const { month, fingerprint } = wanted;
  const window = year.months.find((one) => one.month === month);
  if (!window) throw new Error(`month ${month} is not one of its year`);
  const load = await newLoad(tx);
  await setNext(tx, run, year.yearNo, month, {
    fingerprint,
    load,
    complete: false,
    rebuilt: false,
    at: services.now(),
  });
  const expected = expectedRows(journalOf(fingerprint), wanted.last);
  await expectRows(tx, run, expected);
  const { from, to } = window;
  const order = { kind: 'readPostings', fiscalYearId: year.fiscalYearId, from, to, expectedRows: expected } as const;
  return giveOrder(tx, services, run, order, { yearNo: year.yearNo, month, loadNo: load, expected });
}

/** The same without the posting licence: the entered records of the month's batches, without the tax lines that DATEV adds. */
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
  return giveOrder(tx, services, run, order, { yearNo: year.yearNo, month, loadNo: load });
}

async function expectRows(tx: Tx, run: Run, expected: number): Promise<void> {
  await tx
    .updateTable('sync_runs')
    .set((e) => ({ rows_expected: e('rows_expected', '+', expected) }))
    .where('mandant_id', '=', run.mandantId)
    .where('id', '=', run.runId)
    .execute();
}
