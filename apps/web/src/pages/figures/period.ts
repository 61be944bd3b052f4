import type { FigureYear } from './answers.ts';
import type { FiguresSearch } from './search.ts';

export type Period = { from: string; to: string };

/** First and last month shown: those of the address as far as they belong to the year, in order; else all of it. */
export function periodOf(year: Pick<FigureYear, 'months'>, search: Pick<FiguresSearch, 'von' | 'bis'>): Period {
  const months = year.months.map((one) => one.month);
  const at = (month: string | undefined, otherwise: number) => {
    const found = month === undefined ? -1 : months.indexOf(month);
    return found < 0 ? otherwise : found;
  };
  const from = at(search.von, 0);
  const to = Math.max(from, at(search.bis, months.length - 1));
  return { from: months[from] ?? '', to: months[to] ?? '' };
}

/** The period as the address has it: what is the year's own first or last month is left out. */
export function searchOf(year: Pick<FigureYear, 'months'>, { from, to }: Period): Pick<FiguresSearch, 'von' | 'bis'> {
  return {
    ...(from === year.months[0]?.month ? {} : { von: from }),
    ...(to === year.months.at(-1)?.month ? {} : { bis: to }),
  };
}

/** The same month a year earlier. */
export function yearEarlier(month: string): string {
  return `${Number(month.slice(0, 4)) - 1}${month.slice(4)}`;
}
