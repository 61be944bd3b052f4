import type { Day } from '@bruecke/model';

/** Days, both included. */
export type Window = { readonly from: Day; readonly to: Day };

/** An answer longer than this is read in halves: DATEVconnect gives account postings in one piece (onprem.md A.5, A.7). */
export const MOST_ROWS_AT_ONCE = 20_000;

/** Halves a window until each piece expects few enough rows or is a single day. What is expected is spread evenly over the days. */
export function windowsOf(window: Window, expectedRows: number): Window[] {
  const days = dayNumber(window.to) - dayNumber(window.from) + 1;
  if (days < 1) return [];
  if (expectedRows <= MOST_ROWS_AT_ONCE || days === 1) return [window];
  const firstDays = Math.ceil(days / 2);
  const middle = dayNumber(window.from) + firstDays;
  return [
    ...windowsOf({ from: window.from, to: dayOf(middle - 1) }, (expectedRows * firstDays) / days),
    ...windowsOf({ from: dayOf(middle), to: window.to }, (expectedRows * (days - firstDays)) / days),
  ];
}

const MS_PER_DAY = 86_400_000;

/** Days since 1970. In UTC, as days have no zone. */
function dayNumber(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`) / MS_PER_DAY;
}

function dayOf(number: number): Day {
  return new Date(number * MS_PER_DAY).toISOString().slice(0, 10);
}
