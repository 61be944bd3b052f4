import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeBwa } from './computeBwa.ts';
import { skr03 } from './skr03.ts';
import { skr04 } from './skr04.ts';
import { bwaForm } from './structure.ts';
import { isIn, structureOf } from './structures.ts';

const account = (number: number, ...months: number[]) => ({ account: number * 10_000, caption: `${number}`, months });
const lineOf = (bwa: ReturnType<typeof computeBwa>, key: string) => bwa.lines.find((line) => line.key === key);

describe.each([skr03, skr04])('the structure of $chart', (structure) => {
  const all = Object.values(structure.lines).flat();

  it('assigns no account twice', () => {
    const sorted = all.toSorted((a, b) => a[0] - b[0]);
    const overlaps = sorted.filter(([from], at) => at > 0 && from <= (sorted[at - 1]?.[1] ?? -1));
    expect(overlaps).toEqual([]);
    expect(all.filter(([from, to]) => from > to)).toEqual([]);
  });

  it('assigns nothing but profit and loss, and of that all but the numbers that the chart leaves free', () => {
    const numbers = Array.from({ length: 10_000 }, (_, number) => number);
    const assigned = numbers.filter((number) => isIn(all, number * 10_000));
    expect(assigned.filter((number) => !isIn(structure.profitAndLoss, number * 10_000))).toEqual([]);
    expect(assigned.filter((number) => isIn(structure.cash, number * 10_000))).toEqual([]);
    const free = numbers.filter(
      (number) => isIn(structure.profitAndLoss, number * 10_000) && !assigned.includes(number),
    );
    const bounds = free.filter((number, at) => free[at - 1] !== number - 1 || free[at + 1] !== number + 1);
    const left = { SKR03: [2800, 2859, 2900, 2999, 4400, 4499, 5000, 6999], SKR04: [6990, 6999] };
    expect(bounds).toEqual(left[structure.chart]);
  });

  it('has accounts for every line of the form', () => {
    const keys = bwaForm.flatMap((form) => ('plus' in form ? [] : [form.key]));
    expect(keys.toSorted()).toEqual(Object.keys(structure.lines).toSorted());
    expect(Object.values(structure.lines).every((ranges) => ranges.length > 0)).toBe(true);
  });

  it('adds up: result and unassigned are what the other accounts changed by, for any balanced books', () => {
    const entry = fc.record({
      debit: fc.integer({ min: 0, max: 9999 }),
      credit: fc.integer({ min: 0, max: 9999 }),
      cents: fc.integer({ min: -1_000_000, max: 1_000_000 }),
      month: fc.integer({ min: 0, max: 11 }),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
        const books = new Map<number, number[]>();
        const add = (number: number, month: number, cents: number) => {
          const months = books.get(number) ?? Array<number>(12).fill(0);
          months[month] = (months[month] ?? 0) + cents;
          books.set(number, months);
        };
        for (const one of entries) {
          add(one.debit, one.month, one.cents);
          add(one.credit, one.month, -one.cents);
        }
        const bwa = computeBwa(
          structure,
          [...books].map(([number, months]) => account(number, ...months)),
          12,
        );
        expect(bwa.result.map((value, at) => value - (bwa.balanceSheet[at] ?? 0))).toEqual(Array(12).fill(0));
      }),
    );
  });
});

describe('computeBwa', () => {
  const accounts = [
    account(8400, -100_000, -50_000),
    account(3400, 40_000, 20_000),
    account(4120, 30_000, 30_000),
    account(4510, 1_000, 0),
    account(2100, 500, 500),
    account(2650, 0, -200),
    account(4320, 2_000, 0),
    account(4444, 70, 0),
    account(1200, 26_430, -300),
  ];

  it('shows costs as positive and results as they are', () => {
    const bwa = computeBwa(skr03, accounts, 2);
    const shown = (key: string) => lineOf(bwa, key)?.months;
    expect(shown('revenue')).toEqual([100_000, 50_000]);
    expect(shown('grossProfit')).toEqual([60_000, 30_000]);
    expect(shown('totalCosts')).toEqual([31_000, 30_000]);
    expect(shown('operatingTaxes')).toEqual([1_000, 0]);
    expect(shown('operatingResult')).toEqual([29_000, 0]);
    expect(shown('resultBeforeTaxes')).toEqual([28_500, -300]);
    expect(shown('result')).toEqual([26_500, -300]);
  });

  it('drops nothing: what no line has is shown beside, and counts in the check', () => {
    const bwa = computeBwa(skr03, accounts, 2);
    expect(bwa.unassigned.accounts.map((one) => one.account)).toEqual([44_440_000]);
    expect(bwa.unassigned.months).toEqual([-70, 0]);
    expect(bwa.result).toEqual([26_430, -300]);
    expect(bwa.balanceSheet).toEqual([26_430, -300]);
  });

  it('names the accounts of a line, longer ones too', () => {
    const bwa = computeBwa(skr03, [{ account: 41_201_000, caption: 'Gehälter Halle', months: [5, 0] }], 2);
    expect(lineOf(bwa, 'personnel')?.accounts).toEqual([
      { account: 41_201_000, caption: 'Gehälter Halle', months: [5, 0] },
    ]);
  });

  it('without a structure assigns nothing, and says so by the check', () => {
    const bwa = computeBwa(structureOf(49), accounts, 2);
    expect(bwa.lines.every((line) => line.months.every((month) => month === 0))).toBe(true);
    expect(structureOf(null)).toBeNull();
  });
});
