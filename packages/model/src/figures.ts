/**
 * Accounting data on its way from the firm's DATEV server to the hub: what the hub may ask a connector for (orders) and what it
 * gets back (rows). Both ends and the channel between them speak these nouns; the fields are DATEVconnect's, see onprem.md B.
 */

/** Days have no time zone: `YYYY-MM-DD`, as the firm's server means them. */
export type Day = string;
/** Money in cents of the fiscal year's currency. Signed where said so. */
export type Cents = number;
/** Account in DATEV's technical length: general ledger 8 digits, subledger 9 (onprem.md B.2). */
export type TechnicalAccount = number;

/** A fiscal year of one client at DATEV: the client's central GUID and the year's first day as `YYYYMMDD`. */
export type YearAtDatev = { clientGuid: string; fiscalYearId: string };

/** What the hub may ask a connector for. The connector has its own list of these; anything else it refuses. */
export type ConnectorOrder =
  /** The doctor's chain: reachable, domains, identity, rights, posting licence. */
  | { kind: 'probe'; clientGuid: string | null }
  /** The clients that were released on the connector's machine, with the numbers of their newest fiscal years. */
  | { kind: 'listClients' }
  | { kind: 'listYears'; clientGuid: string }
  /** The cheap question whether a year moved: statistics, sums and balances, batches. Three calls. */
  | ({ kind: 'checkYear' } & YearAtDatev)
  /** Postings whose document date lies in the window, both days included. */
  | ({ kind: 'readPostings'; from: Day; to: Day; expectedRows: number } & YearAtDatev)
  /** Without the posting licence: the entered records of these batches. */
  | ({ kind: 'readRecords'; sequenceIds: string[] } & YearAtDatev)
  | ({ kind: 'readOpenItems' } & YearAtDatev)
  /** Debtors and creditors changed since the stamp (ISO 8601), all when null. */
  | ({ kind: 'readPartners'; since: string | null } & YearAtDatev)
  | ({ kind: 'readTermsOfPayment' } & YearAtDatev);

export type ConnectorOrderKind = ConnectorOrder['kind'];
export const connectorOrderKinds = [
  'probe',
  'listClients',
  'listYears',
  'checkYear',
  'readPostings',
  'readRecords',
  'readOpenItems',
  'readPartners',
  'readTermsOfPayment',
] as const satisfies readonly ConnectorOrderKind[];

export type ClientRow = { row: 'client'; guid: string; number: string; name: string };

export type YearRow = {
  row: 'year';
  clientGuid: string;
  fiscalYearId: string;
  begin: Day;
  end: Day;
  consultantNumber: number;
  mandantNumber: number;
  /** Length in which general-ledger accounts are shown, 4–8; subledger accounts have one more. */
  accountLength: number;
  /** DATEV's number of the standard chart (Kontenrahmen): 3 is SKR03, 4 is SKR04. */
  accountSystem: number | null;
  currency: string;
  locked: boolean;
};

/** Number of entries per calendar month, 1–12; 15 is the sum of all months. */
export type StatisticsRow = { row: 'statistics'; month: number; journal: number; primaNota: number };

export type BalanceRow = {
  row: 'balance';
  account: TechnicalAccount;
  caption: string;
  /** Signed: debit positive. */
  opening: Cents;
  /** Signed year-end balance, debit positive, the opening value included. */
  balance: Cents;
  debit: Cents;
  credit: Cents;
  /** Signed turnover of each calendar month with movement, debit positive. */
  months: { month: number; turnover: Cents }[];
};

export type BatchRow = {
  row: 'batch';
  /** Technical id, path element of its records. */
  id: string;
  /** Number people know, like `03-2018/0003`. */
  number: string;
  description: string | null;
  from: Day | null;
  to: Day | null;
  /** Final under GoBD: it will not change any more. */
  committed: boolean;
  committedAt: Day | null;
  initials: string | null;
};

