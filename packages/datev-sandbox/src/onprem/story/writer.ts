import type { Random } from '../../random.ts';
import { type AccountKey, technicalNumber } from '../books/accounts.ts';
import { OPENING } from '../books/ledger.ts';
import { sequenceAt } from '../books/sequences.ts';
import { type TaxRuleName, taxCode, taxes, taxWithin } from '../books/taxRules.ts';
import type { Books, SequenceKind, Year } from '../books/types.ts';
import { enter } from '../books/year.ts';
import { daysBetween, monthOf, weekdayOf } from '../days.ts';
import type { Scale } from './scale.ts';

/** Puts the entries of a story into one year, up to the last day on which anything is booked. */
export type Writer = {
  readonly books: Books;
  readonly year: Year;
  readonly random: Random;
  readonly scale: Scale;
  /** Index of the last day that is booked; −1: none. */
  readonly lastDay: number;
  number(key: AccountKey): number;
  /** Enters unless the day lies behind the last one. Answers the row, or −1. */
  post(entry: Posted): number;
  /** VAT owed by calendar month, cents; negative: a refund. */
  readonly vatOwed: Float64Array;
};

export type Posted = {
  /** Days since the year began. */
  day: number;
  kind: SequenceKind;
  /** Debit. */
  account: number;
  /** Credit. */
  contra: number;
  /** Cents, gross. */
  amount: number;
  text: string;
  rule?: TaxRuleName;
  /** Belegfeld 1. */
  field?: { word: string; number: number };
  group?: number;
  due?: number;
  opening?: boolean;
  costCenter?: number;
};

export function createWriter(books: Books, year: Year, random: Random, scale: Scale): Writer {
  const { days } = year.inside;
  const { words, today } = books.inside;
  const sequences = new Map<string, number>();
  const ruled = taxes(books.chart);
  const months = days.map(monthOf);
  const lastDay = Math.min(days.length - 1, daysBetween(year.begin, today));
  const vatOwed = new Float64Array(13);
  return {
    books,
    year,
    random,
    scale,
    lastDay,
    vatOwed,
    number: (key) => technicalNumber(key, books.chart),
    post(entry) {
      const { day } = entry;
      if (day > lastDay || entry.amount <= 0) return -1;
      const date = days[day] ?? year.begin;
      const place = `${date.slice(0, 7)} ${entry.kind}`;
      const sequence = sequences.get(place) ?? sequenceAt(year, date, entry.kind);
      sequences.set(place, sequence);
      const code = taxCode(entry.rule ?? null);
      const tax = ruled[code];
      if (tax && tax.counter === null) {
        const owed = taxWithin(entry.amount, tax) * (tax.of === 'contra' ? 1 : -1);
        const month = months[day] ?? 0;
        vatOwed[month] = (vatOwed[month] ?? 0) + owed;
      }
      return enter(year, {
        day,
        account: entry.account,
        contra: entry.contra,
        amount: entry.amount,
        tax: code,
        sequence,
        text: entry.text.slice(0, 60),
        fieldWord: entry.field ? words.add(entry.field.word) : 0,
        fieldNumber: entry.field?.number ?? 0,
        group: entry.group ?? 0,
        due: entry.due ?? 0,
        costCenter: entry.costCenter ?? 0,
        flags: entry.opening ? OPENING : 0,
      });
    },
  };
}

/** The working day on or before a day, within the year. */
export function workingDay(year: Year, day: number): number {
  const date = year.inside.days[day];
  if (date === undefined) return day;
  const weekday = weekdayOf(date);
  const back = weekday === 0 ? 2 : weekday === 6 ? 1 : 0;
  return day >= back ? day - back : day;
}
