import { expect, it } from 'vitest';
import type { Posting } from './figures.ts';
import { blockOf, countRows, postingsIn } from './postings.ts';

const posting = (over: Partial<Posting> = {}): Posting => ({
  account: 44_000_000,
  contraAccount: 100_000_000,
  date: '2026-01-31',
  debit: 0,
  credit: 11_900,
  batchNumber: '01-2026/0001',
  text: null,
  documentField1: null,
  documentField2: null,
  documentLink: null,
  taxKey: null,
  taxRate: null,
  opening: false,
  generalReversal: false,
  costCenter1: null,
  costCenter2: null,
  ...over,
});

it('a block gives back the postings it was made of', () => {
  const postings = [
    posting(),
    posting({ text: 'Müller', opening: true, taxRate: 19 }),
    posting({ contraAccount: null, documentLink: 'BEDI "CB6A"', costCenter2: '7' }),
  ];
  expect(postingsIn(blockOf(postings))).toEqual(postings);
});

it('a field that no posting has takes no place', () => {
  const { documentField1, text, opening, contraAccount } = blockOf([posting(), posting({ text: '' })]);
  expect({ documentField1, opening }).toEqual({ documentField1: null, opening: null });
  expect({ text, contraAccount }).toEqual({ text: [null, ''], contraAccount: [100_000_000, 100_000_000] });
});

it('a block counts as its postings, any other row as one', () => {
  expect(countRows([blockOf([posting(), posting()]), { row: 'statistics', month: 1, journal: 1, primaNota: 1 }])).toBe(
    3,
  );
});
