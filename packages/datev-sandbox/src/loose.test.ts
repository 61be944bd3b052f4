import { expect, test } from 'vitest';
import { germanTime } from './loose.ts';

test('German local time changes its offset on the last Sundays of March and October at 01:00 UTC', () => {
  expect(germanTime(Date.UTC(2026, 0, 1, 12))).toBe('2026-01-01T13:00:00+01:00');
  expect(germanTime(Date.UTC(2026, 2, 29, 0, 59, 59))).toBe('2026-03-29T01:59:59+01:00');
  expect(germanTime(Date.UTC(2026, 2, 29, 1))).toBe('2026-03-29T03:00:00+02:00');
  expect(germanTime(Date.UTC(2026, 9, 25, 0, 59, 59))).toBe('2026-10-25T02:59:59+02:00');
  expect(germanTime(Date.UTC(2026, 9, 25, 1))).toBe('2026-10-25T02:00:00+01:00');
  // A year whose last of March and October is itself a Sunday.
  expect(germanTime(Date.UTC(2024, 2, 31, 1))).toBe('2024-03-31T03:00:00+02:00');
});
