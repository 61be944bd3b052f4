import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { decodeCursor } from '../../../db/cursor.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { refuse } from '../../../refusal.ts';
import { monthOfCursor } from './postingCursor.ts';
import { loadsOf, type Period, type ShownMonth, type ShownYear } from './shownYear.ts';

type Sum = { load: number; debit: number; credit: number; rows: number };
export type Own = { caption: string | null; opening: number; turnovers: number[]; sums: Sum[] };

/** Balance and sums of one account; an account that the year has not is not there. */
export async function readOwn(tx: Tx, year: ShownYear, account: number): Promise<Own> {
  const { rows: balances } = await sql<{ caption: string; opening: number; turnovers: number[] }>`
    select caption, opening, array_to_json(turnovers) as turnovers from account_balances
     where mandant_id = ${year.mandantId} and year_no = ${year.yearNo} and account = ${account}`.execute(tx);
  const loads = loadsOf(year.months);
  const { rows: sums } = await sql<Sum>`
    select load_no as load, debit, credit, row_count as rows
      from load_sums where mandant_id = ${year.mandantId} and load_no = any (${loads}::int[]) and account = ${account}`.execute(
    tx,
  );
  const [balance] = balances;
  if (!balance && sums.length === 0) throw refuse('not_found');
  return {
    caption: balance?.caption ?? null,
    opening: balance?.opening ?? 0,
    turnovers: balance?.turnovers ?? Array<number>(12).fill(0),
    sums,
  };
}

export const turnoverOf = (own: Own, months: readonly ShownMonth[]) =>
  months.reduce((sum, month) => sum + (month.counted ? (own.turnovers[month.number - 1] ?? 0) : 0), 0);

export const sumsOf = (own: Own, months: readonly ShownMonth[]) =>
  own.sums.filter((sum) => months.some((month) => month.load === sum.load));

export const movedIn = (own: Own, months: readonly ShownMonth[]) =>
  sumsOf(own, months).reduce((sum, one) => sum + one.debit - one.credit, 0);

/** The months of the period in the order in which they are read. */
export type Walk = {
  mandantId: Id;
  account: number;
  own: Own;
  /** What the account stood at before the period. */
  opening: number;
  months: ShownMonth[];
  newestFirst: boolean;
};

export function walkOf(
  year: ShownYear,
  period: Period,
  own: Own,
  { account, order }: { account: number; order?: 'oldestFirst' | 'newestFirst' | undefined },
): Walk {
  const newestFirst = order === 'newestFirst';
  return {
    mandantId: year.mandantId,
    account,
    own,
    opening: own.opening + turnoverOf(own, period.before),
    months: newestFirst ? period.within.toReversed() : period.within,
    newestFirst,
  };
}

/** `balance`: of the account between the row after which the page begins and its first. */
export type Start = { month: number; after: number | undefined; balance: number };

/** What the account stood at where the walk comes to a month: before it, or after it where the newest come first. */
export function balanceBefore({ own, opening, months, newestFirst }: Walk, at: number): number {
  return opening + movedIn(own, newestFirst ? months.slice(at) : months.slice(0, at));
}

/** Where the page begins. The cursor carries the balance; where its month was read anew since, it is added up again. */
export async function startOf(tx: Tx, walk: Walk, cursor: string | undefined): Promise<Start> {
  const { own, months, newestFirst, opening } = walk;
  const key = decodeCursor(cursor, ['number', 'text', 'number', 'number']);
  if (!key) return { month: 0, after: undefined, balance: balanceBefore(walk, 0) };
  const [load, month, after, balance] = key;
  const at = monthOfCursor(months, { load, month, no: after });
  const here = months[at]?.load ?? null;
  if (here === load && Number.isSafeInteger(balance)) return { month: at, after, balance };
  const earlier = newestFirst ? months.slice(at + 1) : months.slice(0, at);
  const { rows } = await sql<{ sum: number }>`
    select coalesce(sum(debit - credit), 0)::bigint as sum from postings
     where mandant_id = ${walk.mandantId} and load_no = ${here}::int and account = ${walk.account} and not opening
       and ${newestFirst ? sql`no < ${after}` : sql`no <= ${after}`}`.execute(tx);
  return { month: at, after, balance: opening + movedIn(own, earlier) + (rows[0]?.sum ?? 0) };
}
