import type { Id } from '@bruecke/model';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../db/withTenant.ts';

/** The words of a search as PostgreSQL's tsquery: each the beginning of a word. Null when there is no word in it. */
function toTsQuery(text: string): string | null {
  const words = Buffer.from(text, 'utf8')
    .toString('utf8')
    .normalize('NFC')
    // The same characters that the column `search` takes for gaps, and what no word holds.
    .split(/[!-/:-@[-`{-~\p{Cc}\p{Z}\p{Cf}]+/u)
    .filter((word) => word !== '')
    .slice(0, 10);
  return words.length === 0 ? null : words.map((word) => `'${word}':*`).join(' & ');
}

/** As {@link toTsQuery} for a filter's text; undefined when nothing is searched for. */
export function searchOf(text: string | undefined): string | null | undefined {
  return text === undefined || text.trim() === '' ? undefined : toTsQuery(text);
}

/** Rows that a page of common words is looked for in before the index of words is asked: 3 ms. */
const lookedAt = 3000;
/** Above this many matches the index of words is no help: reading and sorting them takes longer than walking the list. */
const mostFound = 2000;

export type Page = {
  /** On the table `vouchers`, without the search. */
  conditions: RawBuilder<unknown>;
  offset: number;
  limit: number;
};

/**
 * Ids of the vouchers with these words in the list's order, newest first. Common words fill a page within the newest rows; rare ones
 * are in the index of words. Asking that first cost 57 ms for a word that stands in all of 100,000 vouchers; and two common words
 * PostgreSQL takes for rare ones, so it then read and sorted all rows (208 ms; along the list 3 ms, all on a busy machine).
 */
export async function findPage(tx: Tx, mandantId: Id, query: string, page: Page): Promise<Id[]> {
  const { conditions, offset, limit } = page;
  const newest = await walk(tx, query, page, sql`limit ${offset + lookedAt}`);
  if (newest.length === limit) return newest;
  const { rows } = await sql<{ ids: Id[] | null }>`
    select find_vouchers(${mandantId}, to_tsquery('simple', ${query}), ${mostFound}) as ids`.execute(tx);
  const ids = rows[0]?.ids ?? null;
  if (ids) {
    const found = await sql<{ id: Id }>`
      select vouchers.id from vouchers where ${conditions} and vouchers.id = any (${ids}::uuid[])
       order by vouchers.received_at desc, vouchers.id desc offset ${offset} limit ${limit}`.execute(tx);
    return found.rows.map(({ id }) => id);
  }
  // Many, and hardly any among the newest: row by row along the list, which ends with the page, and not by sorting all of it.
  await sql`set local enable_sort = off`.execute(tx);
  return walk(tx, query, page, sql`offset 0`);
}

async function walk(tx: Tx, query: string, page: Page, bound: RawBuilder<unknown>): Promise<Id[]> {
  const { conditions, offset, limit } = page;
  const { rows } = await sql<{ id: Id }>`
    select id from (select vouchers.id, vouchers.received_at, vouchers.search from vouchers where ${conditions}
                     order by vouchers.received_at desc, vouchers.id desc ${bound}) as walked
     where search @@ to_tsquery('simple', ${query})
     order by received_at desc, id desc offset ${offset} limit ${limit}`.execute(tx);
  return rows.map(({ id }) => id);
}
