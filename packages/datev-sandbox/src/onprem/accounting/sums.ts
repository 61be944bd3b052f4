import { list, listOf } from '../answer.ts';
import { captionOf } from '../books/accounts.ts';
import { balanceOf } from '../books/sums.ts';
import type { AccountSum, Books, Year } from '../books/types.ts';
import type { Wire } from '../wire.ts';
import { euros, side } from './money.ts';
import { comparable, type YearReads } from './read.ts';

/** Sums and balances of every account with movement, sorted by number, and how many entries each month has. */
export const sumReads: YearReads = {
  'accounting-sums-and-balances': {
    filter: { account_number: comparable },
    paged: true,
    read({ books, year }) {
      const write = balanceWriter(books);
      return list({ rows: [...year.inside.sums().accounts], write, look: ([account]) => account });
    },
  },
  'accounting-sums-and-balances/*': {
    read({ books, year, ids: [id] }) {
      const sum = year.inside.sums().accounts.get(Number(id));
      return sum ? { one: balanceWriter(books)([Number(id), sum]) } : 'notFound';
    },
  },
  'accounting-statistics': { paged: true, read: ({ year }) => listOf(statisticsOf(year)) },
};

function balanceWriter(books: Books) {
  const names = new Map(books.partners.map(({ account, name }) => [account, name]));
  return ([account, sum]: [number, AccountSum]): Wire => {
    const balance = balanceOf(sum);
    return {
      id: String(account),
      account_number: account,
      accounting_sums_and_balances_month_values: [...sum.months].flatMap((signed, month) =>
        signed === 0
          ? []
          : [
              {
                debit_credit_identifier: side(signed),
                month: String(month),
                monthly_balance: euros(Math.abs(signed)),
              },
            ],
      ),
      annual_value_credit: euros(sum.credit),
      annual_value_debit: euros(sum.debit),
      balance: euros(Math.abs(balance)),
      balance_debit_credit_identifier: side(balance),
      caption: (names.get(account) ?? captionOf(account, books.chart)).slice(0, 40),
      ...(sum.opening === 0
        ? {}
        : {
            opening_balance_sheet: euros(Math.abs(sum.opening)),
            opening_balance_sheet_debit_credit_identifier: side(sum.opening),
          }),
    };
  };
}

/** Month 15 is the sum of all (onprem.md B.2). */
function statisticsOf(year: Year): Wire[] {
  const { primaNota, journal } = year.inside.sums();
  const total = (column: Float64Array) => column.reduce((sum, count) => sum + count, 0);
  const counts = (month: number, journalEntries: number, records: number): Wire => ({
    id: String(month),
    count_of_accounting_journal: journalEntries,
    count_of_accounting_prima_nota: records,
    month,
  });
  return [
    ...[...primaNota].flatMap((count, month) => (count === 0 ? [] : [counts(month, journal[month] ?? 0, count)])),
    counts(15, total(journal), total(primaNota)),
  ];
}
