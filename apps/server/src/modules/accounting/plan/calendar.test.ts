import { describe, expect, it } from 'vitest';
import { daysBetween, germanDay, isWorkingDay, nextMorning, shareOf } from './calendar.ts';

describe('working days', () => {
  it('are neither weekends nor holidays of all Germany', () => {
    const free = ['2026-01-01', '2026-04-03', '2026-04-06', '2026-05-01', '2026-05-14', '2026-05-25', '2026-12-25'];
    expect(free.filter(isWorkingDay)).toEqual([]);
    expect(['2026-10-03', '2026-03-07', '2026-03-08'].filter(isWorkingDay)).toEqual([]);
    // Easter of other centuries' corners, and days that only some Länder have off.
    expect(isWorkingDay('2038-04-23')).toBe(false);
    expect(isWorkingDay('2038-04-26')).toBe(false);
    expect(['2026-01-06', '2026-06-04', '2026-03-06'].filter(isWorkingDay)).toHaveLength(3);
  });
});

describe('nextMorning', () => {
  const morning = (now: string, share = 0) => nextMorning(new Date(now), share).toISOString();

  it('is five in the morning on the clocks of Germany, in winter and in summer', () => {
    expect(morning('2026-01-12T12:00:00Z')).toBe('2026-01-13T04:00:00.000Z');
    expect(morning('2026-07-14T12:00:00Z')).toBe('2026-07-15T03:00:00.000Z');
    // The clocks change in the night to Sunday the 29th of March.
    expect(morning('2026-03-27T12:00:00Z')).toBe('2026-03-30T03:00:00.000Z');
  });

  it('leaves out weekends and holidays', () => {
    expect(morning('2026-04-02T06:00:00Z')).toBe('2026-04-07T03:00:00.000Z');
    expect(morning('2026-03-06T06:00:00Z')).toBe('2026-03-09T04:00:00.000Z');
  });

  it('is still today before its time, and spread over two hours', () => {
    expect(morning('2026-01-13T03:59:00Z')).toBe('2026-01-13T04:00:00.000Z');
    expect(morning('2026-01-13T04:00:00Z', 0.5)).toBe('2026-01-13T05:00:00.000Z');
    expect(morning('2026-01-13T05:00:00Z', 0.5)).toBe('2026-01-14T05:00:00.000Z');
    expect(morning('2026-01-13T03:00:00Z', 0.9999)).toBe('2026-01-13T05:59:00.000Z');
  });
});

it('shares of ids lie between 0 and 1 and differ', () => {
  const shares = ['00000000-0000-4000-8000-000000000000', 'ffffffff-ffff-4fff-8fff-ffffffffffff'].map(shareOf);
  expect(shares[0]).toBe(0);
  expect(shares[1]).toBeGreaterThan(0.99);
  expect(shares[1]).toBeLessThan(1);
});

it('days are counted on calendars, not in hours', () => {
  expect(germanDay(new Date('2026-03-31T22:30:00Z'))).toBe('2026-04-01');
  expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
  expect(daysBetween('2026-03-02', '2026-02-28')).toBe(-2);
});
