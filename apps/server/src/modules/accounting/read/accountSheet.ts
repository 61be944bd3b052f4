import type { AnswerOf, api } from '@bruecke/contract';
import { accountClass, accountNumber, type Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import { decodeCursor, encodeCursor } from '../../../db/cursor.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { refuse } from '../../../refusal.ts';
import { monthOfCursor } from './postingCursor.ts';
import { readLoad, type StoredPosting, toPostingLines } from './postingRows.ts';
import { findYear, loadsOf, type Period, periodOf, type ShownMonth, type ShownYear } from './shownYear.ts';

export type AccountSheet = AnswerOf<typeof api.figures.account>;
export type AccountFilter = { from?: string | undefined; to?: string | undefined };
export type AccountInput = AccountFilter & {
  mandantId: Id;
  yearNo: number;
  account: number;
  cursor?: string | undefined;
  limit?: number | undefined;
};

/** Kontoblatt: the postings of one account, oldest first, each with the balance after it. */
export function showAccount(ctx: Ctx, input: AccountInput): Promise<AccountSheet> {
  return inMandant(ctx, input.mandantId, 'read', (tx) => readAccount(tx, input, input.limit ?? 100), {
    readOnly: true,
  });
}

export async function readAccount(tx: Tx, input: AccountInput, limit: number): Promise<AccountSheet> {
  const year = await findYear(tx, input.mandantId, input.yearNo);
  const period = periodOf(year, input);
  const own = await readOwn(tx, year, input.account);
  const start = await startOf(tx, year, period, own, input);
  const rows = await readOn(tx, year, period, input.account, start, limit + 1);
  const shown = rows.slice(0, limit);
  const lines = await toPostingLines(tx, year, shown);
  let balance = start.balance;
  const withBalance = lines.map((line) => {
    balance += line.debit - line.credit;
    return { ...line, balance };
  });
  const last = shown.at(-1);
  const posted = own.sums.filter((sum) => period.within.some((month) => month.load === sum.load));
  return {
    basis: year.basis,
    period: { from: period.from, to: period.to },
    account: {
      account: input.account,
      number: accountNumber(input.account, year.accountLength),
      caption: own.caption,
      class: accountClass(input.account),
    },
    opening: openingOf(own, period),
    debit: posted.reduce((sum, one) => sum + one.debit + one.openingDebit, 0),
    credit: posted.reduce((sum, one) => sum + one.credit + one.openingCredit, 0),
    balance: closingOf(own, period),
    rowCount: posted.reduce((sum, one) => sum + one.rows, 0),
    rows: withBalance,
    next: rows.length > limit && last ? encodeCursor([last.load, last.date.slice(0, 7), last.no, balance]) : null,
  };
}

type Sum = {
  load: number;
  debit: number;
  credit: number;
  openingDebit: number;
  openingCredit: number;
  rows: number;
};
type Own = { caption: string | null; opening: number; turnovers: number[]; sums: Sum[] };

/** Balance and sums of one account; an account that the year has not is not there. */
async function readOwn(tx: Tx, year: ShownYear, account: number): Promise<Own> {
  const { rows: balances } = await sql<{ caption: string; opening: number; turnovers: number[] }>`
    select caption, opening, array_to_json(turnovers) as turnovers from account_balances
     where mandant_id = ${year.mandantId} and year_no = ${year.yearNo} and account = ${account}`.execute(tx);
  const loads = loadsOf(year.months);
  const { rows: sums } = await sql<Sum>`
    select load_no as load, debit, credit, opening_debit as "openingDebit", opening_credit as "openingCredit", row_count as rows
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

/** What the account stood at before the first row of the period. Opening postings among the rows are not counted twice. */
function openingOf(own: Own, period: Period): number {
  const earlier = new Set(period.before.map((month) => month.load));
  const posted = own.sums
    .filter((sum) => !earlier.has(sum.load))
    .reduce((sum, one) => sum + one.openingDebit - one.openingCredit, 0);
  return own.opening - posted + turnoverOf(own, period.before);
}

const closingOf = (own: Own, period: Period) => own.opening + turnoverOf(own, [...period.before, ...period.within]);

type Start = { month: number; after: number | undefined; balance: number };

/** Where the page begins. The cursor carries the balance; where its month was read anew since, it is added up again. */
async function startOf(tx: Tx, year: ShownYear, period: Period, own: Own, input: AccountInput): Promise<Start> {
  const key = decodeCursor(input.cursor, ['number', 'string', 'number', 'number']);
  if (!key) return { month: 0, after: undefined, balance: openingOf(own, period) };
  const [load, month, after, balance] = key;
  const at = monthOfCursor(period.within, { load, month, no: after });
  const here = period.within[at]?.load ?? null;
  if (here === load && Number.isSafeInteger(balance)) return { month: at, after, balance };
  const loads = loadsOf(period.within.slice(0, at + 1));
  const { rows } = await sql<{ sum: number }>`
    select coalesce(sum(debit - credit), 0)::bigint as sum from postings
     where mandant_id = ${year.mandantId} and load_no = any (${loads}::int[]) and account = ${input.account}
       and (load_no is distinct from ${here}::int or no <= ${after})`.execute(tx);
  return { month: at, after, balance: openingOf(own, period) + (rows[0]?.sum ?? 0) };
}

/** Rows of the period from the start on, month after month until there are enough. */
async function readOn(tx: Tx, year: ShownYear, period: Period, account: number, start: Start, limit: number) {
  const rows: StoredPosting[] = [];
  for (const [at, month] of period.within.entries()) {
    if (at < start.month || month.load === null) continue;
    if (rows.length >= limit) break;
    const after = at === start.month ? start.after : undefined;
    rows.push(
      ...(await readLoad(tx, year.mandantId, { load: month.load, account, after, limit: limit - rows.length })),
    );
  }
  return rows;
}
