import { type RawBuilder, sql } from 'kysely';

/**
 * An amount as people type it, in cents and without its sign: `1.234,56`, `1234,5`, `1234.56`, `99`, with or without €. Null: it is none.
 */
export function amountOf(text: string): number | null {
  const bare = text.replace(/[\s€]|EUR/gi, '').replace(/^[-+]/, '');
  const german = /^(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?$/.exec(bare);
  const english = /^(\d+)\.(\d{1,2})$/.exec(bare);
  const [, whole, part] = german ?? english ?? [];
  if (whole === undefined) return null;
  const cents = Number(whole.replaceAll('.', '')) * 100 + Number((part ?? '').padEnd(2, '0'));
  return Number.isSafeInteger(cents) ? cents : null;
}

/** A pattern that finds the text anywhere, literally. */
export function likeAnywhere(text: string): string {
  return `%${text.replaceAll('\0', '').replace(/[\\%_]/g, (special) => `\\${special}`)}%`;
}

/**
 * What a search means for a posting: part of text, document numbers or batch, or its amount. Null: nothing to search for.
 * No index of its own: one over the texts of 1,000,000 rows would double what a load costs, and a month is walked in a moment.
 */
export function searchOf(text: string | undefined): RawBuilder<unknown> | null {
  const words = text?.trim() ?? '';
  if (words === '') return null;
  const pattern = likeAnywhere(words);
  const cents = amountOf(words);
  const amount = cents === null ? sql`` : sql`or p.debit in (${cents}, ${-cents}) or p.credit in (${cents}, ${-cents})`;
  return sql`and (p.text ilike ${pattern} or p.document_field1 ilike ${pattern} or p.document_field2 ilike ${pattern}
    or p.batch_number ilike ${pattern} ${cents === null || cents === 0 ? sql`` : amount})`;
}
