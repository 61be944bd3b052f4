import type { Charts, FigureYear } from '../figures/answers.ts';

/**
 * The fiscal year whose figures are shown at a glance: of the present books the newest that has begun and was read; else of former ones.
 * Years come newest first, former ones last. Null: none was read.
 * @param today `YYYY-MM-DD`
 */
export function yearAtAGlance<Year extends Pick<FigureYear, 'firstDay' | 'stand'>>(
  years: readonly Year[],
  today: string,
): Year | null {
  const read = years.filter((year) => year.stand !== null);
  return read.find((year) => year.firstDay <= today) ?? read[0] ?? null;
}

/** Cents; positive is good for the result, and what a side owes for open items. */
export type Glance = {
  /** Null where the chart of accounts is not known here, or nothing was booked. */
  result: { month: string; ofMonth: number; ofYear: number; cash: number } | null;
  receivable: Side;
  payable: Side;
};
type Side = { open: number; overdue: number };

/** Result up to the last month with a posting, cash at its end, and what is open today. */
export function glanceOf({ chart, months, ageing }: Pick<Charts, 'chart' | 'months' | 'ageing'>): Glance {
  const last = months.findLastIndex((one) => one.moved);
  const month = chart === null ? undefined : months[last];
  return {
    result: month
      ? {
          month: month.month,
          ofMonth: month.result,
          ofYear: months.slice(0, last + 1).reduce((sum, one) => sum + one.result, 0),
          cash: month.cash,
        }
      : null,
    receivable: sideOf(ageing.receivable),
    payable: sideOf(ageing.payable),
  };
}

function sideOf(buckets: Charts['ageing']['receivable']): Side {
  const sum = (of: typeof buckets) => of.reduce((total, one) => total + one.open, 0);
  return { open: sum(buckets), overdue: sum(buckets.filter((one) => one.bucket !== 'notDue')) };
}
