import { createRandom, type Random } from '../../random.ts';
import { isCreditor } from '../books/accounts.ts';
import { carryItems } from '../books/openItems.ts';
import type { Books, BooksOptions, Year } from '../books/types.ts';
import { createWords } from '../books/words.ts';
import { addYear } from '../books/year.ts';
import { daysBetween } from '../days.ts';
import { bookDeals } from './deals.ts';
import { openYear } from './openYear.ts';
import { settleCarried } from './payments.ts';
import { makePartners } from './people.ts';
import { bookRoutine, bookVatAdvances, closeYear } from './routine.ts';
import { type Scale, scaleOf } from './scale.ts';
import { createWriter } from './writer.ts';

const costCenters = [
  { id: '100', name: 'Verwaltung' },
  { id: '200', name: 'Vertrieb' },
  { id: '300', name: 'Fertigung' },
  { id: '400', name: 'Lager und Versand' },
];

/**
 * Believable books from a seed. The same options make the same books; debit equals credit in every entry. Years are laid out when
 * one of them is first asked for: 1,000,000 postings take about 3 s of CPU and 40 MB.
 */
export function makeBooks(options: BooksOptions): Books {
  const random = createRandom(options.seed, `books ${options.clientNumber}`);
  const scale = scaleOf(options.postingsPerYear);
  const chart = options.chart ?? (random.below(2) === 0 ? 3 : 4);
  const guid = options.guid ?? random.guid().toLowerCase();
  const years: Year[] = [];
  let laid = false;
  const books: Books = {
    guid,
    number: String(10_000 + options.clientNumber),
    name: options.name.slice(0, 30),
    consultantNumber: options.consultantNumber,
    clientNumber: options.clientNumber,
    chart,
    costCenters: scale.small ? [] : costCenters.slice(0, 2 + random.below(3)),
    get years() {
      if (!laid) {
        laid = true;
        layYears(books, options, scale);
      }
      return years;
    },
    get partners() {
      return books.inside.partners;
    },
    inside: {
      words: createWords(),
      today: options.today,
      years,
      partners: makePartners(random, scale.partners),
      nextGroup: 0,
      nextSequence: 0,
    },
  };
  return books;
}

function layYears(books: Books, options: BooksOptions, scale: Scale): void {
  for (const span of options.years) {
    const before = books.inside.years.at(-1);
    const year = addYear(books, span, before ? carryItems(before) : [], roomFor(options, span));
    layYear(books, year, before, createRandom(options.seed, `year ${options.clientNumber} ${span.begin}`), scale);
  }
  linkVouchers(books, options.voucherGuids ?? []);
}

/** An entry has 2.5 lines, and what was left open by the year before is paid as well; columns grow where this is too little. */
const roomFor = ({ postingsPerYear }: BooksOptions, { begin, end }: BooksOptions['years'][number]) =>
  64 + Math.ceil((postingsPerYear * 0.43 * daysBetween(begin, end)) / 365);

function layYear(books: Books, year: Year, before: Year | undefined, random: Random, scale: Scale): void {
  const writer = createWriter(books, year, random, scale);
  openYear(writer, before);
  settleCarried(writer, year.inside.carried);
  bookRoutine(writer, before);
  bookDeals(writer);
  bookVatAdvances(writer);
  closeYear(writer, books.inside.today);
}

/** The newest purchases link to the vouchers, each to one. */
function linkVouchers(books: Books, guids: readonly string[]): void {
  const left = [...guids];
  for (const { inside } of books.inside.years.toReversed()) {
    const { ledger } = inside;
    for (const row of inside.byDay().rows.toReversed()) {
      if (left.length === 0) return;
      // An invoice is what falls due.
      if (isCreditor(ledger.contra[row] ?? 0) && (ledger.due[row] ?? 0) > 0)
        ledger.links.set(row, `BEDI "${left.shift()}"`);
    }
  }
}
