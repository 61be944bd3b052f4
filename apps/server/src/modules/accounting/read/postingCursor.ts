import { refuse } from '../../../refusal.ts';
import { isInt4, type PostingPlace } from './postingRows.ts';
import type { ShownMonth } from './shownYear.ts';

/**
 * The month in which a page goes on: by its load, or by its name where the month was read anew since; places are of the same order in both.
 * Refuses what is not of these months.
 */
export function monthOfCursor(months: readonly ShownMonth[], { load, month, no }: PostingPlace): number {
  const same = months.findIndex((one) => one.load === load);
  const at = same >= 0 ? same : months.findIndex((one) => one.month === month);
  if (at < 0 || !isInt4(no))
    throw refuse('invalid_input', { fields: [{ path: 'query.cursor', message: 'not of this period' }] });
  return at;
}
