import { type Found, list } from '../answer.ts';
import { isCreditor, isDebtor } from '../books/accounts.ts';
import { itemOfGroup } from '../books/openItems.ts';
import type { Item, ItemGroup, YearInside } from '../books/types.ts';
import { daysBetween, midnight } from '../days.ts';
import type { Filterable, Scalar } from '../query.ts';
import type { Wire } from '../wire.ts';
import { euros, side } from './money.ts';
import { comparable, type YearCall, type YearReads } from './read.ts';

const filter: Filterable = {
  account_number: comparable,
  date: comparable,
  due_date: comparable,
  open_balance_of_item: comparable,
  document_field1: ['eq'],
  is_cleared: ['eq'],
};
const expandable = ['additional_information'];

const readsOf = (resource: 'accounts-receivable' | 'accounts-payable'): YearReads => ({
  [`${resource}/condense`]: { filter, expandable, stream: true, read: (call) => items(call, resource, true) },
  [resource]: { filter, expandable, paged: true, stream: true, read: (call) => items(call, resource, false) },
  [`${resource}/*`]: {
    expandable,
    read({ year: { inside }, ids: [id] }) {
      const group = groupsOf(inside, resource).find((one) => itemOfGroup(inside, one).id === id);
      return group ? { one: writerOf(inside, false)(group) } : 'notFound';
    },
  },
});

/** Debtors' and creditors' items, open and cleared; each invoice with what was paid of it is one. */
export const openItemReads: YearReads = { ...readsOf('accounts-receivable'), ...readsOf('accounts-payable') };

const groupsOf = (inside: YearInside, resource: string): ItemGroup[] =>
  inside.groups().filter(({ account }) => (resource === 'accounts-receivable' ? isDebtor : isCreditor)(account));

function items({ year: { inside }, query, form }: YearCall, resource: string, condensed: boolean): Found {
  // The stream knows no balance (onprem.md B.3).
  if (form === 'stream' && query.get('filter')?.includes('open_balance_of_item')) return 'badRequest';
  const write = writerOf(inside, condensed);
  return list({
    rows: groupsOf(inside, resource),
    write: form === 'stream' ? (group) => withoutBalance(write(group)) : write,
    look: (group, property) => look(inside, group, property),
  });
}

function withoutBalance({ open_balance_of_item: _open, debit_credit_identifier: _side, ...rest }: Wire): Wire {
  return rest;
}

/** Most callers ask for what is not cleared: that needs no object. */
function look(inside: YearInside, group: ItemGroup, property: string): Scalar {
  if (property === 'is_cleared') return group.open === 0;
  if (property === 'account_number') return group.account;
  if (property === 'open_balance_of_item') return group.open === 0 ? null : euros(Math.abs(group.open));
  const item = itemOfGroup(inside, group);
  if (property === 'document_field1') return item.documentField1;
  const day = property === 'date' ? item.date : item.dueDate;
  return day && midnight(day);
}

/** Both ledgers have the same shape in live answers (onprem.md B.2). */
function writerOf(inside: YearInside, condensed: boolean) {
  const { today } = inside.books.inside;
  const terms = new Map(inside.books.partners.map(({ account, dueDays }) => [account, dueDays]));
  return (group: ItemGroup): Wire => {
    const item = itemOfGroup(inside, group);
    const direction = isDebtor(item.account) ? 1 : -1;
    const amount = item.amount * direction;
    const isOpen = group.open !== 0;
    return {
      id: condensed ? condensedId(item) : item.id,
      account_number: item.account,
      accounting_sequence_id: item.sequenceNumber,
      ...(amount > 0 ? { amount_debit: euros(amount) } : { amount_credit: euros(-amount) }),
      balancing_type: isOpen ? undefined : 'balancing_by_means_of_payments_or_bank_posting',
      currency_code: 'EUR',
      date: midnight(item.date),
      debit_credit_identifier: side(isOpen ? group.open : amount),
      document_field1: item.documentField1,
      document_link: item.documentLink,
      due_date: item.dueDate && midnight(item.dueDate),
      due_days: isOpen && item.dueDate ? daysBetween(item.dueDate, today) : undefined,
      evidence_type: item.amount > 0 ? 'invoice' : 'credit_note',
      is_cleared: !isOpen,
      is_condensed: condensed,
      open_balance_of_item: isOpen ? euros(Math.abs(group.open)) : undefined,
      open_item_number: item.documentField1,
      posting_description: item.text.slice(0, 60),
      term_of_payment_id: item.dueDate ? terms.get(item.account) : undefined,
    };
  };
}

/** Account, document number and a counter (onprem.md B.2). */
const condensedId = (item: Item) => `${item.account}_${item.documentField1 ?? item.id}_1`;
