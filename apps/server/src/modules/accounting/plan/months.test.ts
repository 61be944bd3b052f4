import { describe, expect, it } from 'vitest';
import { afterReading } from './control.ts';
import { journalOf, monthFingerprint } from './fingerprint.ts';
import { decideMonths, expectedRows, type MonthFacts, type MonthsInput, monthsOfYear } from './months.ts';

describe('monthsOfYear', () => {
  it('cuts the first and the last month', () => {
    expect(monthsOfYear('2026-01-01', '2026-12-31')).toHaveLength(12);
    expect(monthsOfYear('2026-02-15', '2026-04-10')).toEqual([
      { month: '2026-02-01', number: 2, from: '2026-02-15', to: '2026-02-28' },
      { month: '2026-03-01', number: 3, from: '2026-03-01', to: '2026-03-31' },
      { month: '2026-04-01', number: 4, from: '2026-04-01', to: '2026-04-10' },
    ]);
  });

  it('goes over the turn of the year, and has thirteen months when a year begins within one', () => {
    expect(monthsOfYear('2025-07-01', '2026-06-30').map((one) => one.number)).toEqual([
      7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6,
    ]);
    expect(monthsOfYear('2025-01-15', '2026-01-14')).toHaveLength(13);
    expect(monthsOfYear('2023-12-31', '2024-02-29').at(-1)).toMatchObject({ from: '2024-02-01', to: '2024-02-29' });
  });
});

const now = new Date('2026-03-10T10:00:00Z');
const hours = (count: number) => new Date(now.getTime() - count * 3_600_000);
const shown = { fingerprint: 'a', readAt: hours(20), rebuilt: false };
const quiet: MonthFacts = {
  month: '2026-03-01',
  checked: 'a',
  empty: false,
  batchesMoved: false,
  openBatch: false,
  shown,
  loaded: null,
};
const input: Omit<MonthsInput, 'months'> = { now, wholeSince: null, forced: false, licence: true };
function decide(facts: Partial<MonthFacts>, given: Partial<MonthsInput> = {}): string {
  const decision = decideMonths({ ...input, ...given, months: [{ ...quiet, ...facts }] });
  if (decision.read.length > 0) return 'read';
  if (decision.take.length > 0) return 'take';
  return decision.clear.length > 0 ? 'clear' : 'stay';
}

describe('decideMonths', () => {
  it('reads the one month that moved', () => {
    const months = ['2026-01-01', '2026-02-01', '2026-03-01'].map((month) => ({
      ...quiet,
      month,
      checked: month === '2026-02-01' ? 'b' : 'a',
    }));
    expect(decideMonths({ ...input, months })).toEqual({ read: ['2026-02-01'], take: [], clear: [] });
  });

  it('reads what was never read, and clears what holds nothing without asking', () => {
    expect(decide({ shown: null })).toBe('read');
    expect(decide({ shown: null, empty: true })).toBe('clear');
    expect(decide({ empty: true, checked: '0' })).toBe('clear');
    expect(decide({ empty: true })).toBe('stay');
  });

  it('goes on with what was loaded before an interruption, unless the month moved meanwhile', () => {
    const loaded = { fingerprint: 'b', readAt: hours(1) };
    expect(decide({ checked: 'b', loaded })).toBe('take');
    expect(decide({ checked: 'c', loaded })).toBe('read');
    expect(decide({ checked: 'b', loaded }, { wholeSince: hours(2) })).toBe('take');
    expect(decide({ checked: 'b', loaded }, { wholeSince: hours(0.5) })).toBe('read');
  });

  it('reads a month with an open batch once a day, and one whose batches changed at once', () => {
    expect(decide({ openBatch: true })).toBe('read');
    expect(decide({ openBatch: true, shown: { ...shown, readAt: hours(10) } })).toBe('stay');
    // Eleven in the morning in Germany: twelve hours ago it was yesterday.
    expect(decide({ openBatch: true, shown: { ...shown, readAt: hours(12) } })).toBe('read');
    expect(decide({ batchesMoved: true, shown: { ...shown, readAt: hours(1) } })).toBe('read');
  });

  it('reads everything in a whole reading, each month once', () => {
    expect(decide({}, { wholeSince: hours(1) })).toBe('read');
    expect(decide({ shown: { ...shown, readAt: hours(0.5) } }, { wholeSince: hours(1) })).toBe('stay');
  });

  it('reads everything when forced', () => {
    expect(decide({}, { forced: true })).toBe('read');
    expect(decide({ loaded: { fingerprint: 'a', readAt: now } }, { forced: true })).toBe('read');
  });

  it('without the posting licence keeps what was read with it, and with it replaces what was rebuilt', () => {
    const rebuilt = { ...shown, rebuilt: true };
    expect(decide({}, { licence: false, wholeSince: now })).toBe('stay');
    expect(decide({ shown: rebuilt }, { licence: false })).toBe('stay');
    expect(decide({ shown: rebuilt }, { licence: false, wholeSince: now })).toBe('read');
    expect(decide({ shown: rebuilt, openBatch: true }, { licence: false })).toBe('read');
    expect(decide({ checked: 'b' }, { licence: false })).toBe('read');
    expect(decide({ shown: rebuilt })).toBe('read');
  });
});

describe('expectedRows', () => {
  it('goes by what a booking had in lines last time', () => {
    expect(expectedRows(200, { journal: 100, rows: 300 })).toBe(600);
    expect(expectedRows(100, null)).toBe(250);
    expect(expectedRows(100, { journal: 0, rows: 0 })).toBe(250);
  });

  it('takes an uncounted month for a busy one', () => {
    expect(expectedRows(null, null)).toBeGreaterThan(20_000);
    expect(expectedRows(null, { journal: 10, rows: 40 })).toBe(40);
  });
});

describe('afterReading', () => {
  it('shows what adds up', () => {
    expect([0, 1, 2].map((step) => afterReading(0, step))).toEqual(Array(3).fill({ next: 'show', differs: false }));
  });

  it('asks once more, then reads the year once, then shows the difference', () => {
    expect(afterReading(3, 0)).toEqual({ next: 'checkAgain' });
    expect(afterReading(3, 1)).toEqual({ next: 'readWhole' });
    expect(afterReading(3, 2)).toEqual({ next: 'show', differs: true });
  });
});

describe('monthFingerprint', () => {
  it('differs with every part, also between nothing and none counted', () => {
    const said = { journal: 1, primaNota: 2, turnovers: 'x', openings: null };
    const all = [said, { ...said, journal: null }, { ...said, journal: 0 }, { ...said, primaNota: 3 }];
    const more = [
      { ...said, turnovers: 'y' },
      { ...said, openings: 'z' },
    ];
    expect(new Set([...all, ...more].map(monthFingerprint)).size).toBe(6);
    expect(all.map(monthFingerprint).map(journalOf)).toEqual([1, null, 0, 1]);
  });
});
