import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cents, day, decimal, flag, text, whole } from './lenient.ts';

test('cents are exact for every amount that DATEV can hold, as number and as text, with point and comma', () => {
  fc.assert(
    fc.property(fc.integer({ min: -999_999_999_999, max: 999_999_999_999 }), (k) => {
      const digits = String(Math.abs(k)).padStart(3, '0');
      const written = `${k < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
      expect(cents(JSON.parse(written))).toBe(k);
      expect(cents(written)).toBe(k);
      expect(cents(written.replace('.', ','))).toBe(k);
    }),
    { numRuns: 2000 },
  );
  expect(cents(1.1 + 2.2)).toBe(330);
  expect(Object.is(cents(-0), 0)).toBe(true);
});

test('what is no amount is null', () => {
  for (const value of [null, undefined, '', 'abc', '1.2.3', {}, Number.NaN, 1e15]) expect(cents(value)).toBeNull();
});

test('a day is the written one where the zone is German, else the day in Germany', () => {
  expect(day('2024-12-30T00:00:00.000+01:00')).toBe('2024-12-30');
  expect(day('2024-07-01T00:00:00.000+02:00')).toBe('2024-07-01');
  expect(day('2024-12-30T00:00:00')).toBe('2024-12-30');
  expect(day('2024-12-30')).toBe('2024-12-30');
  expect(day('2024-12-29T23:00:00Z')).toBe('2024-12-30');
  expect(day('2024-06-30T22:00:00.000Z')).toBe('2024-07-01');
  expect(day('2024-12-29T18:00:00-05:00')).toBe('2024-12-30');
});

test('what is no date is null', () => {
  for (const value of ['2024-13-01', '30.12.2024', '', null, 20241230, '2024-12-30Tx']) expect(day(value)).toBeNull();
});

test('numbers, texts and flags in the spellings that were seen', () => {
  expect([whole('04'), whole(15), whole('4.5'), whole(undefined)]).toEqual([4, 15, null, null]);
  expect([decimal('19,00'), decimal(19), decimal('x')]).toEqual([19, 19, null]);
  expect([text(10_001), text(''), text(null), text('a')]).toEqual(['10001', null, null, 'a']);
  expect([flag(true), flag('True'), flag(1), flag(undefined)]).toEqual([true, true, false, false]);
});
