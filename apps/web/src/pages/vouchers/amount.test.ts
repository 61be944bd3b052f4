import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAmount, writeAmount } from './amount.ts';

describe('amounts', () => {
  it('reads what people write', () => {
    for (const [text, cents] of [
      ['1.234,56', 123_456],
      ['1,234.56', 123_456],
      ['1234.5', 123_450],
      ['-50', -5000],
      ['1 000,00 €', 100_000],
      ['1.000', 100_000],
      ['0,07', 7],
    ] as const)
      expect(readAmount(text), text).toBe(cents);
  });

  it('refuses what is no amount', () => {
    for (const text of ['', 'abc', '1,2,', '--5', '1234567890123']) expect(readAmount(text), text).toBeNull();
  });

  it('reads back what it writes, in both languages', () => {
    fc.assert(
      fc.property(fc.integer({ min: -99_999_999, max: 99_999_999 }), fc.constantFrom('de', 'en'), (cents, language) => {
        expect(readAmount(writeAmount(cents, language))).toBe(cents === 0 ? 0 : cents);
      }),
    );
  });
});
