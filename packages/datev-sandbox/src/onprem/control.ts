import { isDebtor, technicalNumber, touchesPersonal } from './books/accounts.ts';
import { REMOVED } from './books/ledger.ts';
import { itemGroup } from './books/openItems.ts';
import { sequenceAt, sequenceOfKind } from './books/sequences.ts';
import { type TaxRuleName, taxCode } from './books/taxRules.ts';
import type { Books, Entry, Partner, Year } from './books/types.ts';
import { addYear, dayIn, enter, entryOf, findRow, nextGroup, plainEntry } from './books/year.ts';
import { addDays, type Day } from './days.ts';

/** What staff do in Rechnungswesen while nobody watches. Unknown clients, entries, items and days outside of every year throw. */
export type BookControl = {
  /** Books one more entry into the month's batch, or into a new one where that is final. Cents, gross; without `tax` it has none. */
  book(clientGuid: string, entry: NewBooking): Entry;
  /** Corrects an entry, in a final batch too; with equal counts and sums no quick check can see it. */
  correct(clientGuid: string, entryId: string, change: Correction): void;
  /**
   * Corrects something in a month (`2026-03`) that neither counts nor sums show: a text, a link to a document, or two amounts between the same
   * accounts that change places. Answers the ids of what was touched.
   */
  correctMonth(clientGuid: string, month: string, what: Unseen): string[];
  remove(clientGuid: string, entryId: string): void;
  /** Makes a batch final. @param sequenceNumber `03-2026/0001` */
  finalise(clientGuid: string, sequenceNumber: string, day: Day): void;
  /** Pays what is open of an item by bank. */
  pay(clientGuid: string, itemId: string, date: Day): void;
  renamePartner(clientGuid: string, account: number, name: string, changedAt: string): void;
  /** Opens the next fiscal year, of twelve months. */
  addYear(clientGuid: string): Year;
};

export type NewBooking = {
  date: Day;
  /** Debit. */
  account: number;
  /** Credit. */
  contra: number;
  amount: number;
  text: string;
  tax?: TaxRuleName;
  documentField1?: string;
  documentLink?: string;
};

export type Unseen = 'text' | 'link' | 'amounts';

export type Correction = Partial<Pick<Entry, 'text' | 'documentLink' | 'amount' | 'account' | 'contra' | 'date'>>;

export function bookControl(all: readonly Books[]): BookControl {
  const booksOf = (guid: string): Books =>
    found(
      all.find((one) => one.guid === guid),
      `client ${guid}`,
    );
  const rowOf = (guid: string, id: string) => found(findRow(booksOf(guid), id), `entry ${id}`);
  return {
    book: (guid, booking) => book(booksOf(guid), booking),
    correct(guid, id, change) {
      const { year, row } = rowOf(guid, id);
      correct(year, row, change);
    },
    correctMonth: (guid, month, what) => correctMonth(booksOf(guid), month, what),
    remove(guid, id) {
      const { year, row } = rowOf(guid, id);
      const { ledger } = year.inside;
      ledger.flags[row] = REMOVED;
      ledger.version += 1;
    },
    finalise(guid, number, day) {
      const batches = booksOf(guid).years.flatMap(({ sequences }) => sequences.filter((one) => one.number === number));
      found(batches[0], `batch ${number}`);
      for (const batch of batches) batch.committedAt = day;
    },
    pay: (guid, id, date) => pay(booksOf(guid), id, date),
    renamePartner(guid, account, name, changedAt) {
      const { partners } = booksOf(guid).inside;
      const at = partners.findIndex((one) => one.account === account);
      partners[at] = { ...found<Partner>(partners[at], `partner ${account}`), name, changedAt };
    },
    addYear(guid) {
      const books = booksOf(guid);
      const begin = addDays(found(books.years.at(-1), 'year to follow').end, 1);
      return addYear(books, { begin, end: addDays(`${Number(begin.slice(0, 4)) + 1}${begin.slice(4)}`, -1) });
    },
  };
}

function found<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`no ${what}`);
  return value;
}

const yearOf = (books: Books, date: Day) =>
  found(
    books.years.find(({ begin, end }) => begin <= date && date <= end),
    `fiscal year with ${date}`,
  );

function book(books: Books, { date, tax, documentField1, documentLink, ...booking }: NewBooking): Entry {
  const year = yearOf(books, date);
  const row = enter(year, {
    ...plainEntry,
    ...booking,
    day: dayIn(year, date),
    sequence: sequenceAt(year, date, 'daily', 'open'),
    tax: taxCode(tax ?? null),
    fieldWord: documentField1 === undefined ? 0 : books.inside.words.add(documentField1),
    ...openItemOf(year, booking, documentField1),
  });
  if (documentLink !== undefined) year.inside.ledger.links.set(row, documentLink);
  return entryOf(year.inside, row);
}

