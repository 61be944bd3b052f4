import type { Charts } from './answers.ts';
import { yearEarlier } from './period.ts';

type Month = Charts['months'][number];
export type ChartMonth = Month & {
  /** False after the last month with a posting: what has not come yet is drawn as nothing, not as zero. */
  isPast: boolean;
  previousResult: number | null;
  previousCash: number | null;
};

/** The months of a year, each beside the one a year earlier. */
export function chartMonths({ months, previousMonths }: Pick<Charts, 'months' | 'previousMonths'>): ChartMonth[] {
  const last = months.findLastIndex((one) => one.moved);
  const earlier = new Map((previousMonths ?? []).map((one) => [one.month, one]));
  return months.map((one, at) => {
    const before = earlier.get(yearEarlier(one.month));
    return {
      ...one,
      isPast: at <= last,
      previousResult: before?.result ?? null,
      previousCash: before?.cash ?? null,
    };
  });
}
