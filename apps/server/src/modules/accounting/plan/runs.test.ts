import { describe, expect, it } from 'vitest';
import { decideRun, type LedgerFacts, needsYears, nextDue, yearsOfRun } from './runs.ts';

const now = new Date('2026-03-10T10:00:00Z');
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const days = (count: number) => ago(count * 24 * 60);

const settled: LedgerFacts = {
  firstReadAt: days(100),
  readWholeAt: days(3),
  wholeEveryDays: 7,
  lastRunAt: ago(300),
  failuresInRow: 0,
  dueAt: new Date('2026-03-11T04:00:00Z'),
  lookedAt: null,
  askedAt: null,
};

describe('decideRun', () => {
  it('does nothing without a reason', () => {
    expect(decideRun(settled, now)).toBeNull();
  });

  it('reads everything at first, again after a failed attempt when its time has come', () => {
    const fresh = { ...settled, firstReadAt: null, readWholeAt: null, lastRunAt: null, dueAt: null };
    expect(decideRun(fresh, now)).toEqual({ reason: 'first', whole: true });
    expect(decideRun({ ...fresh, dueAt: new Date('2026-03-10T10:15:00Z'), failuresInRow: 1 }, now)).toBeNull();
    expect(decideRun({ ...fresh, dueAt: ago(1), failuresInRow: 1 }, now)).toEqual({ reason: 'first', whole: true });
  });

  it('runs when the clock says so, and whole once a week, although mornings differ by minutes', () => {
    expect(decideRun({ ...settled, dueAt: ago(0) }, now)).toEqual({ reason: 'scheduled', whole: false });
    expect(decideRun({ ...settled, dueAt: ago(0), readWholeAt: days(6.99) }, now)).toEqual({
      reason: 'scheduled',
      whole: true,
    });
    expect(decideRun({ ...settled, dueAt: ago(0), readWholeAt: days(6) }, now)?.whole).toBe(false);
    expect(decideRun({ ...settled, dueAt: ago(0), wholeEveryDays: 1, readWholeAt: days(1) }, now)?.whole).toBe(true);
  });

  it('runs every fifteen minutes while somebody looks, not after a failure and never whole', () => {
    const looking = { ...settled, lookedAt: ago(5), readWholeAt: days(30) };
    expect(decideRun({ ...looking, lastRunAt: ago(15) }, now)).toEqual({ reason: 'looking', whole: false });
    expect(decideRun({ ...looking, lastRunAt: ago(14) }, now)).toBeNull();
    expect(decideRun({ ...looking, lookedAt: ago(7), lastRunAt: ago(60) }, now)).toBeNull();
    expect(decideRun({ ...looking, lastRunAt: ago(60), failuresInRow: 1 }, now)).toBeNull();
  });

  it('runs when somebody asks, once', () => {
    expect(decideRun({ ...settled, askedAt: ago(0) }, now)).toEqual({ reason: 'asked', whole: false });
    expect(decideRun({ ...settled, askedAt: ago(301) }, now)).toBeNull();
    expect(decideRun({ ...settled, askedAt: ago(0), failuresInRow: 5 }, now)?.reason).toBe('asked');
  });
});

describe('nextDue', () => {
  const due = (failure: Parameters<typeof nextDue>[0]['failure'], failuresInRow: number, at = now) =>
    nextDue({ failure, failuresInRow }, at, 0).toISOString();

  it('is the next working morning', () => {
    expect(due(null, 0)).toBe('2026-03-11T04:00:00.000Z');
  });

  it('comes sooner after an outage, with growing pauses, but never later than the morning', () => {
    expect([1, 2, 3, 4, 5, 50].map((count) => due('connectionRefused', count).slice(11, 16))).toEqual([
      '10:15',
      '10:30',
      '11:00',
      '12:00',
      '14:00',
      '14:00',
    ]);
    expect(due('unavailable', 4, new Date('2026-03-11T03:00:00Z'))).toBe('2026-03-11T04:00:00.000Z');
  });

  it('waits for the morning where only people can help', () => {
    expect(due('clientNotReleased', 1)).toBe('2026-03-11T04:00:00.000Z');
    expect(due('dataRightMissing', 3)).toBe('2026-03-11T04:00:00.000Z');
  });
});

describe('years of a run', () => {
  it('are the newest three, two of them whole once a week; all when everything is read', () => {
    const asked = (years: number[], whole: boolean) =>
      yearsOfRun(
        years.map((year) => ({ firstDay: `${year}-01-01` })),
        '2026-03-01',
        whole,
      ).map((one) => [Number(one.year.firstDay.slice(0, 4)), one.whole]);
    expect(asked([2026, 2025, 2024, 2023], false)).toEqual([2026, 2025, 2024].map((year) => [year, false]));
    const all = [
      [2026, true],
      [2025, true],
      [2024, false],
      [2023, false],
    ];
    expect(asked([2026, 2025, 2024, 2023], true)).toEqual(all);
    // The next year, opened early, takes nobody's place.
    expect(asked([2027, 2026, 2025, 2024, 2023], true)).toEqual([[2027, true], ...all]);
    expect(asked([2027, 2026, 2025, 2024, 2023], false)).toHaveLength(4);
    expect(asked([2025, 2024, 2023], true).filter(([, whole]) => whole)).toHaveLength(2);
  });

  it('are asked for when none holds today', () => {
    expect(needsYears([{ lastDay: '2026-12-31' }], '2026-12-31', false)).toBe(false);
    expect(needsYears([{ lastDay: '2026-12-31' }], '2027-01-01', false)).toBe(true);
    expect(needsYears([{ lastDay: '2026-12-31' }], '2026-03-01', true)).toBe(true);
    expect(needsYears([], '2026-03-01', false)).toBe(true);
  });
});
