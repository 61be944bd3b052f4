import type { ListEnd } from '../failure.ts';
import { cents, day, decimal, type Fields, flag, text, whole } from '../lenient.ts';
import { readList } from '../read.ts';
import type { DatevSession } from '../session.ts';
import type { YearKey } from './keys.ts';

/** One line of one account; account and contra account of a booking have a line each. Amounts in cents. */
export interface AccountPosting {
  /** Technical; whether it lives on when its batch is processed again is not documented (onprem.md B.2). */
  readonly id: string;
  readonly accountNumber: number;
  readonly contraAccountNumber: number | null;
  readonly date: string;
  readonly amountDebit: number;
  readonly amountCredit: number;
  /** Number of the batch, like `03-2018/0003`. */
  readonly sequenceNumber: string | null;
  readonly description: string | null;
  readonly documentField1: string | null;
  readonly documentField2: string | null;
  /** System code and quoted id, like `BEDI "CB6A…"`. */
  readonly documentLink: string | null;
  readonly transactionKey: number | null;
  readonly taxRate: number | null;
  readonly isOpeningBalance: boolean;
  readonly isGeneralReversal: boolean;
  readonly costCenter1: string | null;
  readonly costCenter2: string | null;
}

/**
 * Account postings by document date, both days included (`YYYY-MM-DD`). Needs the paid licence for account postings, else
 * `licenceMissing` (onprem.md A.4). There is no paging: narrow the window where much is expected. Postings with errors and
 * posting proposals are not among them.
 */
export function listAccountPostings(
  session: DatevSession,
  year: YearKey,
  window: { readonly from: string; readonly to: string },
): AsyncGenerator<AccountPosting[], ListEnd, undefined> {
  const filter = `date ge ${window.from} and date le ${window.to}`;
  return readList(session, 'accountPostings', { ...year }, { filter }, readPosting);
}

function readPosting(fields: Fields): AccountPosting | null {
  const accountNumber = whole(fields['account_number']);
  const date = day(fields['date']);
  if (accountNumber === null || date === null) return null;
  return {
    id: text(fields['id']) ?? '',
    accountNumber,
    contraAccountNumber: whole(fields['contra_account_number']),
    date,
    amountDebit: cents(fields['amount_debit']) ?? 0,
    amountCredit: cents(fields['amount_credit']) ?? 0,
    sequenceNumber: text(fields['accounting_sequence_id']),
    description: text(fields['posting_description']),
    documentField1: text(fields['document_field1']),
    documentField2: text(fields['document_field2']),
    documentLink: text(fields['document_link']),
    transactionKey: whole(fields['accounting_transaction_key']),
    taxRate: decimal(fields['tax_rate']),
    isOpeningBalance: flag(fields['is_opening_balance_posting']),
    isGeneralReversal: flag(fields['general_reversal']),
    costCenter1: text(fields['kost1_cost_center_id']),
    costCenter2: text(fields['kost2_cost_center_id']),
  };
}
