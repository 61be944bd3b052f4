import { describe, expect, it } from 'vitest';
import { accountClass, accountNumber } from './accounts.ts';

describe('accountNumber', () => {
  it('cuts to the length the year has, and keeps leading zeros', () => {
    expect(accountNumber(44_000_000, 4)).toBe('4400');
    expect(accountNumber(270_000, 4)).toBe('0027');
    expect(accountNumber(44_001_000, 5)).toBe('44001');
    expect(accountNumber(44_001_000, 6)).toBe('440010');
    expect(accountNumber(12_345_678, 8)).toBe('12345678');
  });

  it('shows subledger accounts with one digit more', () => {
    expect(accountNumber(100_010_000, 4)).toBe('10001');
    expect(accountNumber(700_000_000, 4)).toBe('70000');
    expect(accountNumber(100_010_000, 5)).toBe('100010');
  });

  it('never makes two accounts look the same', () => {
    expect(accountNumber(44_000_100, 4)).toBe('440001');
    expect(accountNumber(100_010_001, 4)).toBe('100010001');
  });
});

describe('accountClass', () => {
  it('tells the general ledger from debtors and creditors', () => {
    expect([99_999_999, 100_000_000, 699_999_999, 700_000_000].map(accountClass)).toEqual([
      'general',
      'debtor',
      'debtor',
      'creditor',
    ]);
  });
});
