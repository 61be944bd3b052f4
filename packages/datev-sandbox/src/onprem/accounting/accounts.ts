import { listOf, oneOf } from '../answer.ts';
import { accountKeys, type accounts, type Chart, captionOf, isPersonal, technicalNumber } from '../books/accounts.ts';
import { type Tax, taxes } from '../books/taxRules.ts';
import type { Books } from '../books/types.ts';
import { midnight } from '../days.ts';
import type { Wire } from '../wire.ts';
import type { YearReads } from './read.ts';

/** What an account, a tax key or a term of payment is called and does. */
export const accountReads: YearReads = {
  'general-ledger-accounts/utilized': {
    read: ({ books, year }) => {
      const used = [...year.inside.sums().accounts.keys()].filter((account) => !isPersonal(account));
      return listOf(used.map((account) => accountOf(account, books.chart)));
    },
  },
  'general-ledger-accounts': { paged: true, read: ({ books }) => listOf(allAccounts(books)) },
  'general-ledger-accounts/*': { read: ({ books, ids: [id] }) => oneOf(allAccounts(books), id) },
  'accounting-transaction-keys': { paged: true, read: () => listOf(transactionKeys) },
  // The description lets a single one be paged too.
  'accounting-transaction-keys/*': { paged: true, read: ({ ids: [id] }) => oneOf(transactionKeys, id) },
  'terms-of-payment': { paged: true, read: () => listOf(terms) },
  'terms-of-payment/*': { read: ({ ids: [id] }) => oneOf(terms, id) },
};

const allAccounts = ({ chart }: Books): Wire[] =>
  accountKeys
    .map((key) => technicalNumber(key, chart))
    .sort((a, b) => a - b)
    .map((account) => accountOf(account, chart));

/** Accounts that know their tax by themselves say so. */
function accountOf(account: number, chart: Chart): Wire {
  const tax = automatic[chart].get(account);
  return {
    id: String(account),
    account_number: account,
    caption: captionOf(account, chart),
    ...(tax && {
      function_description: `${tax.of === 'contra' ? 'Umsatzsteuer' : 'Vorsteuer'} ${tax.percent} %`,
      tax_rates: [{ tax_rate: tax.percent, valid_from: midnight('2007-01-01') }],
    }),
  };
}

const automaticKeys = {
  revenue19: 'revenue19',
  revenue7: 'revenue7',
  goods19: 'goods19',
  goods7: 'goods7',
  discountReceived: 'discountReceived',
  discountGranted: 'credit19',
  reverseServices: 'reverse19',
} as const satisfies Partial<Record<keyof typeof accounts, string>>;

const automaticOf = (chart: Chart): Map<number, Tax> =>
  new Map(
    accountKeys.flatMap((key) => {
      const rule: string | undefined =
        key in automaticKeys ? automaticKeys[key as keyof typeof automaticKeys] : undefined;
      const tax = taxes(chart).find((one) => one?.rule === rule);
      return tax ? [[technicalNumber(key, chart), tax] as const] : [];
    }),
  );
const automatic = { 3: automaticOf(3), 4: automaticOf(4) } as const;

const key = (number: number, percent: 7 | 19, kind: 'input_tax' | 'vat', from: string): Wire => ({
  id: `${number}${from.replaceAll('-', '')}10`,
  additional_function: kind,
  caption: `${kind === 'vat' ? 'Umsatzsteuer' : 'Vorsteuer'} ${percent} %`,
  date_from: midnight(from),
  group: kind === 'vat' ? 'Umsatzsteuer' : 'Vorsteuer',
  is_tax_rate_selectable: false,
  number,
  tax_rate: percent,
});

/** The keys that records carry, see `taxRules`. */
const transactionKeys = [
  key(2, 7, 'vat', '1983-07-01'),
  key(3, 19, 'vat', '2007-01-01'),
  key(8, 7, 'input_tax', '1983-07-01'),
  key(9, 19, 'input_tax', '2007-01-01'),
];

const inDays = (days: number, discount?: { days: number; percent: number }): Wire => ({
  id: String(days),
  caption: discount ? `${discount.days} Tage ${discount.percent} % Skonto, ${days} Tage netto` : `${days} Tage netto`,
  due_type: 'due_in_days',
  cash_discount1_percentage: discount?.percent,
  due_in_days: { cash_discount1_days: discount?.days, due_in_days: days },
});

const terms: Wire[] = [
  inDays(10),
  inDays(14, { days: 8, percent: 2 }),
  inDays(30, { days: 8, percent: 2 }),
  {
    id: '40',
    caption: 'Zum 15. des Folgemonats',
    due_type: 'due_as_period',
    due_as_period: {
      period1: { invoice_day_of_month: 31, due_date_net: { related_month: 'next_month', day_of_month: 15 } },
    },
  },
];
