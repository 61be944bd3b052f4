import { addDays, type Day, nextMonth } from '../days.ts';
import type { Sequence, SequenceKind, Year } from './types.ts';

/** Kinds of batches, with what they are called and where they come from. */
const sequenceKinds = {
  daily: { kind: 1, description: 'Buchführung', origin: 'RE' },
  outgoing: { kind: 2, description: 'Ausgangsrechnungen', origin: 'RE' },
  incoming: { kind: 3, description: 'Eingangsrechnungen', origin: 'RE' },
  payroll: { kind: 4, description: 'Lohnbuchungen', origin: 'LO' },
  depreciation: { kind: 5, description: 'Abschreibungen', origin: 'AN' },
  closing: { kind: 8, description: 'Abschlussbuchungen', origin: 'RE' },
  opening: { kind: 9, description: 'Eröffnungsbilanz', origin: 'RE' },
} as const satisfies Record<SequenceKind, { kind: number; description: string; origin: string }>;

/**
 * Index of the batch of a day's month and kind, made when it is the first of it.
 * @param only `open`: not one that is final; then a further one begins, ten numbers higher
 */
export function sequenceAt(year: Year, date: Day, kindName: SequenceKind, only: 'any' | 'open' = 'any'): number {
  const { sequences, books } = year.inside;
  const month = date.slice(0, 7);
  for (let { kind } = sequenceKinds[kindName] as { kind: number }; ; kind += 10) {
    const number = `${month.slice(5)}-${month.slice(0, 4)}/${String(kind).padStart(4, '0')}`;
    // The newest first: what is booked next belongs there as a rule.
    const known = sequences.findLastIndex((one) => one.number === number);
    if (known !== -1 && only === 'open' && sequences[known]?.committedAt !== null) continue;
    if (known !== -1) return known;
    const committed = only === 'open' ? null : committedAt(`${month}-01`, books.inside.today);
    return sequences.push(newSequence(year, month, { kindName, kind, number, committedAt: committed })) - 1;
  }
}

/** Index of the batch for what is moved out of another one's month. */
export function sequenceOfKind(year: Year, date: Day, { kindName }: Sequence): number {
  return sequenceAt(year, date, kindName, 'open');
}

function newSequence(
  year: Year,
  month: string,
  given: Pick<Sequence, 'kindName' | 'kind' | 'number' | 'committedAt'>,
): Sequence {
  const { inside } = year.inside.books;
  const { description, origin } = sequenceKinds[given.kindName];
  const [first, last] = [`${month}-01`, addDays(nextMonth(`${month}-01`), -1)];
  inside.nextSequence += 1;
  return {
    ...given,
    id: String(inside.nextSequence),
    description: `${description} ${month.slice(5)}/${month.slice(0, 4)}`,
    origin,
    closing: given.kindName === 'closing',
    from: first < year.begin ? year.begin : first,
    to: last > year.end ? year.end : last,
  };
}

/** Three months later everything of a month is final; the date of it is the middle of the month after. */
function committedAt(firstOfMonth: Day, today: Day): Day | null {
  return nextMonth(nextMonth(nextMonth(firstOfMonth))) <= today ? addDays(firstOfMonth, 45) : null;
}
