import { type Found, list } from '../answer.ts';
import type { Books, Year } from '../books/types.ts';
import { midnight } from '../days.ts';
import type { Wire } from '../wire.ts';
import { comparable, type YearReads } from './read.ts';

export const yearId = ({ begin }: Pick<Year, 'begin'>) => begin.replaceAll('-', '');

export const clientOptions = {
  filter: { id: ['eq'], name: ['eq', 'contains', 'startswith'], number: comparable },
  paged: true,
  expandable: ['company_data'],
} as const;

export const clientList = (books: readonly Books[]): Found => list({ rows: books, write: clientOf });

export function clientOf(books: Books): Wire {
  return {
    id: books.guid,
    // An integer in live answers, a string by the description (onprem.md B.2).
    number: Number(books.number),
    name: books.name,
    company_data: { creditor_identifier: `DE98ZZZ${books.number.padStart(11, '0')}` },
  };
}

export const fiscalYearOptions = {
  filter: Object.fromEntries(
    'id account_length account_system basis_of_checking_account_function begin client_number consultant_number cost_length creditor_term_of_payment_id currency_code debitor_term_of_payment_id end is_invoice_date_check_on is_locked is_using_delivery_date is_using_receivable_type national_right'
      .split(' ')
      .map((property) => [property, ['eq', 'ge', 'le'] as const]),
  ),
  paged: true,
} as const;

export const fiscalYearList = (books: Books): Found =>
  list({ rows: books.years, write: (year) => fiscalYearOf(books, year) });

function fiscalYearOf(books: Books, year: Year): Wire {
  return {
    id: yearId(year),
    account_length: 4,
    account_system: books.chart,
    advance_turnover_tax_return: books.costCenters.length === 0 ? 'quarter' : 'month',
    basis_of_checking_account_function: 'all_purpose_financial_statement',
    begin: midnight(year.begin),
    client_number: books.clientNumber,
    consultant_number: books.consultantNumber,
    cost_length: 8,
    creditor_term_of_payment_id: 30,
    currency_code: 'EUR',
    debitor_term_of_payment_id: 14,
    end: midnight(year.end),
    is_invoice_date_check_on: true,
    is_locked: year.locked,
    is_using_delivery_date: false,
    is_using_receivable_type: false,
    legal_form: 'corporation',
    method_of_determining_net_income: 'balance_sheet',
    national_right: 'DE',
    taxation_method: 'taxation_based_on_value_of_services_rendered',
  };
}

export const fiscalYearReads: YearReads = { '': { read: ({ books, year }) => ({ one: fiscalYearOf(books, year) }) } };
