import type { ColumnType } from 'kysely';
import type { Defaulted } from './columns.ts';

// Column by column what migration 0010 creates. timestamptz is a Date, date a string YYYY-MM-DD, bigint a number of cents.
type DefaultedJson<T> = ColumnType<T, string | undefined, string>;

export type LedgersTable = {
  mandant_id: string;
  ledger_no: number;
  client_guid: string;
  connection_id: string;
  engagement_id: string | null;
  created_at: Date;
  left_at: Date | null;
  whole_every_days: Defaulted<number>;
  due_at: Date | null;
  looked_at: Date | null;
  asked_at: Date | null;
  last_run_at: Date | null;
  failures_in_row: Defaulted<number>;
  first_read_at: Date | null;
  read_whole_at: Date | null;
  whole_since: Date | null;
  posting_licence: Defaulted<boolean>;
  partners_stamp: string | null;
};

/** An account and month whose postings do not add up to DATEV's balances. */
export type StoredDifference = { account: number; month: number; postings: number; balances: number };

export type FiscalYearsTable = {
  mandant_id: string;
  year_no: number;
  ledger_no: number;
  fiscal_year_id: string;
  first_day: string;
  last_day: string;
  consultant_number: number;
  mandant_number: number;
  account_length: number;
  account_system: number | null;
  currency: string;
  locked: boolean;
  stand: Date | null;
  open_items_at: Date | null;
  /** Postings moved, and the open items were not read since. */
  items_due: Defaulted<boolean>;
  difference_count: Defaulted<number>;
  differences: DefaultedJson<StoredDifference[]>;
  check_order_id: string | null;
  checked_at: Date | null;
  control_step: Defaulted<number>;
};

export type RefusedYearsTable = {
  mandant_id: string;
  ledger_no: number;
  fiscal_year_id: string;
  first_day: string;
  last_day: string;
  consultant_number: number;
  mandant_number: number;
};

export type FiscalMonthsTable = {
  mandant_id: string;
  year_no: number;
  month: string;
  ledger_no: number;
  load_no: number | null;
  row_count: Defaulted<number>;
  rebuilt: Defaulted<boolean>;
  read_at: Date | null;
  fingerprint: string | null;
  open_batch: Defaulted<boolean>;
  next_load: number | null;
  next_row_count: Defaulted<number>;
  next_rebuilt: Defaulted<boolean>;
  next_read_at: Date | null;
  next_fingerprint: string | null;
  next_complete: Defaulted<boolean>;
};

/** What `posting_blocks` (migration 0015) holds, posting by posting: a view, so it is read alone. */
export type PostingsView = {
  mandant_id: string;
  load_no: number;
  date: string;
  /** Place within the load, from 1; and that of the first posting of its block. */
  no: number;
  first_no: number;
  account: number;
  contra_account: number | null;
  debit: number;
  credit: number;
  document_guid: string | null;
  tax_key: number | null;
  tax_rate: number | null;
  ledger_no: number;
  opening: boolean;
  general_reversal: boolean;
  batch_number: string | null;
  text: string | null;
  document_field1: string | null;
  document_field2: string | null;
  document_link: string | null;
  cost_center1: string | null;
  cost_center2: string | null;
};

export type LoadSumsTable = {
  mandant_id: string;
  load_no: number;
  account: number;
  ledger_no: number;
  debit: number;
  credit: number;
  opening_debit: number;
  opening_credit: number;
  row_count: number;
  /** `first_no` of the blocks with postings of this account, ascending. */
  blocks: number[];
};

export type AccountBalancesTable = {
  mandant_id: string;
  year_no: number;
  account: number;
  ledger_no: number;
  caption: string;
  opening: number;
  balance: number;
  debit: number;
  credit: number;
  /** PostgreSQL's array of bigint, which the driver hands on as strings: read it through `turnoversOf`. */
  turnovers: string[];
};

export type BatchesTable = {
  mandant_id: string;
  year_no: number;
  id: string;
  ledger_no: number;
  number: string;
  description: string | null;
  first_day: string | null;
  last_day: string | null;
  committed: boolean;
  committed_at: string | null;
  initials: string | null;
};

export type OpenItemsTable = {
  mandant_id: string;
  year_no: number;
  no: number;
  ledger_no: number;
  side: 'receivable' | 'payable';
  datev_id: string;
  account: number;
  date: string | null;
  due_date: string | null;
  amount: number;
  open: number;
  cleared: boolean;
  text: string | null;
  document_field1: string | null;
  document_link: string | null;
  document_guid: string | null;
  dunning_level: string | null;
  dunning_block: boolean;
};

export type PartnersTable = {
  mandant_id: string;
  ledger_no: number;
  account: number;
  side: 'debtor' | 'creditor';
  name: string;
  partner_number: string | null;
  city: string | null;
  changed_at: string | null;
};

export type TermsOfPaymentTable = {
  mandant_id: string;
  ledger_no: number;
  id: string;
  caption: string;
  due_in_days: number | null;
};

export type SyncRunsTable = {
  mandant_id: string;
  id: string;
  ledger_no: number;
  reason: 'first' | 'scheduled' | 'looking' | 'asked';
  whole: boolean;
  started_at: Date;
  ended_at: Date | null;
  state: Defaulted<'running' | 'done' | 'failed' | 'cancelled'>;
  failure_code: string | null;
  failure_detail: string | null;
  rows_expected: Defaulted<number>;
  rows_read: Defaulted<number>;
  months_read: Defaulted<number>;
  months_changed: Defaulted<number>;
  check_calls: Defaulted<number>;
  item_calls: Defaulted<number>;
  calls: Defaulted<number>;
  told_at: Date | null;
};

export type SyncOrdersTable = {
  mandant_id: string;
  order_id: string;
  run_id: string;
  ledger_no: number;
  kind: string;
  year_no: number | null;
  month: string | null;
  load_no: number | null;
  row_count: Defaulted<number>;
  part_count: Defaulted<number>;
  expected: Defaulted<number>;
  /** What came so far was in the order of dates; its last date. */
  in_order: Defaulted<boolean>;
  last_date: string | null;
};

export type StagedRowsTable = { mandant_id: string; order_id: string; part: number; kind: string; rows: string };

/** Tables of accounting data, by name. */
export type AccountingTables = {
  ledgers: LedgersTable;
  fiscal_years: FiscalYearsTable;
  refused_years: RefusedYearsTable;
  fiscal_months: FiscalMonthsTable;
  postings: PostingsView;
  load_sums: LoadSumsTable;
  account_balances: AccountBalancesTable;
  batches: BatchesTable;
  open_items: OpenItemsTable;
  partners: PartnersTable;
  terms_of_payment: TermsOfPaymentTable;
  sync_runs: SyncRunsTable;
  sync_orders: SyncOrdersTable;
  staged_rows: StagedRowsTable;
};
