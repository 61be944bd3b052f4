import type { Day } from '../days.ts';
import type { Chart } from './accounts.ts';
import type { Ledger, RowIndex } from './ledger.ts';
import type { Tax } from './taxRules.ts';
import type { Words } from './words.ts';

/** An entered record: one account against one other, gross. What DATEV generates from it are its lines. */
export type Entry = {
  readonly id: string;
  readonly sequence: Sequence;
  readonly date: Day;
  readonly account: number;
  readonly contra: number;
  /** Cents, gross, positive. Debit of `account`. */
  readonly amount: number;
  readonly tax: Tax | null;
  readonly text: string;
  readonly documentField1: string | null;
  readonly documentLink: string | null;
  /** Opening balance: DATEV made it, nobody entered it. */
  readonly opening: boolean;
  readonly costCenter: string | null;
};

/** A line of one account: what account-postings give. Amounts in cents, one of them 0. */
export type Line = {
  readonly account: number;
  readonly contra: number;
  readonly debit: number;
  readonly credit: number;
};

export type SequenceKind = 'daily' | 'outgoing' | 'incoming' | 'payroll' | 'depreciation' | 'closing' | 'opening';

/** A batch (Buchungsstapel). */
export type Sequence = {
  /** Technical id, unique within the client. */
  readonly id: string;
  /** Month, year and number: `03-2026/0001`. */
  readonly number: string;
  readonly kindName: SequenceKind;
  readonly kind: number;
  readonly description: string;
  /** Herkunftskennzeichen. */
  readonly origin: string;
  /** Entries of the annual financial statements. */
  readonly closing: boolean;
  readonly from: Day;
  readonly to: Day;
  /** Null while it may still change. */
  committedAt: Day | null;
};

/** An open or cleared item of a debtor or creditor: what began it, an invoice as a rule, and what was paid of it. Cents. */
export type Item = {
  readonly id: string;
  readonly account: number;
  /** Batch of what began it. */
  readonly sequenceNumber: string;
  readonly date: Day;
  readonly dueDate: Day | null;
  /** In the direction of the ledger: what a debtor owes, what a creditor is owed. Negative for a credit. */
  readonly amount: number;
  readonly paid: number;
  readonly text: string;
  readonly documentField1: string | null;
  readonly documentLink: string | null;
};

/** What an item was when the year before ended; it has no row in this year. */
export type CarriedItem = {
  readonly id: string;
  readonly group: number;
  readonly account: number;
  readonly sequenceNumber: string;
  readonly date: Day;
  readonly dueDate: Day | null;
  /** Signed, debit positive: what was open of it. */
  readonly amount: number;
  readonly text: string;
  readonly documentField1: string | null;
  readonly documentLink: string | null;
};

export type Partner = {
  readonly account: number;
  readonly name: string;
  readonly city: string;
  readonly isPerson: boolean;
  /** Terms of payment: days until an invoice is due. */
  readonly dueDays: number;
  /** Date-time with zone. */
  readonly changedAt: string;
};

export type Year = {
  readonly begin: Day;
  readonly end: Day;
  locked: boolean;
  readonly sequences: readonly Sequence[];
  /** All entries as objects, in the order in which they were entered; made when asked for, the same list until something changes. */
  readonly entries: readonly Entry[];
  /** Items of debtors and creditors, in the order of their accounts. */
  readonly items: readonly Item[];
  readonly inside: YearInside;
};

/** Turnover of one account. Signed cents, debit positive, but for `debit` and `credit`. */
export type AccountSum = {
  opening: number;
  debit: number;
  credit: number;
  /** By calendar month, 1–12; of index 0 nothing is used. */
  readonly months: Float64Array;
};

export type Sums = {
  /** In the order of the numbers. */
  readonly accounts: ReadonlyMap<number, AccountSum>;
  /** Records (`primaNota`) and what they became (`journal`: the record and its tax entries), by calendar month 1–12. */
  readonly primaNota: Float64Array;
  readonly journal: Float64Array;
  /** Lines of accounts: what `account-postings` gives. */
  readonly postings: number;
};

/** Everything on one Personenkonto that belongs together: an invoice, its payments, discounts, credits. */
export type ItemGroup = {
  readonly group: number;
  readonly account: number;
  readonly carried: CarriedItem | null;
  /** Rows of the ledger in the order in which they were entered. */
  readonly rows: readonly number[];
  /** Signed, debit positive; 0: cleared. */
  readonly open: number;
};

/** What a year is made of, and what was worked out from it. */
export type YearInside = {
  readonly books: Books;
  /** Position among the client's years. */
  readonly number: number;
  readonly ledger: Ledger;
  readonly sequences: Sequence[];
  readonly carried: CarriedItem[];
  /** The days of the year, first to last. */
  readonly days: readonly Day[];
  /** Rows that are there, by day. */
  readonly byDay: () => RowIndex;
  /** The same by batch. */
  readonly bySequence: () => RowIndex;
  readonly sums: () => Sums;
  /** By account, then as they began. */
  readonly groups: () => readonly ItemGroup[];
};

export type Books = {
  readonly guid: string;
  /** Central number. */
  readonly number: string;
  readonly name: string;
  readonly consultantNumber: number;
  readonly clientNumber: number;
  readonly chart: Chart;
  /** Laid out when first asked for. */
  readonly years: readonly Year[];
  readonly partners: readonly Partner[];
  readonly costCenters: readonly { readonly id: string; readonly name: string }[];
  readonly inside: BooksInside;
};

export type BooksInside = {
  readonly words: Words;
  readonly today: Day;
  readonly years: Year[];
  readonly partners: Partner[];
  /** Counts on over all years, so that payments of a later year find their item. */
  nextGroup: number;
  nextSequence: number;
};

export type BooksOptions = {
  seed: string;
  guid?: string;
  name: string;
  consultantNumber: number;
  clientNumber: number;
  chart?: Chart;
  /** Fiscal years, in order and without gaps; a short or a shifted one is simply given so. */
  years: readonly { begin: Day; end: Day }[];
  /** Account postings a year, about: 200 to 1,000,000. */
  postingsPerYear: number;
  /** Nothing is booked after this day, and batches of the two months before it are not final yet. */
  today: Day;
  /** GUIDs of vouchers in Belege online: the newest purchases link to them, one each, the first GUID to the newest. */
  voucherGuids?: readonly string[];
};
