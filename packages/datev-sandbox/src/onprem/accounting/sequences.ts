import { list } from '../answer.ts';
import { OPENING, rowsOfKey } from '../books/ledger.ts';
import { dueDateOf } from '../books/openItems.ts';
import type { Sequence, Year } from '../books/types.ts';
import { entryOf, findRow } from '../books/year.ts';
import { midnight } from '../days.ts';
import type { Wire } from '../wire.ts';
import { euros } from './money.ts';
import type { YearReads } from './read.ts';

const path = 'accounting-sequences-processed';

/** Batches and their entered records. No filter is known here. */
export const sequenceReads: YearReads = {
  [path]: { paged: true, read: ({ year }) => list({ rows: year.sequences, write: sequenceOf }) },
  [`${path}/*`]: {
    read({ year, ids: [id] }) {
      const sequence = year.sequences.find((one) => one.id === id);
      return sequence ? { one: sequenceOf(sequence) } : 'notFound';
    },
  },
  [`${path}/*/accounting-records`]: {
    paged: true,
    read({ year, ids: [id] }) {
      const at = year.sequences.findIndex((one) => one.id === id);
      if (at === -1) return 'notFound';
      return list({ rows: enteredRows(year, at), write: (row) => recordOf(year, row) });
    },
  },
  [`${path}/*/accounting-records/*`]: {
    read({ books, year, ids: [id, recordId = ''] }) {
      const found = findRow(books, recordId);
      if (found?.year !== year || entryOf(year.inside, found.row).sequence.id !== id) return 'notFound';
      return { one: recordOf(year, found.row) };
    },
  },
};

/** Opening balances come from DATEV itself, they were never entered. */
function enteredRows({ inside }: Year, sequence: number): number[] {
  const { flags } = inside.ledger;
  return [...rowsOfKey(inside.bySequence(), sequence)].filter((row) => ((flags[row] ?? 0) & OPENING) === 0);
}

function sequenceOf(sequence: Sequence): Wire {
  return {
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
    mark_of_origin: sequence.origin,
    record_type: sequence.closing ? 'annual_financial_statements' : 'financial_accounting',
  };
}

/** Gross and without the tax lines that nobody entered. */
function recordOf({ inside }: Year, row: number): Wire {
  const entry = entryOf(inside, row);
  const dueDate = dueDateOf(inside, row);
  return {
    id: entry.id,
    account_number: entry.account,
    accounting_transaction_key: entry.tax?.key,
    amount: euros(entry.amount),
    contra_account_number: entry.contra,
    currency_code: 'EUR',
    date: midnight(entry.date),
    debit_credit_identifier: 'S',
    document_field1: entry.documentField1,
    document_link: entry.documentLink,
    due_date: dueDate && midnight(dueDate),
    inspection_status: 'not_specified',
    kost1_cost_center_id: entry.costCenter,
    posting_description: entry.text,
    selectable_tax_rate: entry.tax?.percent,
  };
}
