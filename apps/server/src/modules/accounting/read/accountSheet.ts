import type { AnswerOf, api } from '@bruecke/contract';
import { accountClass, accountNumber, type Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import { decodeCursor, encodeCursor } from '../../../db/cursor.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { refuse } from '../../../refusal.ts';
import { monthOfCursor } from './postingCursor.ts';
import { type PostingLine, readLoad, type StoredPosting, toPostingLines } from './postingRows.ts';
import { findYear, loadsOf, type Period, periodOf, type ShownMonth, type ShownYear } from './shownYear.ts';

export type AccountSheet = AnswerOf<typeof api.figures.account>;
export type AccountFilter = {
  from?: string | undefined;
  to?: string | undefined;
  order?: 'oldestFirst' | 'newestFirst' | undefined;
};
export type AccountInput = AccountFilter & {
  mandantId: Id;
  yearNo: number;
  account: number;
  cursor?: string | undefined;
  limit?: number | undefined;
};

/**
 * Kontoblatt: what the account stood at, its movements, each with the balance after it, and their sums, from either end. Opening postings are
 * no movements: they make the EB-Wert that it begins with, as in Summen und Salden.
 */
export function showAccount(ctx: Ctx, input: AccountInput): Promise<AccountSheet> {
  return inMandant(ctx, input.mandantId, 'read', (tx) => readAccount(tx, input, input.limit ?? 100), {
    readOnly: true,
  });
}

export async function readAccount(tx: Tx, input: AccountInput, limit: number): Promise<AccountSheet> {
  const year = await findYear(tx, input.mandantId, input.yearNo);
  const period = periodOf(year, input);
  const own = await readOwn(tx, year, input.account);
  const walk = walkOf(year, period, own, input);
  const start = await startOf(tx, walk, input.cursor);
  const rows = await readOn(tx, walk, start, limit + 1);
  const shown = rows.slice(0, limit);
  const { lines, balance } = withBalances(await toPostingLines(tx, year, shown), start.balance, walk.newestFirst);
  const last = shown.at(-1);
  const posted = sumsOf(own, period.within);
  return {
    basis: year.basis,
    period: { from: period.from, to: period.to },
    account: {
      account: input.account,
      number: accountNumber(input.account, year.accountLength),
      caption: own.caption,
      class: accountClass(input.account),
    },
    opening: walk.opening,
    debit: posted.reduce((sum, one) => sum + one.debit, 0),
    credit: posted.reduce((sum, one) => sum + one.credit, 0),
    balance: walk.opening + turnoverOf(own, period.within),
    rowCount: posted.reduce((sum, one) => sum + one.rows, 0),
    rows: lines,
    next: rows.length > limit && last ? encodeCursor([last.load, last.date.slice(0, 7), last.no, balance]) : null,
  };
}

/** Lines with the balance after each; `balance` is the account's between the last line and the next one to read. */
function withBalances(lines: readonly PostingLine[], from: number, newestFirst: boolean) {
  let balance = from;
  const shown = lines.map((line) => {
    const change = line.debit - line.credit;
    const after = newestFirst ? balance : balance + change;
    balance += newestFirst ? -change : change;
    return { ...line, balance: after };
  });
  return { lines: shown, balance };
}

type Sum = { load: number; debit: number; credit: number; rows: number };
type Own = { caption: string | null; opening: number; turnovers: number[]; sums: Sum[] };

/** Balance and sums of one account; an account that the year has not is not there. */
async function readOwn(tx: Tx, year: ShownYear, account: number): Promise<Own> {
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

const turnoverOf = (own: Own, months: readonly ShownMonth[]) =>
  months.reduce((sum, month) => sum + (month.counted ? (own.turnovers[month.number - 1] ?? 0) : 0), 0);

const sumsOf = (own: Own, months: readonly ShownMonth[]) =>
  own.sums.filter((sum) => months.some((month) => month.load === sum.load));

const movedIn = (own: Own, months: readonly ShownMonth[]) =>
  sumsOf(own, months).reduce((sum, one) => sum + one.debit - one.credit, 0);

/** The months of the period in the order in which they are read. */
type Walk = {
  mandantId: Id;
  account: number;
  own: Own;
  /** What the account stood at before the period. */
  opening: number;
  months: ShownMonth[];
  newestFirst: boolean;
};

function walkOf(year: ShownYear, period: Period, own: Own, { account, order }: AccountInput): Walk {
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
type Start = { month: number; after: number | undefined; balance: number };

/** Where the page begins. The cursor carries the balance; where its month was read anew since, it is added up again. */
async function startOf(tx: Tx, walk: Walk, cursor: string | undefined): Promise<Start> {
  const { own, months, newestFirst, opening } = walk;
  const key = decodeCursor(cursor, ['number', 'string', 'number', 'number']);
  if (!key) return { month: 0, after: undefined, balance: opening + (newestFirst ? movedIn(own, months) : 0) };
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

/** Movements from the start on, month after month until there are enough. */
async function readOn(tx: Tx, { mandantId, account, months, newestFirst }: Walk, start: Start, limit: number) {
  const rows: StoredPosting[] = [];
  for (const [at, month] of months.entries()) {
    if (at < start.month || month.load === null) continue;
    if (rows.length >= limit) break;
    const after = at === start.month ? start.after : undefined;
    const wanted = { load: month.load, account, movements: true, after, newestFirst };
    rows.push(...(await readLoad(tx, mandantId, { ...wanted, limit: limit - rows.length })));
  }
  return rows;
}
