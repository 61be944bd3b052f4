import { blockOf, type Posting } from '@bruecke/model';
import { expect, it } from 'vitest';
import { sumsOfPart } from './sumsOfPart.ts';

const posting = (account: number, debit: number, credit: number, opening = false): Posting => ({
  account,
  contraAccount: null,
  date: '2026-01-31',
  debit,
  credit,
  batchNumber: null,
  text: null,
  documentField1: null,
  documentField2: null,
  documentLink: null,
  taxKey: null,
  taxRate: null,
  opening,
  generalReversal: false,
  costCenter1: null,
  costCenter2: null,
});

it('adds up each account over the blocks of a part, opening postings apart, and knows the places of its blocks', () => {
  const part = [
    blockOf([posting(10, 5, 0), posting(20, 0, 5), posting(10, 3, 0, true)]),
    blockOf([posting(20, 0, -2)]),
    blockOf([posting(10, 0, 1)]),
  ];
  expect(sumsOfPart(part, 101)).toEqual([
    { account: 10, debit: 5, credit: 1, openingDebit: 3, openingCredit: 0, rows: 3, blocks: [101, 105] },
    { account: 20, debit: 0, credit: 3, openingDebit: 0, openingCredit: 0, rows: 2, blocks: [101, 104] },
  ]);
});
