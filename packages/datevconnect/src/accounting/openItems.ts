import type { ListEnd } from '../failure.ts';
import { cents, day, type Fields, flag, text, whole } from '../lenient.ts';
import { readList } from '../read.ts';
import type { DatevSession } from '../session.ts';
import type { YearKey } from './keys.ts';

/** An item of accounts receivable or payable, uncondensed: an invoice, a payment, a credit note. Amounts in cents. */
export interface OpenItem {
  /** Not stable over years (onprem.md A.8). */
  readonly id: string;
  readonly accountNumber: number;
  readonly date: string | null;
  readonly dueDate: string | null;
  readonly amountDebit: number;
  readonly amountCredit: number;
  /** What is still open of it, signed, debit positive. */
  readonly openBalance: number;
  readonly isCleared: boolean;
  readonly description: string | null;
  readonly documentField1: string | null;
  readonly documentLink: string | null;
  readonly dunningLevel: string | null;
  readonly hasDunningBlock: boolean;
}

/** The items of a ledger that are not cleared. Both ledgers have the same shape in live answers (onprem.md B.2). */
export function listOpenItems(
  session: DatevSession,
  year: YearKey,
  ledger: 'receivables' | 'payables',
): AsyncGenerator<OpenItem[], ListEnd, undefined> {
  return readList(session, ledger, { ...year }, { filter: 'is_cleared eq false' }, readOpenItem);
}

function readOpenItem(fields: Fields): OpenItem | null {
  const accountNumber = whole(fields['account_number']);
  if (accountNumber === null) return null;
  const open = cents(fields['open_balance_of_item']) ?? 0;
  return {
    id: text(fields['id']) ?? '',
    accountNumber,
    date: day(fields['date']),
    dueDate: day(fields['due_date']) ?? day(fields['assigned_due_date']),
    amountDebit: cents(fields['amount_debit']) ?? 0,
    amountCredit: cents(fields['amount_credit']) ?? 0,
    openBalance: fields['debit_credit_identifier'] === 'H' ? 0 - open : open,
    isCleared: flag(fields['is_cleared']),
    description: text(fields['posting_description']),
    documentField1: text(fields['document_field1']),
    documentLink: text(fields['document_link']),
    dunningLevel: text(fields['dunning_level']),
    hasDunningBlock: flag(fields['has_dunning_block']),
  };
}
