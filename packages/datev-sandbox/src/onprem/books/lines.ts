import { type Tax, taxWithin } from './taxRules.ts';
import type { Entry, Line } from './types.ts';

/** Lines of one record side by side: account, contra account, signed cents (debit positive), and whether it is a tax line (1). */
export type LineBuffer = Float64Array;
const width = 4;
const mostLines = 4;
export const createLineBuffer = (): LineBuffer => new Float64Array(width * mostLines);
export const lineAccount = (lines: LineBuffer, line: number) => lines[line * width] ?? 0;
export const lineContra = (lines: LineBuffer, line: number) => lines[line * width + 1] ?? 0;
export const lineSigned = (lines: LineBuffer, line: number) => lines[line * width + 2] ?? 0;
export const isTaxLine = (lines: LineBuffer, line: number) => lines[line * width + 3] === 1;

function put(into: LineBuffer, line: number, account: number, contra: number, signed: number, isTax: number): void {
  into[line * width] = account;
  into[line * width + 1] = contra;
  into[line * width + 2] = signed;
  into[line * width + 3] = isTax;
}

/**
 * What DATEV makes of a record: both accounts, and the tax lines that nobody entered. Debit and credit are equal. Answers how many lines
 * there are; makes no object, as a year has a million of them.
 */
export function layLines(into: LineBuffer, account: number, contra: number, amount: number, tax: Tax | null): number {
  const taxed = tax === null ? 0 : taxWithin(amount, tax);
  const inside = tax !== null && tax.counter === null ? taxed : 0;
  put(into, 0, account, contra, amount - (tax?.of === 'account' ? inside : 0), 0);
  put(into, 1, contra, account, (tax?.of === 'contra' ? inside : 0) - amount, 0);
  if (tax === null || taxed === 0) return 2;
  if (tax.counter !== null) {
    put(into, 2, tax.account, contra, taxed, 1);
    put(into, 3, tax.counter, contra, -taxed, 1);
    return 4;
  }
  if (tax.of === 'contra') put(into, 2, tax.account, account, -taxed, 1);
  else put(into, 2, tax.account, contra, taxed, 1);
  return 3;
}

/** The same as objects. */
export function linesOf({
  account,
  contra,
  amount,
  tax,
}: Pick<Entry, 'account' | 'contra' | 'amount' | 'tax'>): Line[] {
  const lines = createLineBuffer();
  const count = layLines(lines, account, contra, amount, tax);
  return Array.from({ length: count }, (_, line) => {
    const signed = lineSigned(lines, line);
    return {
      account: lineAccount(lines, line),
      contra: lineContra(lines, line),
      debit: Math.max(0, signed),
      credit: Math.max(0, -signed),
    };
  });
}
