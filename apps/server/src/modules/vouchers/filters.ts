import type { Id, VoucherStatus } from '@bruecke/model';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../db/withTenant.ts';

/** What a list of vouchers can be narrowed by. */
export type VoucherFilter = {
  status?: VoucherStatus | undefined;
  documentType?: string | undefined;
  /** Month of receipt in German time, `YYYY-MM`. */
  month?: string | undefined;
  /** Words or beginnings of words, all of which must occur. */
  text?: string | undefined;
};

/** People think of months by the clock on their wall. */
export const zone = 'Europe/Berlin';

/** First moment of the month, and of the one after it; both null for none. */
export function monthBounds(month: string | undefined): { from: RawBuilder<Date>; before: RawBuilder<Date> } {
  if (month === undefined) return { from: sql`null::timestamptz`, before: sql`null::timestamptz` };
  const first = sql`${`${month}-01`}::timestamp`;
  return {
    from: sql`(${first} at time zone ${zone})`,
    before: sql`((${first} + interval '1 month') at time zone ${zone})`,
  };
}

/** The words of a search as PostgreSQL's tsquery: each the beginning of a word. Null when there is no word in it. */
export function toTsQuery(text: string): string | null {
  const words = Buffer.from(text, 'utf8')
    .toString('utf8')
    .normalize('NFC')
    // The same characters that the column `search` takes for gaps, and what no word holds.
    .split(/[!-/:-@[-`{-~\p{Cc}\p{Z}\p{Cf}]+/u)
    .filter((word) => word !== '')
    .slice(0, 10);
  return words.length === 0 ? null : words.map((word) => `'${word}':*`).join(' & ');
}

/** Above this many matches the list is walked instead: then one in 50 rows of a list of 100,000 fits. */
const mostFound = 2000;

/** The filter's conditions on the table `vouchers`; null when nothing can fit. */
export async function conditionsOf(tx: Tx, mandantId: Id, filter: VoucherFilter): Promise<RawBuilder<unknown> | null> {
  const conditions = [sql`vouchers.mandant_id = ${mandantId}::uuid`];
  if (filter.status) conditions.push(sql`vouchers.status = ${filter.status}`);
  if (filter.documentType !== undefined)
    conditions.push(sql`vouchers.document_type = ${withoutNul(filter.documentType)}`);
  if (filter.month) {
    const { from, before } = monthBounds(filter.month);
    conditions.push(sql`vouchers.received_at >= ${from}`, sql`vouchers.received_at < ${before}`);
  }
  if (filter.text !== undefined && filter.text.trim() !== '') {
    const query = toTsQuery(filter.text);
    if (query === null) return null;
    const { rows } = await sql<{ ids: Id[] | null }>`
      select find_vouchers(${mandantId}, to_tsquery('simple', ${query}), ${mostFound}) as ids`.execute(tx);
    const ids = rows[0]?.ids ?? null;
    if (ids?.length === 0) return null;
    conditions.push(
      ids ? sql`vouchers.id = any (${ids}::uuid[])` : sql`vouchers.search @@ to_tsquery('simple', ${query})`,
    );
  }
  return sql.join(conditions, sql` and `);
}

/** PostgreSQL knows no text with NUL in it, so nothing can be equal to one. */
export function withoutNul(text: string): string {
  return text.replaceAll('\0', '\ufffd');
}
