import type { ListEnd } from '../failure.ts';
import { cents, day, decimal, type Fields, flag, text, whole } from '../lenient.ts';
import { readList } from '../read.ts';
import type { DatevSession } from '../session.ts';
import type { YearKey } from './keys.ts';

/** A batch (Buchungsstapel). */
export interface Sequence {
  /** Technical, path element of its records. */
  readonly id: string;
  /** The number people know, like `03-2018/0003`. */
  readonly number: string;
  readonly description: string | null;
  readonly dateFrom: string | null;
  readonly dateTo: string | null;
  /** Final under GoBD. */
  readonly isCommitted: boolean;
  readonly dateCommitted: string | null;
  readonly initials: string | null;
}

/** An entered record (Buchungssatz) of a batch. Amount in cents, gross: generated tax lines are not among them. */
export interface Record {
  readonly id: string;
  readonly accountNumber: number;
  readonly contraAccountNumber: number | null;
  readonly date: string;
  /** Positive unless it is a reversal. */
  readonly amount: number;
  /** The side of `accountNumber`: `S` debit, `H` credit. */
  readonly side: 'S' | 'H';
  readonly description: string | null;
  readonly documentField1: string | null;
  readonly documentField2: string | null;
  readonly documentLink: string | null;
  readonly transactionKey: number | null;
  readonly taxRate: number | null;
  readonly isGeneralReversal: boolean;
  readonly costCenter1: string | null;
  readonly costCenter2: string | null;
}

/** The processed batches of a year. */
export function listSequences(session: DatevSession, year: YearKey): AsyncGenerator<Sequence[], ListEnd, undefined> {
  return readList(session, 'sequences', { ...year }, {}, readSequence);
}

/** The entered records of a batch; no licence needed. */
export function listRecords(
  session: DatevSession,
  year: YearKey,
  sequenceId: string,
): AsyncGenerator<Record[], ListEnd, undefined> {
  return readList(session, 'records', { ...year, sequenceId }, {}, readRecord);
}

function readSequence(fields: Fields): Sequence | null {
  const id = text(fields['id']);
  if (id === null) return null;
  return {
    id,
    number: text(fields['accounting_sequence_id']) ?? id,
    description: text(fields['description']),
    dateFrom: day(fields['date_from']),
    dateTo: day(fields['date_to']),
    isCommitted: flag(fields['is_committed']),
    dateCommitted: day(fields['date_committed']),
    initials: text(fields['initials']),
  };
}

function readRecord(fields: Fields): Record | null {
  const [accountNumber, date, amount] = [whole(fields['account_number']), day(fields['date']), cents(fields['amount'])];
  if (accountNumber === null || date === null || amount === null) return null;
  return {
    id: text(fields['id']) ?? '',
    accountNumber,
    contraAccountNumber: whole(fields['contra_account_number']),
    date,
    amount,
    side: fields['debit_credit_identifier'] === 'H' ? 'H' : 'S',
    description: text(fields['posting_description']),
    documentField1: text(fields['document_field1']),
    documentField2: text(fields['document_field2']),
    documentLink: text(fields['document_link']),
    transactionKey: whole(fields['accounting_transaction_key']),
    taxRate: decimal(fields['selectable_tax_rate']),
    isGeneralReversal: flag(fields['general_reversal']),
    costCenter1: text(fields['kost1_cost_center_id']),
    costCenter2: text(fields['kost2_cost_center_id']),
  };
}
