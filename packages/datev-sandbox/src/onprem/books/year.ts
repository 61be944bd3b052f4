import { type Day, daysBetween, daysFrom } from '../days.ts';
import { touchesPersonal } from './accounts.ts';
import { addRow, createLedger, indexRows, type Ledger, OPENING, REMOVED, type Row, type RowIndex } from './ledger.ts';
import { fieldOf, gatherGroups, itemsOf } from './openItems.ts';
import { sumUp } from './sums.ts';
import { taxes } from './taxRules.ts';
import type { Books, CarriedItem, Entry, Item, ItemGroup, Sequence, Sums, Year, YearInside } from './types.ts';

/** An empty fiscal year behind the client's others. @param room entries that are expected */
export function addYear(books: Books, span: { begin: Day; end: Day }, carried: CarriedItem[] = [], room = 64): Year {
  const ledger = createLedger(room);
  const days = daysFrom(span.begin, span.end);
  const shared = { books, number: books.inside.years.length + 1, ledger, sequences: [] as Sequence[], carried, days };
  const inside: YearInside = {
    ...shared,
    byDay: untilChanged<RowIndex>(ledger, () => indexRows(ledger, ledger.day, days.length)),
    bySequence: untilChanged<RowIndex>(ledger, () => indexRows(ledger, ledger.sequence, shared.sequences.length)),
    sums: untilChanged<Sums>(ledger, () => sumUp(shared)),
    groups: untilChanged<ItemGroup[]>(ledger, () => gatherGroups(shared)),
  };
  const entries = untilChanged<Entry[]>(ledger, () => livingRows(ledger).map((row) => entryOf(inside, row)));
  const items = untilChanged<Item[]>(ledger, () => itemsOf(inside));
  const year: Year = {
    begin: span.begin,
    end: span.end,
    locked: false,
    sequences: inside.sequences,
    get entries() {
      return entries();
    },
    get items() {
      return items();
    },
    inside,
  };
  books.inside.years.push(year);
  return year;
}

/** Works something out again only when the ledger has changed. */
function untilChanged<T>(ledger: Ledger, make: () => T): () => T {
  let kept: { version: number; value: T } | null = null;
  return () => {
    if (kept?.version !== ledger.version) kept = { version: ledger.version, value: make() };
    return kept.value;
  };
}

function livingRows({ count, flags }: Ledger): number[] {
  const rows: number[] = [];
  for (let row = 0; row < count; row += 1) if (((flags[row] ?? 0) & REMOVED) === 0) rows.push(row);
  return rows;
}

export const entryId = ({ number }: Pick<YearInside, 'number'>, row: number) => `${number}_${row + 1}`;

/** The year and row of an entry's id; null for a removed or unknown one. */
export function findRow(books: Books, id: string): { year: Year; row: number } | null {
  const [, number = '', place = ''] = /^(\d+)_(\d+)$/.exec(id) ?? [];
  const year = books.years[Number(number) - 1];
  const row = Number(place) - 1;
  if (!year || !(row >= 0 && row < year.inside.ledger.count)) return null;
  return ((year.inside.ledger.flags[row] ?? 0) & REMOVED) === 0 ? { year, row } : null;
}

/** A row as an object. */
export function entryOf(inside: YearInside, row: number): Entry {
  const { ledger, books, days } = inside;
  const sequence = inside.sequences[ledger.sequence[row] ?? 0];
  if (!sequence) throw new Error(`row ${row} has no sequence`);
  return {
    id: entryId(inside, row),
    sequence,
    date: days[ledger.day[row] ?? 0] ?? '',
    account: ledger.account[row] ?? 0,
    contra: ledger.contra[row] ?? 0,
    amount: ledger.amount[row] ?? 0,
    tax: taxes(books.chart)[ledger.tax[row] ?? 0] ?? null,
    text: books.inside.words.text(ledger.text[row] ?? 0),
    documentField1: fieldOf(inside, row),
    documentLink: ledger.links.get(row) ?? null,
    opening: ((ledger.flags[row] ?? 0) & OPENING) !== 0,
    costCenter: costCenterOf(inside, row),
  };
}

export function costCenterOf({ ledger, books }: YearInside, row: number): string | null {
  return books.costCenters[(ledger.costCenter[row] ?? 0) - 1]?.id ?? null;
}

/** What is entered: a row, its text still as text. */
export type NewEntry = Omit<Row, 'text'> & { text: string };

export const plainEntry = {
  tax: 0,
  fieldWord: 0,
  fieldNumber: 0,
  group: 0,
  due: 0,
  costCenter: 0,
  flags: 0,
} as const satisfies Partial<NewEntry>;

/** Enters a record. What touches a Personenkonto and names no item begins one. Answers its row. */
export function enter(year: Year, entry: NewEntry): number {
  const { books, ledger } = year.inside;
  const begins = entry.group === 0 && (entry.flags & OPENING) === 0 && touchesPersonal(entry);
  const group = begins ? nextGroup(books) : entry.group;
  return addRow(ledger, { ...entry, group, text: books.inside.words.add(entry.text) });
}

/** Days since the year began. @throws when the date is outside of it */
export function dayIn(year: Year, date: Day): number {
  const day = daysBetween(year.begin, date);
  if (!(day >= 0 && day < year.inside.days.length)) throw new Error(`${date} is not in the fiscal year ${year.begin}`);
  return day;
}

export function nextGroup(books: Books): number {
  books.inside.nextGroup += 1;
  return books.inside.nextGroup;
}
