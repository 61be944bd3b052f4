import { describe, expect, it } from 'vitest';
import { type Chart, isPersonal, technicalNumber } from '../books/accounts.ts';
import { linesOf } from '../books/lines.ts';
import { balancesOf } from '../books/sums.ts';
import type { BooksOptions, Year } from '../books/types.ts';
import { monthOf } from '../days.ts';
import { makeBooks } from './makeBooks.ts';

const optionsOf = (given: Partial<BooksOptions> = {}): BooksOptions => ({
  seed: 'story',
  name: 'Bäckerei Anton Huber GmbH',
  consultantNumber: 455_148,
  clientNumber: 12,
  // A short first year, a shifted second one.
  years: [
    { begin: '2024-10-01', end: '2024-12-31' },
    { begin: '2025-01-01', end: '2025-06-30' },
    { begin: '2025-07-01', end: '2026-06-30' },
  ],
  postingsPerYear: 2_000,
  today: '2026-03-20',
  voucherGuids: ['CB6A1F0E-0000-4000-8000-000000000001', 'CB6A1F0E-0000-4000-8000-000000000002'],
  ...given,
});
const cases = ([3, 4] as const).flatMap((chart) =>
  [200, 2_000, 12_000].flatMap((postingsPerYear) =>
    [12, 13, 14].map((clientNumber) => ({ chart, postingsPerYear, clientNumber })),
  ),
);
const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, one) => total + one, 0);
const moved = (year: Year) => new Set(year.inside.sums().accounts.keys());

describe.each(cases)('books of %o', (given) => {
  const { years, chart } = makeBooks(optionsOf(given));

  it('have equal debit and credit in every entry, and in sum', () => {
    for (const { entries } of years)
      for (const entry of entries) {
        const lines = linesOf(entry);
        expect(sum(lines.map(({ debit, credit }) => debit - credit))).toBe(0);
        expect(lines.every(({ debit, credit }) => debit > 0 !== credit > 0)).toBe(true);
        expect(Number.isInteger(entry.amount) && entry.amount > 0).toBe(true);
      }
    for (const year of years) expect(sum(balancesOf(year).values())).toBe(0);
  });

  it('carry forward: a year opens with what the one before left, result and VAT put together', () => {
    for (const [index, year] of years.entries()) {
      const before = years[index - 1];
      const opened = new Map([...year.inside.sums().accounts].map(([account, { opening }]) => [account, opening]));
      expect(sum(opened.values())).toBe(0);
      for (const [account, balance] of before ? balancesOf(before) : [])
        if (isPersonal(account) || account === technicalNumber('bank', chart))
          expect(opened.get(account) ?? 0).toBe(balance);
    }
  });

  it('have open items that add up to the balances of their accounts', () => {
    for (const year of years) {
      const open = new Map<number, number>();
      for (const { account, amount, paid } of year.items) {
        const signed = (amount - paid) * (account < 700_000_000 ? 1 : -1);
        open.set(account, (open.get(account) ?? 0) + signed);
      }
      for (const [account, balance] of balancesOf(year))
        if (isPersonal(account)) expect(open.get(account) ?? 0).toBe(balance);
    }
  });

  it('tell of wages, depreciation and VAT each month, on accounts of their chart', () => {
    const [, , year] = years;
    if (!year) throw new Error('a third year');
    for (const key of ['wages', 'social', 'depreciation', 'rent', 'vat19', 'inputTax19'] as const)
      expect(moved(year)).toContain(technicalNumber(key, chart));
    for (const description of ['Lohnbuchungen', 'Abschreibungen']) {
      const months = year.sequences
        .filter((one) => one.description.startsWith(description))
        .map(({ from }) => monthOf(from));
      // Nothing is booked after March 20th; wages are paid on the last working day.
      expect(months).toEqual([7, 8, 9, 10, 11, 12, 1, 2]);
    }
    expect(year.sequences.map(({ committedAt }) => committedAt !== null)).toContain(true);
    expect(year.sequences.map(({ committedAt }) => committedAt !== null)).toContain(false);
  });

  it('link the newest purchases to the vouchers, the first to the newest', () => {
    const linked = years.flatMap(({ entries }) => entries.filter(({ documentLink }) => documentLink !== null));
    // Of one day, what was entered last is the newest.
    const newest = linked.toReversed().toSorted((a, b) => (a.date > b.date ? -1 : Number(a.date < b.date)));
    expect(newest.map(({ documentLink }) => documentLink)).toEqual(
      optionsOf().voucherGuids?.map((guid) => `BEDI "${guid}"`),
    );
  });
});

it('are the same for the same seed, and others for another', () => {
  const entries = (given: Partial<BooksOptions>) =>
    makeBooks(optionsOf(given)).years.map((year) => [year.entries, year.items]);
  expect(entries({})).toEqual(entries({}));
  expect(entries({})).not.toEqual(entries({ seed: 'other' }));
});

it.each([200, 500, 2_000, 10_000, 50_000])('have about %i postings a year', (postingsPerYear) => {
  for (const [clientNumber, chart] of [
    [1, 3],
    [2, 4],
  ] as [number, Chart][]) {
    const years = [
      { begin: '2024-01-01', end: '2024-12-31' },
      { begin: '2025-01-01', end: '2025-12-31' },
    ];
    const books = makeBooks(optionsOf({ postingsPerYear, clientNumber, chart, years }));
    for (const { inside } of books.years) {
      const { postings } = inside.sums();
      expect(postings / postingsPerYear).toBeGreaterThan(0.88);
      expect(postings / postingsPerYear).toBeLessThan(1.25);
    }
  }
});

it('stay small: a year of 100,000 postings is kept in columns of some 40 bytes an entry', () => {
  const { years } = makeBooks(
    optionsOf({ postingsPerYear: 100_000, years: [{ begin: '2025-01-01', end: '2025-12-31' }], today: '2026-03-20' }),
  );
  const [year] = years;
  const columns = Object.values(year?.inside.ledger ?? {}).filter((column) => ArrayBuffer.isView(column));
  expect(year?.inside.ledger.count).toBeGreaterThan(35_000);
  expect(sum(columns.map(({ byteLength }) => byteLength)) / (year?.inside.ledger.count ?? 1)).toBeLessThan(90);
});
