import type { AnswerOf, api } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import { decodeCursor, encodeCursor } from '../../../db/cursor.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { monthOfCursor } from './postingCursor.ts';
import { readLoad, type StoredPosting, toPostingLines } from './postingRows.ts';
import { type Search, searchOf } from './search.ts';
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

/**
 * Postings that one request of a search walks, 30 to 60 ms: what is rare among a million or not there costs many short requests, which
 * say how far they are, instead of a long one.
 */
const walkedAtOnce = 40_000;

export async function readJournal(
  tx: Tx,
  input: JournalInput,
  limit: number,
  most: number = walkedAtOnce,
): Promise<Journal> {
  const year = await findYear(tx, input.mandantId, input.yearNo);
  const period = periodOf(year, input);
  const search = searchOf(input.text);
  const walk = walkOf(period, input);
  const found = search ? await searchOn(tx, walk, { search, limit: limit + 1, most }) : null;
  const rows = found ? found.rows : await readOn(tx, walk, limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const goesOn = rows.length > limit && last ? encodeCursor([last.load, last.date.slice(0, 7), last.no]) : null;
  return {
    basis: year.basis,
    period: { from: period.from, to: period.to },
    rows: await toPostingLines(tx, year, shown),
    totals: search || input.account !== undefined ? null : await readTotals(tx, year, period),
    searched: found?.resting?.searched ?? null,
    next: goesOn ?? found?.resting?.cursor ?? null,
  };
}

/** The months of the period in the order in which they are read, and where the page begins. */
type Walk = {
  mandantId: Id;
  account: number | undefined;
  newestFirst: boolean;
  months: ShownMonth[];
  start: { month: number; after: number | undefined };
};

function walkOf(period: Period, input: JournalInput): Walk {
  const newestFirst = input.order === 'newestFirst';
  const months = newestFirst ? period.within.toReversed() : period.within;
  const { mandantId, account } = input;
  return { mandantId, account, newestFirst, months, start: startOf(months, input.cursor) };
}

/** Postings from the start on, month after month until there are enough. */
async function readOn(tx: Tx, walk: Walk, limit: number): Promise<StoredPosting[]> {
  const { mandantId, account, newestFirst, months, start } = walk;
  const rows: StoredPosting[] = [];
  for (const [at, { load }] of months.entries()) {
    if (at < start.month || load === null) continue;
    if (rows.length >= limit) break;
    const after = at === start.month ? start.after : undefined;
    rows.push(...(await readLoad(tx, mandantId, { load, account, after, newestFirst, limit: limit - rows.length })));
  }
  return rows;
}

type Found = {
  rows: StoredPosting[];
  /** Where the search goes on that has walked its share; null: it found enough, or is through. */
  resting: { cursor: string; searched: NonNullable<Journal['searched']> } | null;
};

/** The same for those that a search finds, over no more than `most` places. A month's places are 1 to its number of postings. */
async function searchOn(tx: Tx, walk: Walk, given: { search: Search; limit: number; most: number }): Promise<Found> {
  const { mandantId, account, newestFirst, months, start } = walk;
  const { search, limit } = given;
  const rows: StoredPosting[] = [];
  let left = given.most;
  for (const [at, { load, month, rows: last }] of months.entries()) {
    if (at < start.month || load === null) continue;
    const first = newestFirst ? last + 1 : 0;
    const after = at === start.month ? (start.after ?? first) : first;
    const through = newestFirst ? Math.max(1, after - left) : Math.min(last, after + left);
    const wanted = { load, account, search, after, through, newestFirst, limit: limit - rows.length };
    rows.push(...(await readLoad(tx, mandantId, wanted)));
    left -= Math.abs(through - after);
    if (rows.length >= limit) break;
    const walked = sumOf(months.slice(0, at)) + (newestFirst ? last + 1 - through : through);
    const searched = { postings: walked, of: sumOf(months) };
    if (left <= 0 && walked < searched.of)
      return { rows, resting: { cursor: encodeCursor([load, month, through]), searched } };
  }
  return { rows, resting: null };
}

const sumOf = (months: readonly ShownMonth[]) => months.reduce((sum, month) => sum + month.rows, 0);

function startOf(
  months: readonly ShownMonth[],
  cursor: string | undefined,
): { month: number; after: number | undefined } {
  const key = decodeCursor(cursor, ['number', 'text', 'number']);
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
