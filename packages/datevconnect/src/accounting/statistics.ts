import type { ListEnd } from '../failure.ts';
import { type Fields, whole } from '../lenient.ts';
import { readList } from '../read.ts';
import type { DatevSession } from '../session.ts';
import type { YearKey } from './keys.ts';

/** How many entries a month has; month 15 is the sum of all (onprem.md B.2). */
export interface MonthStatistics {
  readonly month: number;
  /** Processed entries: up to five from one entered record. */
  readonly journal: number;
  /** Entered and imported records. */
  readonly primaNota: number;
}

/** Numbers of entries per month: the cheap question whether a year moved. */
export function listStatistics(
  session: DatevSession,
  year: YearKey,
): AsyncGenerator<MonthStatistics[], ListEnd, undefined> {
  return readList(session, 'statistics', { ...year }, {}, readStatistics);
}

function readStatistics(fields: Fields): MonthStatistics | null {
  const month = whole(fields['month']);
  if (month === null) return null;
  return {
    month,
    journal: whole(fields['count_of_accounting_journal']) ?? 0,
    primaNota: whole(fields['count_of_accounting_prima_nota']) ?? 0,
  };
}
