import type { ConnectorRow, Posting, PostingsRow } from './figures.ts';

const filled = ['account', 'date', 'debit', 'credit'] as const satisfies readonly (keyof PostingsRow)[];
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
] as const satisfies readonly Exclude<keyof Posting, (typeof filled)[number]>[];

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
