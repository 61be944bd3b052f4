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

/** What a search asks of a posting `p`, and of a block `b` for it to hold one: most blocks need not be taken apart then. */
export type Search = { postings: RawBuilder<unknown>; blocks: RawBuilder<unknown> };

/**
 * What a search means for a posting: part of text, document numbers or batch, or its amount. Undefined: nothing to search for.
 * No index of its own: one over the texts of 1,000,000 postings would double what a load costs, and a month is walked in a moment.
 */
export function searchOf(text: string | undefined): Search | undefined {
  const words = text?.trim() ?? '';
  if (words === '') return undefined;
  const pattern = likeAnywhere(words);
  const cents = amountOf(words);
  const amounts = cents === null || cents === 0 ? [] : [cents, -cents];
  const texts = ['text', 'document_field1', 'document_field2', 'batch_number'] as const;
  const ofPosting = texts.map((name) => sql`${sql.ref(`p.${name}`)} ilike ${pattern}`);
  const ofBlock = texts.map((name) => sql`array_to_string(${sql.ref(`b.${name}`)}, chr(10)) ilike ${pattern}`);
  for (const amount of amounts) {
    ofPosting.push(sql`${amount} in (p.debit, p.credit)`);
    ofBlock.push(sql`${amount} = any (b.debit) or ${amount} = any (b.credit)`);
  }
  return { postings: anyOf(ofPosting), blocks: anyOf(ofBlock) };
}

/** Within `coalesce` PostgreSQL takes it for as likely as not. Left to guess it expects few rows, and gathers all of a month to sort them. */
const anyOf = (conditions: readonly RawBuilder<unknown>[]) => sql`coalesce(${sql.join(conditions, sql` or `)}, false)`;
