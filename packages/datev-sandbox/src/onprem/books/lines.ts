import { taxWithin } from './taxRules.ts';
import type { Entry, Line } from './types.ts';

/**
 * What DATEV makes of a record: both accounts, and the tax lines that nobody entered. Debit and credit are equal. The order is the
 * one of the answer; `postings.ts` writes the same lines without making objects.
 */
export function linesOf(entry: Pick<Entry, 'account' | 'contra' | 'amount' | 'tax'>): Line[] {
  const { account, contra, amount, tax } = entry;
  const debit = (of: number, against: number, cents: number): Line => ({
    account: of,
    contra: against,
    debit: cents,
    credit: 0,
  });
  const credit = (of: number, against: number, cents: number): Line => ({
    account: of,
    contra: against,
    debit: 0,
    credit: cents,
  });
  if (!tax) return [debit(account, contra, amount), credit(contra, account, amount)];
  const taxed = taxWithin(amount, tax);
  if (tax.counter !== null)
    return [
      debit(account, contra, amount),
      credit(contra, account, amount),
      ...(taxed === 0 ? [] : [debit(tax.account, contra, taxed), credit(tax.counter, contra, taxed)]),
    ];
  if (tax.of === 'contra')
    return [
      debit(account, contra, amount),
      credit(contra, account, amount - taxed),
      ...(taxed === 0 ? [] : [credit(tax.account, account, taxed)]),
    ];
  return [
    debit(account, contra, amount - taxed),
    credit(contra, account, amount),
    ...(taxed === 0 ? [] : [debit(tax.account, contra, taxed)]),
  ];
}
