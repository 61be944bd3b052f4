import type { AnswerOf, api } from '@bruecke/contract';
import { accountClass, accountNumber, type Id } from '@bruecke/model';
import { inMandant } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import { encodeCursor } from '../../../db/cursor.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { type BalancedPosting, blocksAtOnce, searchAccount } from './accountSearch.ts';
import { readOwn, type Start, startOf, sumsOf, turnoverOf, type Walk, walkOf } from './accountWalk.ts';
import { readLoad, type StoredPosting, toPostingLines } from './postingRows.ts';
import { searchOf } from './search.ts';
import { findYear, periodOf } from './shownYear.ts';

export type AccountSheet = AnswerOf<typeof api.figures.account>;
export type AccountFilter = {
  from?: string | undefined;
  to?: string | undefined;
  text?: string | undefined;
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

export async function readAccount(
  tx: Tx,
  input: AccountInput,
  limit: number,
  most: number = blocksAtOnce,
): Promise<AccountSheet> {
  const year = await findYear(tx, input.mandantId, input.yearNo);
  const period = periodOf(year, input);
  const own = await readOwn(tx, year, input.account);
  const walk = walkOf(year, period, own, input);
  const start = await startOf(tx, walk, input.cursor);
  const search = searchOf(input.text);
  const found = search ? await searchAccount(tx, walk, start, { search, limit: limit + 1, most }) : null;
  const rows = found
    ? found.rows
    : withBalances(await readOn(tx, walk, start, limit + 1), start.balance, walk.newestFirst);
  const shown = rows.slice(0, limit);
  const lines = await toPostingLines(tx, year, shown);
  const last = shown.at(-1);
  const goesOn = rows.length > limit && last ? cursorAfter(last, walk.newestFirst) : null;
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
    rows: lines.map((line, at) => ({ ...line, balance: shown[at]?.balance ?? 0 })),
    searched: found?.resting?.searched ?? null,
    next: goesOn ?? found?.resting?.cursor ?? null,
  };
}

/** Rows with the balance after each; `from` is the account's between the row before and the first. */
function withBalances(rows: readonly StoredPosting[], from: number, newestFirst: boolean): BalancedPosting[] {
  let balance = from;
  return rows.map((row) => {
    const change = row.debit - row.credit;
    const after = newestFirst ? balance : balance + change;
    balance += newestFirst ? -change : change;
    return { ...row, balance: after };
  });
}

/** With the balance between this row and the next one to read. */
function cursorAfter({ load, date, no, debit, credit, balance }: BalancedPosting, newestFirst: boolean): string {
  return encodeCursor([load, date.slice(0, 7), no, newestFirst ? balance - (debit - credit) : balance]);
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
