import { linesOf } from './books/lines.ts';
import type { Books, Year } from './books/types.ts';
import { type Condition, type Filterable, fits, page, readFilter } from './query.ts';
import {
  balancesOnWire,
  clientOf,
  fiscalYearOf,
  ledgerOf,
  openItemOf,
  partnerOf,
  postingOf,
  recordOf,
  sequenceOf,
} from './wire.ts';

/** A list answered piece by piece, or one object; `badFilter`: what was asked for can't be filtered so. */
export type Found = { list: Iterable<unknown> } | { one: unknown } | 'notFound' | 'badFilter';

const comparable = ['eq', 'ge', 'le'] as const;
const openItemFilter: Filterable = {
  account_number: comparable,
  date: comparable,
  due_date: comparable,
  open_balance_of_item: comparable,
  document_field1: ['eq'],
  is_cleared: ['eq'],
};
const partnerFilter: Filterable = {
  account_number: comparable,
  caption: ['eq'],
  business_partner_number: ['eq'],
  date_last_modification: ['ge'],
};

/** `/accounting/v1` below a fiscal year. */
export function inYear(books: Books, year: Year, path: readonly string[], query: URLSearchParams): Found {
  const [resource, id, below] = path;
  const filtered = (filterable: Filterable, list: (conditions: Condition[]) => Iterable<unknown>): Found => {
    const conditions = readFilter(query.get('filter'), filterable);
    return conditions ? { list: list(conditions) } : 'badFilter';
  };
  switch (resource) {
    case undefined:
      return { one: fiscalYearOf(books, year) };
    case 'accounting-statistics':
      return {
        list: page(statisticsOf(year), query).map(({ month, journal, primaNota }) => ({
          id: String(month),
          count_of_accounting_journal: journal,
          count_of_accounting_prima_nota: primaNota,
          month,
        })),
      };
    case 'accounting-sums-and-balances':
      return filtered({ account_number: comparable }, (conditions) =>
        page(
          balancesOnWire(books, year).filter((sum) => fits(conditions, 'account_number', sum.account_number ?? 0)),
          query,
        ),
      );
    case 'account-postings':
      return filtered({ account_number: comparable, date: comparable, accounting_reason: ['eq'] }, (conditions) =>
        postings(year, conditions),
      );
    case 'accounting-sequences-processed':
      return sequences(year, id, below, query);
    case 'accounts-receivable':
    case 'accounts-payable': {
      const own = year.items.filter(({ account }) => account < 700_000_000 === (resource === 'accounts-receivable'));
      return filtered(openItemFilter, (conditions) =>
        page(
          own.filter(
            (item) =>
              fits(conditions, 'account_number', item.account) &&
              fits(conditions, 'date', item.date) &&
              fits(conditions, 'due_date', item.dueDate ?? '') &&
              fits(conditions, 'document_field1', item.documentField1 ?? '') &&
              fits(conditions, 'open_balance_of_item', (item.amount - item.paid) / 100) &&
              fits(conditions, 'is_cleared', item.paid === item.amount),
          ),
          query,
        ).map(openItemOf),
      );
    }
    case 'debitors':
    case 'creditors':
      return filtered(partnerFilter, (conditions) =>
        page(
          ledgerOf(books, resource)
            .filter(
              (partner) =>
                fits(conditions, 'account_number', partner.account) &&
                fits(conditions, 'caption', partner.name) &&
                fits(conditions, 'date_last_modification', partner.changedAt),
            )
            .map(partnerOf),
          query,
        ),
      );
    case 'terms-of-payment':
      return {
        list: page(
          [10, 14, 30].map((days) => ({
            id: String(days),
            caption: `${days} Tage netto`,
            due_type: 'due_in_days',
            due_in_days: { due_in_days: days },
          })),
          query,
        ),
      };
    default:
      return 'notFound';
  }
}

/** Numbers of each month, and under 15 of all (onprem.md B.2). */
function statisticsOf(year: Year): { month: number; journal: number; primaNota: number }[] {
  const { primaNota, journal } = year.inside.sums();
  const counts = [...primaNota].flatMap((count, month) =>
    count === 0 ? [] : [{ month, journal: journal[month] ?? 0, primaNota: count }],
  );
  const total = (column: Float64Array) => column.reduce((sum, count) => sum + count, 0);
  return [...counts, { month: 15, journal: total(journal), primaNota: total(primaNota) }];
}

/** No paging here: narrow by account or by date (onprem.md A.5). Made while they are written, so that a large year needs no copy. */
function* postings(year: Year, conditions: readonly Condition[]): Generator<unknown> {
  for (const entry of year.entries) {
    if (!fits(conditions, 'date', entry.date)) continue;
    for (const [index, line] of linesOf(entry).entries())
      if (fits(conditions, 'account_number', line.account)) yield postingOf(entry, line, index);
  }
}

function sequences(year: Year, id: string | undefined, below: string | undefined, query: URLSearchParams): Found {
  if (id === undefined) return { list: page(year.sequences, query).map(sequenceOf) };
  const sequence = year.sequences.find((one) => one.id === id);
  if (!sequence) return 'notFound';
  if (below === undefined) return { one: sequenceOf(sequence) };
  if (below !== 'accounting-records') return 'notFound';
  // Opening balances come from DATEV itself, they were never entered.
  const own = year.entries.filter((entry) => entry.sequence === sequence && !entry.opening);
  return { list: page(own, query).map(recordOf) };
}

export const clientList = (books: readonly Books[], query: URLSearchParams): Found => ({
  list: page(books.map(clientOf), query),
});
