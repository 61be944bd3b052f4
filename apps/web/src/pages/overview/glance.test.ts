import { describe, expect, it } from 'vitest';
import { glanceOf, yearAtAGlance } from './glance.ts';

const year = (firstDay: string, stand: string | null = '2026-11-24T05:10:00.000Z') => ({ firstDay, stand });
const month = (name: string, result: number, cash: number, moved = true) => ({
  month: name,
  moved,
  revenue: 0,
  costs: 0,
  result,
  cash,
});
const buckets = (...opens: number[]) =>
  (['notDue', 'to30', 'to60', 'to90', 'over90'] as const).map((bucket, at) => ({
    bucket,
    open: opens[at] ?? 0,
    count: 1,
  }));

describe('figures at a glance', () => {
  it('are those of the newest year that has begun and was read, also where one is opened ahead of its time', () => {
    const [ahead, now, last] = [year('2027-01-01'), year('2026-01-01'), year('2025-01-01')];
    expect(yearAtAGlance([ahead, now, last], '2026-11-24')).toBe(now);
    expect(yearAtAGlance([ahead, { ...now, stand: null }, last], '2026-11-24')).toBe(last);
    expect(yearAtAGlance([ahead], '2026-11-24')).toBe(ahead);
    expect(yearAtAGlance([year('2026-01-01', null)], '2026-11-24')).toBeNull();
  });

  it('end with the last month that has postings, and add up what is open and overdue', () => {
    const glance = glanceOf({
      chart: 'SKR03',
      months: [month('2026-01', 100, 5), month('2026-02', -30, 7), month('2026-03', 0, 7, false)],
      ageing: { receivable: buckets(10, 2, 0, 0, 1), payable: buckets(4) },
    });
    expect(glance).toEqual({
      result: { month: '2026-02', ofMonth: -30, ofYear: 70, cash: 7 },
      receivable: { open: 13, overdue: 3 },
      payable: { open: 4, overdue: 0 },
    });
  });

  it('say no result where the chart of accounts is not known here, or nothing is booked', () => {
    const ageing = { receivable: buckets(), payable: buckets() };
    expect(glanceOf({ chart: null, months: [month('2026-01', 100, 5)], ageing }).result).toBeNull();
    expect(glanceOf({ chart: 'SKR03', months: [month('2026-01', 0, 0, false)], ageing }).result).toBeNull();
  });
});
