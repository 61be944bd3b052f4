import { describe, expect, it } from 'vitest';
import { chartMonths } from './chartMonths.ts';

const month = (name: string, moved: boolean, result: number) => ({
  month: name,
  moved,
  revenue: result,
  costs: 0,
  result,
  cash: result * 2,
});

describe('months of a chart', () => {
  it('stand beside those of a year earlier, whatever the years’ lengths', () => {
    const shown = chartMonths({
      months: [
        month('2026-01', true, 1),
        month('2026-02', false, 0),
        month('2026-03', true, 3),
        month('2026-04', false, 0),
      ],
      previousMonths: [month('2025-03', true, 30), month('2025-04', true, 40)],
    });
    expect(shown.map((one) => [one.month, one.isPast, one.previousResult, one.previousCash])).toEqual([
      ['2026-01', true, null, null],
      ['2026-02', true, null, null],
      ['2026-03', true, 30, 60],
      ['2026-04', false, 40, 80],
    ]);
  });

  it('have no past where nothing is booked, and no year before where there is none', () => {
    const [only] = chartMonths({ months: [month('2026-01', false, 0)], previousMonths: null });
    expect(only).toMatchObject({ isPast: false, previousResult: null });
  });
});
