import { monthOf } from '../days.ts';
import { OPENING, REMOVED } from './ledger.ts';
import { createLineBuffer, layLines, lineAccount, lineSigned } from './lines.ts';
import { taxes } from './taxRules.ts';
import type { AccountSum, Sums, Year, YearInside } from './types.ts';

/** Adds up a year once, in one pass over its rows: a million postings take about 0.1 s. */
export function sumUp({ ledger, days, books }: Pick<YearInside, 'ledger' | 'days' | 'books'>): Sums {
  const found = new Map<number, AccountSum>();
  const [primaNota, journal] = [new Float64Array(13), new Float64Array(13)];
  const ruled = taxes(books.chart);
  const months = Uint8Array.from(days, monthOf);
  const lines = createLineBuffer();
  let postings = 0;
  for (let row = 0; row < ledger.count; row += 1) {
    const flags = ledger.flags[row] ?? 0;
    if ((flags & REMOVED) !== 0) continue;
    const month = months[ledger.day[row] ?? 0] ?? 0;
    const tax = ruled[ledger.tax[row] ?? 0] ?? null;
    const count = layLines(lines, ledger.account[row] ?? 0, ledger.contra[row] ?? 0, ledger.amount[row] ?? 0, tax);
    const isOpening = (flags & OPENING) !== 0;
    for (let line = 0; line < count; line += 1)
      addLine(found, lineAccount(lines, line), lineSigned(lines, line), isOpening ? 0 : month);
    postings += count;
    primaNota[month] = (primaNota[month] ?? 0) + 1;
    // The record itself has two lines; each tax line beyond is an entry of its own in the journal.
    journal[month] = (journal[month] ?? 0) + count - 1;
  }
  return { accounts: new Map([...found].sort(([a], [b]) => a - b)), primaNota, journal, postings };
}

/** @param month 1–12; 0 is the opening balance */
function addLine(into: Map<number, AccountSum>, account: number, signed: number, month: number): void {
  let sum = into.get(account);
  if (!sum) {
    sum = { opening: 0, debit: 0, credit: 0, months: new Float64Array(13) };
    into.set(account, sum);
  }
  if (month === 0) {
    sum.opening += signed;
    return;
  }
  if (signed > 0) sum.debit += signed;
  else sum.credit -= signed;
  sum.months[month] = (sum.months[month] ?? 0) + signed;
}

/** Balance of every account with movement, signed, debit positive, opening values included. */
export function balancesOf(year: Year): Map<number, number> {
  return new Map([...year.inside.sums().accounts].map(([account, sum]) => [account, balanceOf(sum)]));
}

export const balanceOf = (sum: AccountSum) => sum.opening + sum.debit - sum.credit;
