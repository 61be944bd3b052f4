import { monthOf } from '../days.ts';
import { type Ledger, OPENING, REMOVED } from './ledger.ts';
import { type Tax, taxes, taxWithin } from './taxRules.ts';
import type { AccountSum, Sums, Year, YearInside } from './types.ts';

/** Adds up a year once, in one pass over its rows: a million postings take about 0.1 s. */
export function sumUp({ ledger, days, books }: Pick<YearInside, 'ledger' | 'days' | 'books'>): Sums {
  const found = new Map<number, AccountSum>();
  const [primaNota, journal] = [new Float64Array(13), new Float64Array(13)];
  const ruled = taxes(books.chart);
  const months = Uint8Array.from(days, monthOf);
  for (let row = 0; row < ledger.count; row += 1) {
    const flags = ledger.flags[row] ?? 0;
    if ((flags & REMOVED) !== 0) continue;
    const month = months[ledger.day[row] ?? 0] ?? 0;
    const tax = ruled[ledger.tax[row] ?? 0] ?? null;
    primaNota[month] = (primaNota[month] ?? 0) + 1;
    journal[month] = (journal[month] ?? 0) + addRecord(found, ledger, row, tax, (flags & OPENING) === 0 ? month : 0);
  }
  return { accounts: new Map([...found].sort(([a], [b]) => a - b)), primaNota, journal };
}

/** Adds the lines of a record (see `linesOf`); month 0 is the opening balance. Answers how many journal entries it made. */
function addRecord(into: Map<number, AccountSum>, ledger: Ledger, row: number, tax: Tax | null, month: number): number {
  const [account, contra, amount] = [ledger.account[row] ?? 0, ledger.contra[row] ?? 0, ledger.amount[row] ?? 0];
  const taxed = tax ? taxWithin(amount, tax) : 0;
  const inside = tax && tax.counter === null ? taxed : 0;
  addLine(into, account, amount - (tax?.of === 'account' ? inside : 0), month);
  addLine(into, contra, (tax?.of === 'contra' ? inside : 0) - amount, month);
  if (!tax || taxed === 0) return 1;
  if (tax.counter === null) {
    addLine(into, tax.account, tax.of === 'contra' ? -taxed : taxed, month);
    return 2;
  }
  addLine(into, tax.account, taxed, month);
  addLine(into, tax.counter, -taxed, month);
  return 3;
}

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
