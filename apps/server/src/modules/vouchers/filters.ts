import type { Id, VoucherStatus } from '@bruecke/model';
import { type RawBuilder, sql } from 'kysely';

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

/** The filter's conditions on the table `vouchers`, all but its text (search.ts). */
export function conditionsOf(mandantId: Id, filter: Omit<VoucherFilter, 'text'>): RawBuilder<unknown> {
  const conditions = [sql`vouchers.mandant_id = ${mandantId}::uuid`];
  if (filter.status) conditions.push(sql`vouchers.status = ${filter.status}`);
  if (filter.documentType !== undefined)
    conditions.push(sql`vouchers.document_type = ${withoutNul(filter.documentType)}`);
  if (filter.month) {
    const { from, before } = monthBounds(filter.month);
    conditions.push(sql`vouchers.received_at >= ${from}`, sql`vouchers.received_at < ${before}`);
  }
  return sql.join(conditions, sql` and `);
}

/** PostgreSQL knows no text with NUL in it, so nothing can be equal to one. */
export function withoutNul(text: string): string {
  return text.replaceAll('\0', '\ufffd');
}