/** What settles an open item of the same document number belongs to it; what begins one is due as agreed with the partner. */
function openItemOf(
  year: Year,
  { account, contra }: Pick<NewBooking, 'account' | 'contra'>,
  documentField1: string | undefined,
): { group: number; due: number } {
  const settled =
    documentField1 !== undefined &&
    year.items.find(
      (item) =>
        item.documentField1 === documentField1 &&
        item.paid !== item.amount &&
        (isDebtor(item.account) ? contra : account) === item.account,
    );
  if (settled) return { group: itemGroup(year.inside, settled.id), due: 0 };
  const { partners } = year.inside.books;
  const begins = partners.find((one) => (isDebtor(one.account) ? account : contra) === one.account);
  return { group: 0, due: begins?.dueDays ?? 0 };
}

function correct(year: Year, row: number, { text, documentLink, amount, account, contra, date }: Correction): void {
  const { ledger, books } = year.inside;
  if (text !== undefined) ledger.text[row] = books.inside.words.add(text);
  if (documentLink === null) ledger.links.delete(row);
  else if (documentLink !== undefined) ledger.links.set(row, documentLink);
  if (amount !== undefined) ledger.amount[row] = amount;
  if (account !== undefined) ledger.account[row] = account;
  if (contra !== undefined) ledger.contra[row] = contra;
  if (date !== undefined) {
    ledger.day[row] = dayIn(year, date);
    const batch = year.sequences[ledger.sequence[row] ?? 0];
    // A batch holds what lies between its days; what is moved out of them is in the other month's.
    if (batch && (date < batch.from || date > batch.to)) ledger.sequence[row] = sequenceOfKind(year, date, batch);
  }
  const { account: debit, contra: credit } = entryOf(year.inside, row);
  if (ledger.group[row] === 0 && touchesPersonal({ account: debit, contra: credit }))
    ledger.group[row] = nextGroup(books);
  ledger.version += 1;
}

function correctMonth(books: Books, month: string, what: Unseen): string[] {
  const year = found(
    books.years.find(({ begin, end }) => begin.slice(0, 7) <= month && month <= end.slice(0, 7)),
    `fiscal year with ${month}`,
  );
  const own = year.entries.filter((entry) => !entry.opening && entry.date.startsWith(`${month}-`));
  const change = (entry: Entry, correction: Correction) => {
    correct(year, found(findRow(books, entry.id), `entry ${entry.id}`).row, correction);
    return entry.id;
  };
  if (what === 'amounts') {
    const [one, other] = found(exchangeable(own), `pair to exchange in ${month}`);
    return [change(one, { amount: other.amount }), change(other, { amount: one.amount })];
  }
  const entry = found(own[0], `entry in ${month}`);
  if (what === 'text') return [change(entry, { text: `${entry.text} (berichtigt)`.slice(-60) })];
  // Of no voucher that was handed in.
  return [change(entry, { documentLink: `BEDI "${entry.id.padStart(8, '0')}-0000-4000-8000-000000000000"` })];
}

/** Two of different amounts between the same accounts, without tax, as that would be rounded differently. */
function exchangeable(entries: readonly Entry[]): [Entry, Entry] | undefined {
  const seen = new Map<string, Entry>();
  for (const entry of entries) {
    if (entry.tax !== null) continue;
    const key = `${entry.account} ${entry.contra}`;
    const before = seen.get(key);
    if (before && before.amount !== entry.amount) return [before, entry];
    seen.set(key, entry);
  }
  return undefined;
}

function pay(books: Books, itemId: string, date: Day): void {
  const year = yearOf(books, date);
  const item = found(
    year.items.find((one) => one.id === itemId),
    `item ${itemId} in the year of ${date}`,
  );
  const open = (item.amount - item.paid) * (isDebtor(item.account) ? 1 : -1);
  if (open === 0) return;
  const bank = technicalNumber('bank', books.chart);
  enter(year, {
    ...plainEntry,
    day: dayIn(year, date),
    sequence: sequenceAt(year, date, 'daily', 'open'),
    // Open in debit: somebody owes it to the company.
    account: open > 0 ? bank : item.account,
    contra: open > 0 ? item.account : bank,
    amount: Math.abs(open),
    text: `Zahlung ${item.text}`.slice(0, 60),
    fieldWord: item.documentField1 === null ? 0 : books.inside.words.add(item.documentField1),
    group: itemGroup(year.inside, itemId),
  });
}
