import { captionOf, isCreditor, isDebtor } from './books/accounts.ts';
import { balanceOf } from './books/sums.ts';
import type { Books, Entry, Item, Line, Sequence, Year } from './books/types.ts';
import { midnight } from './days.ts';

/** DATEV's objects as they come over the wire: empty fields left out, amounts as decimals, days as midnights (onprem.md A.5, B.2). */

const euros = (cents: number) => cents / 100;
const side = (signed: number) => (signed < 0 ? 'H' : 'S');

/** Without what is null or undefined. */
function filled<T extends Record<string, unknown>>(fields: T): Partial<T> {
  // Only keys are left out, so what stays has the types it had.
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  ) as Partial<T>;
}

export const clientOf = (books: Books) => ({ id: books.guid, name: books.name, number: Number(books.number) });

export const yearId = (year: Year) => year.begin.replaceAll('-', '');

export function fiscalYearOf(books: Books, year: Year) {
  return {
    id: yearId(year),
    account_length: 4,
    account_system: books.chart,
    begin: midnight(year.begin),
    client_number: books.clientNumber,
    consultant_number: books.consultantNumber,
    currency_code: 'EUR',
    end: midnight(year.end),
    is_locked: year.locked,
    legal_form: 'corporation',
    method_of_determining_net_income: 'balance_sheet',
    national_right: 'german',
    taxation_method: 'taxation_based_on_value_of_services_rendered',
  };
}

export function postingOf(entry: Entry, line: Line, index: number) {
  return filled({
    id: `${entry.id}_${index + 1}`,
    account_number: line.account,
    accounting_reason: 'independent_from_accounting_reason',
    accounting_sequence_id: entry.sequence.number,
    accounting_transaction_key: entry.tax?.key ?? undefined,
    // One of the two only (onprem.md B.2).
    ...(line.debit > 0 ? { amount_debit: euros(line.debit) } : { amount_credit: euros(line.credit) }),
    contra_account_number: line.contra,
    currency_code: 'EUR',
    date: midnight(entry.date),
    document_field1: entry.documentField1,
    document_link: entry.documentLink,
    is_opening_balance_posting: entry.opening || undefined,
    posting_description: entry.text,
    record_type: 'financial_accounting',
    tax_rate: entry.tax?.percent,
  });
}

export function recordOf(entry: Entry) {
  return filled({
    id: entry.id,
    account_number: entry.account,
    accounting_transaction_key: entry.tax?.key ?? undefined,
    amount: euros(entry.amount),
    contra_account_number: entry.contra,
    currency_code: 'EUR',
    date: midnight(entry.date),
    debit_credit_identifier: 'S',
    document_field1: entry.documentField1,
    document_link: entry.documentLink,
    inspection_status: 'not_specified',
    posting_description: entry.text,
    selectable_tax_rate: entry.tax?.percent,
  });
}

export function sequenceOf(sequence: Sequence) {
  return filled({
    id: sequence.id,
    accounting_reason: 'independent_from_accounting_reason',
    accounting_sequence_id: sequence.number,
    date_committed: sequence.committedAt && midnight(sequence.committedAt),
    date_from: midnight(sequence.from),
    date_to: midnight(sequence.to),
    description: sequence.description,
    initials: 'PL',
    inspection_status: 'not_specified',
    is_committed: sequence.committedAt !== null,
    record_type: 'financial_accounting',
  });
}

/** All accounts with movement, sorted by number. */
export function balancesOnWire(books: Books, year: Year) {
  const names = new Map(books.partners.map(({ account, name }) => [account, name]));
  return [...year.inside.sums().accounts].map(([account, sum]) => {
    const balance = balanceOf(sum);
    return filled({
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
      opening_balance_sheet: sum.opening === 0 ? null : euros(Math.abs(sum.opening)),
      opening_balance_sheet_debit_credit_identifier: sum.opening === 0 ? null : side(sum.opening),
    });
  });
}

/** Both ledgers have the same shape in live answers (onprem.md B.2). */
export function openItemOf(item: Item) {
  const direction = isDebtor(item.account) ? 1 : -1;
  const [amount, owed] = [item.amount * direction, (item.amount - item.paid) * direction];
  return filled({
    id: item.id,
    account_number: item.account,
    ...(amount > 0 ? { amount_debit: euros(amount) } : { amount_credit: euros(-amount) }),
    currency_code: 'EUR',
    date: midnight(item.date),
    debit_credit_identifier: side(owed === 0 ? amount : owed),
    document_field1: item.documentField1,
    document_link: item.documentLink,
    due_date: item.dueDate && midnight(item.dueDate),
    evidence_type: 'invoice',
    is_cleared: owed === 0,
    open_balance_of_item: owed === 0 ? null : euros(Math.abs(owed)),
    open_item_number: item.documentField1,
    posting_description: item.text,
  });
}

export function partnerOf(partner: Books['partners'][number]) {
  return {
    id: String(partner.account),
    account_number: partner.account,
    addresses: [{ id: '1', city: partner.city, address_type: 'street_address', country_code: 'DE' }],
    business_partner_number: String(partner.account / 10_000),
    caption: partner.name,
    date_last_modification: partner.changedAt,
    short_name: partner.name.slice(0, 15),
  };
}

export const ledgerOf = (books: Books, which: 'debitors' | 'creditors') =>
  books.partners.filter(({ account }) => (which === 'debitors' ? isDebtor(account) : isCreditor(account)));
