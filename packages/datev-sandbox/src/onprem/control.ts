import { type Books, createWriter, type Entry, type Item, settle, type Year } from './books.ts';
import { addDays, type Day } from './days.ts';

/** What staff do in Rechnungswesen while nobody watches. */
export type BookControl = {
  /** Books one more entry without tax into the month's batch. Cents. */
  book(
    clientGuid: string,
    entry: { date: Day; account: number; contra: number; amount: number; text: string; documentLink?: string },
  ): Entry;
  /** Corrects an entry; with equal counts and sums no quick check can see it. */
  correct(
    clientGuid: string,
    entryId: string,
    change: Partial<Pick<Entry, 'text' | 'documentLink' | 'amount' | 'contra' | 'date'>>,
  ): void;
  remove(clientGuid: string, entryId: string): void;
  finalise(clientGuid: string, sequenceNumber: string, day: Day): void;
  /** Pays an open item by bank. */
  pay(clientGuid: string, itemId: string, date: Day): void;
  renamePartner(clientGuid: string, account: number, name: string, changedAt: string): void;
  /** Opens the next fiscal year, of twelve months. */
  addYear(clientGuid: string): Year;
};

export function bookControl(all: readonly Books[]): BookControl {
  const booksOf = (guid: string): Books => {
    const books = all.find((one) => one.guid === guid);
    if (!books) throw new Error(`no client ${guid}`);
    return books;
  };
  const entryOf = (guid: string, id: string) => {
    for (const year of booksOf(guid).years) {
      const entry = year.entries.find((one) => one.id === id);
      if (entry) return { year, entry };
    }
    throw new Error(`no entry ${id}`);
  };
  const itemOf = (guid: string, id: string): { year: Year; item: Item } => {
    for (const year of booksOf(guid).years) {
      const item = year.items.find((one) => one.id === id);
      if (item) return { year, item };
    }
    throw new Error(`no item ${id}`);
  };
  return {
    book(guid, given) {
      const { documentLink = null, ...entry } = given;
      const books = booksOf(guid);
      const year = books.years.find(({ begin, end }) => begin <= entry.date && entry.date <= end);
      if (!year) throw new Error(`no fiscal year with ${entry.date}`);
      const writer = createWriter(books, year, year.end);
      const sequence = writer.sequence(entry.date, 1, 'Buchführung');
      return writer.enter({ ...entry, sequence, tax: null, documentField1: null, documentLink, opening: false });
    },
    correct: (guid, id, change) => void Object.assign(entryOf(guid, id).entry, change),
    remove(guid, id) {
      const { year, entry } = entryOf(guid, id);
      year.entries.splice(year.entries.indexOf(entry), 1);
    },
    finalise(guid, number, day) {
      for (const year of booksOf(guid).years)
        for (const sequence of year.sequences) if (sequence.number === number) sequence.committedAt = day;
    },
    pay(guid, id, date) {
      const { year, item } = itemOf(guid, id);
      settle(createWriter(booksOf(guid), year, year.end), item, date, item.account < 700_000_000);
    },
    renamePartner(guid, account, name, changedAt) {
      const partner = booksOf(guid).partners.find((one) => one.account === account);
      if (!partner) throw new Error(`no partner ${account}`);
      Object.assign(partner, { name, changedAt });
    },
    addYear(guid) {
      const books = booksOf(guid);
      const last = books.years.at(-1);
      if (!last) throw new Error('no year to follow');
      const begin = addDays(last.end, 1);
      const next = `${Number(begin.slice(0, 4)) + 1}${begin.slice(4)}`;
      const year: Year = { begin, end: addDays(next, -1), locked: false, entries: [], sequences: [], items: [] };
      books.years.push(year);
      return year;
    },
  };
}
