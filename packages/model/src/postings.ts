import type { Cents, ConnectorRow, Day, TechnicalAccount } from './figures.ts';

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
 * the block has is null as a whole (false for truth values). One is 111 bytes of JSON like this and 430 as an
 * object of its own (16 against 30 packed), and both ends work on whole columns.
 */
export type PostingsRow = { row: 'postings' } & Filled & Sparse;
/** Fields that every posting has. */
type Filled = Columns<'account' | 'date' | 'debit' | 'credit'>;
type Sparse = { [Name in Exclude<keyof Posting, keyof Filled>]: Posting[Name][] | null };
type Columns<Names extends keyof Posting> = { [Name in Names]: Posting[Name][] };

const filled = ['account', 'date', 'debit', 'credit'] as const satisfies readonly (keyof Filled)[];
export const sparsePostingFields = [
  'contraAccount',
  'batchNumber',
  'text',
  'documentField1',
  'documentField2',
  'documentLink',
  'taxKey',
  'taxRate',
  'opening',
  'generalReversal',
  'costCenter1',
  'costCenter2',
] as const satisfies readonly (keyof Sparse)[];

/** Most postings of one block: what a page reads when it wants a single one of them. */
export const mostInBlock = 256;

/** @param postings at most `mostInBlock` */
export function blockOf(postings: readonly Posting[]): PostingsRow {
  const block: Record<string, unknown> = { row: 'postings' };
  for (const name of filled) block[name] = postings.map((posting) => posting[name]);
  for (const name of sparsePostingFields) {
    const column = postings.map((posting) => posting[name]);
    block[name] = column.some((value) => value !== null && value !== false) ? column : null;
  }
  // Every field of the type stands in one of the two lists.
  return block as PostingsRow;
}

/** The postings of a block, one by one. */
export function postingsIn(block: PostingsRow): Posting[] {
  return block.account.map((_, at) => {
    const posting: Record<string, unknown> = {};
    for (const name of filled) posting[name] = block[name][at];
    for (const name of sparsePostingFields) posting[name] = block[name]?.[at] ?? (truths.has(name) ? false : null);
    // As above.
    return posting as Posting;
  });
}

const truths: ReadonlySet<string> = new Set(['opening', 'generalReversal'] satisfies (keyof Posting)[]);

/** How many rows these are for whoever counts: a block counts as its postings. */
export function countRows(rows: readonly ConnectorRow[]): number {
  return rows.reduce((sum, row) => sum + (row.row === 'postings' ? row.account.length : 1), 0);
}
