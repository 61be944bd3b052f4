import { mostInBlock, type Posting, postingsIn } from '@bruecke/model';
import { expect, it } from 'vitest';
import { createBlocks } from './blocks.ts';
import { toPosting } from './rows.ts';

const postings = (from: number, count: number): Posting[] =>
  Array.from({ length: count }, (_, n) =>
    toPosting({
      id: '',
      accountNumber: 12_000_000,
      contraAccountNumber: null,
      date: '2026-01-31',
      amountDebit: from + n,
      amountCredit: 0,
      sequenceNumber: null,
      description: null,
      documentField1: null,
      documentField2: null,
      documentLink: null,
      transactionKey: null,
      taxRate: null,
      isOpeningBalance: false,
      isGeneralReversal: false,
      costCenter1: null,
      costCenter2: null,
    }),
  );

it('gives out full blocks as soon as there are some, and what is left at the end; each posting once, in its order', () => {
  const blocks = createBlocks();
  const given = [
    ...blocks.add(postings(0, 100)),
    ...blocks.add(postings(100, 2 * mostInBlock)),
    ...blocks.add([]),
    ...blocks.rest(),
  ];
  expect(given.map((block) => block.account.length)).toEqual([mostInBlock, mostInBlock, 100]);
  expect(given.flatMap(postingsIn).map(({ debit }) => debit)).toEqual(
    Array.from({ length: 100 + 2 * mostInBlock }, (_, n) => n),
  );
  expect(blocks.rest()).toEqual([]);
});
