import type { ListEnd } from '../failure.ts';
import { asFields, cents, type Fields, text, whole } from '../lenient.ts';
import { readList } from '../read.ts';
import type { DatevSession } from '../session.ts';
import type { YearKey } from './keys.ts';

/** Sums and balance of one account in one fiscal year; amounts in cents. */
export interface AccountBalance {
  /** Technical length: general ledger 8 digits, subledger 9 (onprem.md B.2). */
  readonly accountNumber: number;
  readonly caption: string;
  /** Signed, debit positive. */
  readonly openingBalance: number;
  /** Signed, debit positive; the opening balance is included. */
  readonly balance: number;
  /** Turnover of the year, without the opening balance. */
  readonly annualDebit: number;
  readonly annualCredit: number;
  /** Signed turnover of each calendar month that had some. */
  readonly months: readonly { readonly month: number; readonly balance: number }[];
}

/** Sums and balances of all accounts with movement, sorted by account number. Also without the licence for account postings. */
export function listSumsAndBalances(
  session: DatevSession,
  year: YearKey,
): AsyncGenerator<AccountBalance[], ListEnd, undefined> {
  return readList(session, 'sumsAndBalances', { ...year }, {}, readBalance);
}

function readBalance(fields: Fields): AccountBalance | null {
  const accountNumber = whole(fields['account_number']);
  if (accountNumber === null) return null;
  const months = fields['accounting_sums_and_balances_month_values'];
  return {
    accountNumber,
    caption: text(fields['caption']) ?? '',
    openingBalance: signed(fields['opening_balance_sheet'], fields['opening_balance_sheet_debit_credit_identifier']),
    balance: signed(fields['balance'], fields['balance_debit_credit_identifier']),
    annualDebit: cents(fields['annual_value_debit']) ?? 0,
    annualCredit: cents(fields['annual_value_credit']) ?? 0,
    months: Array.isArray(months) ? months.flatMap(readMonth) : [],
  };
}

function readMonth(value: unknown): { month: number; balance: number }[] {
  const fields = asFields(value);
  const month = whole(fields?.['month']);
  if (fields === null || month === null) return [];
  const balance = signed(fields['monthly_balance'], fields['debit_credit_identifier']);
  return balance === 0 ? [] : [{ month, balance }];
}

/** `S` is debit (Soll), `H` credit (Haben). */
function signed(amount: unknown, identifier: unknown): number {
  const value = cents(amount) ?? 0;
  return identifier === 'H' ? 0 - value : value;
}
