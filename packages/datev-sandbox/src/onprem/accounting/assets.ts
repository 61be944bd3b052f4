import { listOf } from '../answer.ts';
import { type AccountKey, captionOf, technicalNumber } from '../books/accounts.ts';
import type { Books, Year } from '../books/types.ts';
import { addDays, midnight } from '../days.ts';
import type { Wire } from '../wire.ts';
import { euros } from './money.ts';
import type { YearReads } from './read.ts';

/** Fixed assets: nothing but their stocktaking can be read (onprem.md B). */
export const assetReads: YearReads = {
  'assets/stocktakings': {
    filter: { asset_number: ['eq'], inventory_number: ['eq'] },
    paged: true,
    read: ({ books, year }) => listOf(assetsOf(books, year)),
  },
  // Described with a slash at its end, which routing takes away.
  'assets/*/stocktaking': {
    paged: true,
    read({ books, year, ids: [id] }) {
      const own = assetsOf(books, year).filter((asset) => asset['id'] === id);
      return own.length === 0 ? 'notFound' : listOf(own);
    },
  },
};

const kinds: readonly { key: AccountKey; names: readonly string[]; months: number }[] = [
  { key: 'machines', names: ['Drehmaschine', 'Kompressor'], months: 120 },
  { key: 'vehicles', names: ['Transporter', 'Pkw'], months: 72 },
  { key: 'equipment', names: ['Schreibtische', 'Server', 'Regalanlage'], months: 156 },
];

/** What stands on an account when the year begins, as single things; the first takes what does not divide. */
function assetsOf(books: Books, year: Year): Wire[] {
  const { accounts } = year.inside.sums();
  return kinds.flatMap(({ key, names, months }, kind) => {
    const account = technicalNumber(key, books.chart);
    const opening = accounts.get(account)?.opening ?? 0;
    if (opening <= 0) return [];
    const share = Math.floor(opening / names.length);
    return names.map((name, index): Wire => {
      const number = 100 * (kind + 1) + index + 1;
      return {
        id: String(number),
        asset_number: number,
        inventory_number: String(account).slice(0, 3) + String(number),
        accounting_reason: 0,
        general_ledger_account: { account_number: account, caption: captionOf(account, books.chart) },
        inventory_name: name,
        acquisition_date: midnight(addDays(year.begin, -400 - 31 * number)),
        economic_lifetime: months,
        location: 'Hauptsitz',
        price: euros(index === 0 ? opening - share * (names.length - 1) : share),
        quantity: 1,
        stocktaking_date: midnight(year.begin),
        unit: 'Stück',
      };
    });
  });
}
