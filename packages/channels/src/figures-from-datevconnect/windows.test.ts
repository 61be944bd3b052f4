import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MOST_ROWS_AT_ONCE, windowsOf } from './windows.ts';

test('a month that fits is read in one piece, a busy one in halves', () => {
  const march = { from: '2024-03-01', to: '2024-03-31' };
  expect(windowsOf(march, MOST_ROWS_AT_ONCE)).toEqual([march]);
  expect(windowsOf(march, 2 * MOST_ROWS_AT_ONCE)).toEqual([
    { from: '2024-03-01', to: '2024-03-08' },
    { from: '2024-03-09', to: '2024-03-16' },
    { from: '2024-03-17', to: '2024-03-31' },
  ]);
  expect(windowsOf({ from: '2024-03-01', to: '2024-03-01' }, 1_000_000)).toHaveLength(1);
  expect(windowsOf({ from: '2024-03-02', to: '2024-03-01' }, 10)).toEqual([]);
});

test('the pieces cover every day exactly once, across changes of clocks and leap days, and get as small as a day', () => {
  const day = fc.date({ min: new Date('2019-12-01'), max: new Date('2025-01-31'), noInvalidDate: true });
  fc.assert(
    fc.property(
      day,
      fc.integer({ min: 0, max: 370 }),
      fc.integer({ min: 0, max: 2_000_000 }),
      (start, length, expected) => {
        const dayAt = (offset: number) => new Date(start.getTime() + offset * 86_400_000).toISOString().slice(0, 10);
        const pieces = windowsOf({ from: dayAt(0), to: dayAt(length) }, expected);
        let next = 0;
        for (const { from, to } of pieces) {
          expect(from).toBe(dayAt(next));
          const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
          expect(days === 1 || (expected * days) / (length + 1) <= MOST_ROWS_AT_ONCE * 1.000001).toBe(true);
          next += days;
        }
        expect(next).toBe(length + 1);
      },
    ),
  );
});
