import type { AnswerOf, api } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import { decodeCursor, encodeCursor } from '../../../db/cursor.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { monthOfCursor } from './postingCursor.ts';
import { readLoad, type StoredPosting, toPostingLines } from './postingRows.ts';
import { searchOf } from './search.ts';
import { findYear, loadsOf, type Period, periodOf, type ShownMonth, type ShownYear } from './shownYear.ts';

export type Journal = AnswerOf<typeof api.figures.journal>;
export type JournalFilter = {
  from?: string | undefined;
  to?: string | undefined;
  account?: number | undefined;
  text?: string | undefined;
  order?: 'oldestFirst' | 'newestFirst' | undefined;
};
export type JournalInput = JournalFilter & {
  mandantId: Id;
  yearNo: number;
  cursor?: string | undefined;
  limit?: number | undefined;
};

/** Journal: all postings of a period in the order of their dates, or those among them that a search finds. */
export function showJournal(ctx: Ctx, input: JournalInput): Promise<Journal> {
  return inMandant(ctx, input.mandantId, 'read', (tx) => readJournal(tx, input, input.limit ?? 100), {
    readOnly: true,
  });
}

export async function readJournal(tx: Tx, input: JournalInput, limit: number): Promise<Journal> {
  const year = await findYear(tx, input.mandantId, input.yearNo);
  const period = periodOf(year, input);
  const search = searchOf(input.text);
  const rows = await readOn(tx, year, period, input, limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    basis: year.basis,
    period: { from: period.from, to: period.to },
    rows: await toPostingLines(tx, year, shown),
    totals: search || input.account !== undefined ? null : await readTotals(tx, year, period),
    next: rows.length > limit && last ? encodeCursor([last.load, last.date.slice(0, 7), last.no]) : null,
  };
}

/** Rows of the period from the cursor on, month after month until there are enough. */
async function readOn(
  tx: Tx,
  year: ShownYear,
  period: Period,
  input: JournalInput,
  limit: number,
): Promise<StoredPosting[]> {
  const newestFirst = input.order === 'newestFirst';
  const months = newestFirst ? period.within.toReversed() : period.within;
  const start = startOf(months, input.cursor);
  const rows: StoredPosting[] = [];
  for (const [at, month] of months.entries()) {
    if (at < start.month || month.load === null) continue;
    if (rows.length >= limit) break;
    const found = await readLoad(tx, year.mandantId, {
      load: month.load,
      account: input.account,
      search: searchOf(input.text),
      after: at === start.month ? start.after : undefined,
      newestFirst,
      limit: limit - rows.length,
    });
    rows.push(...found);
  }
  return rows;
}

function startOf(
  months: readonly ShownMonth[],
  cursor: string | undefined,
): { month: number; after: number | undefined } {
  const key = decodeCursor(cursor, ['number', 'string', 'number']);
  if (!key) return { month: 0, after: undefined };
  const [load, month, no] = key;
  return { month: monthOfCursor(months, { load, month, no }), after: no };
}

async function readTotals(tx: Tx, year: ShownYear, period: Period): Promise<Journal['totals']> {
  const { rows } = await sql<{ rows: number; debit: number; credit: number }>`
    select coalesce(sum(row_count), 0)::bigint as rows, coalesce(sum(debit + opening_debit), 0)::bigint as debit,
           coalesce(sum(credit + opening_credit), 0)::bigint as credit
      from load_sums where mandant_id = ${year.mandantId} and load_no = any (${loadsOf(period.within)}::int[])`.execute(
    tx,
  );
  return rows[0] ?? { rows: 0, debit: 0, credit: 0 };
}