/** One line of one account. A booking is at least two of them: account and contra account mirror each other. */
export type Posting = {
  account: TechnicalAccount;
  contraAccount: TechnicalAccount | null;
  /** Document date (Belegdatum). */
  date: Day;
  /** One of the two is 0. */
  debit: Cents;
  credit: Cents;
  /** Number of its batch, like `03-2018/0003`. */
  batchNumber: string | null;
  text: string | null;
  /** Belegfeld 1: number of invoice or document. */
  documentField1: string | null;
  documentField2: string | null;
  /** Link to the document as DATEV writes it, like `BEDI "…GUID…"`. */
  documentLink: string | null;
  taxKey: number | null;
  /** Percent. */
  taxRate: number | null;
  opening: boolean;
  generalReversal: boolean;
  costCenter1: string | null;
  costCenter2: string | null;
};

/**
 * Postings on their way and as they are stored: a list per field instead of an object per posting, all of one length. A field that no posting of
 * the block has is null as a whole (false for truth values). One is 111 bytes of JSON like this and 383 as an
 * object of its own (16 against 29 packed), and both ends work on whole columns.
 */
export type PostingsRow = { row: 'postings' } & Filled & Sparse;
/** Fields that every posting has. */
type Filled = Columns<'account' | 'date' | 'debit' | 'credit'>;
type Sparse = { [Name in Exclude<keyof Posting, keyof Filled>]: Posting[Name][] | null };
type Columns<Names extends keyof Posting> = { [Name in Names]: Posting[Name][] };

export type OpenItemRow = {
  row: 'openItem';
  side: 'receivable' | 'payable';
  id: string;
  account: TechnicalAccount;
  date: Day | null;
  dueDate: Day | null;
  /** Signed, debit positive: what was invoiced, credited or paid. */
  amount: Cents;
  /** Signed, debit positive: what is still open of the item. */
  open: Cents;
  cleared: boolean;
  text: string | null;
  documentField1: string | null;
  documentLink: string | null;
  dunningLevel: string | null;
  dunningBlock: boolean;
};

export type PartnerRow = {
  row: 'partner';
  side: 'debtor' | 'creditor';
  account: TechnicalAccount;
  name: string;
  partnerNumber: string | null;
  city: string | null;
  /** Stamp of the last change as DATEV gives it, ISO 8601. */
  changedAt: string | null;
};

export type TermRow = { row: 'term'; id: string; caption: string; dueInDays: number | null };

/** One step of the doctor's chain, see onprem.md A.6 and D.4. `code` names what was found, sentences stand with the reader. */
export type ProbeRow = {
  row: 'probe';
  step: 'reachable' | 'echo' | 'domains' | 'identity' | 'clients' | 'client' | 'postings' | 'dms';
  code: ProbeCode;
  /** DATEV's own words or code, for the person who helps; never a password or a token. */
  detail: string | null;
};

export const probeCodes = [
  'ok',
  'connectionRefused',
  'connectionReset',
  'certificateWrong',
  'unauthorised',
  'handshakeRefused',
  'dataRightMissing',
  'notAcceptable',
  'domainMissing',
  'partialClients',
  'clientNotReleased',
  'clientMissing',
  'postingLicenceMissing',
  'dmsLicenceMissing',
  'unavailable',
  'timedOut',
  'unexpected',
] as const;
export type ProbeCode = (typeof probeCodes)[number];

export type ConnectorRow =
  | ClientRow
  | YearRow
  | StatisticsRow
  | BalanceRow
  | BatchRow
  | PostingsRow
  | OpenItemRow
  | PartnerRow
  | TermRow
  | ProbeRow;

/** How an order ended. `rows` counts all that were sent, so that a lost part is noticed. */
export type OrderEnd =
  | { ok: true; rows: number; calls: number }
  | { ok: false; rows: number; calls: number; code: OrderFailureCode; detail: string | null };

export const orderFailureCodes = [
  /** The connector's own lists do not have this call or this client. */
  'refusedByConnector',
  'cancelled',
  ...probeCodes.filter((code) => code !== 'ok'),
] as const;
export type OrderFailureCode = 'refusedByConnector' | 'cancelled' | Exclude<ProbeCode, 'ok'>;
