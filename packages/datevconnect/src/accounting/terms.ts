import type { ListEnd } from '../failure.ts';
import { asFields, type Fields, text, whole } from '../lenient.ts';
import { readList } from '../read.ts';
import type { DatevSession } from '../session.ts';
import type { YearKey } from './keys.ts';

export interface TermOfPayment {
  readonly id: string;
  readonly caption: string;
  /** Null for terms by periods of the month. */
  readonly dueInDays: number | null;
}

/** Terms of payment (Zahlungsbedingungen) of a year. */
export function listTermsOfPayment(
  session: DatevSession,
  year: YearKey,
): AsyncGenerator<TermOfPayment[], ListEnd, undefined> {
  return readList(session, 'termsOfPayment', { ...year }, {}, readTerm);
}

function readTerm(fields: Fields): TermOfPayment | null {
  const id = text(fields['id']);
  if (id === null) return null;
  return {
    id,
    caption: text(fields['caption']) ?? '',
    dueInDays: whole(asFields(fields['due_in_days'])?.['due_in_days']),
  };
}
