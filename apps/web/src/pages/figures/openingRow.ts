import { useCallback } from 'react';
import type { RowSource } from '../../table/rows.ts';
import type { AccountSheet, SheetRow } from './answers.ts';

/** A line of a Kontoblatt: a movement, or what the account stood at before the first of them. */
export type SheetLine = Pick<SheetRow, 'key' | 'date' | 'text' | 'balance'> & Partial<SheetRow>;

export const openingKey = 'opening';

/** The line that the sheet begins with. `text`: how people call it. */
export function openingLine(sheet: AccountSheet, firstDay: string, text: string): SheetLine {
  const { from } = sheet.period;
  const date = firstDay.startsWith(from) ? firstDay : `${from}-01`;
  return { key: openingKey, date, text, balance: sheet.opening };
}

/** The rows with that line before the first movement: at the top, or at the very end where the newest come first. */
export function useOpeningRow(
  source: RowSource<SheetRow>,
  line: SheetLine | null,
  { newestFirst, hasMore }: { newestFirst: boolean; hasMore: boolean },
): RowSource<SheetLine> {
  const { total, row, want, error } = source;
  const above = newestFirst || line === null ? 0 : 1;
  const isBelow = newestFirst && !hasMore && line !== null;
  const wantBelow = useCallback((first: number, last: number) => want(first - above, last - above), [want, above]);
  return {
    total: total + (isBelow ? 1 : above),
    row: (index) => (index === (isBelow ? total : above - 1) && line ? line : row(index - above)),
    want: wantBelow,
    error,
  };
}
