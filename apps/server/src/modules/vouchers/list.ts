import { type Id, isId } from '@bruecke/model';
import { type RawBuilder, sql } from 'kysely';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { refuse } from '../../refusal.ts';
import { conditionsOf, type VoucherFilter } from './filters.ts';
import { rowColumns, settledOf, toVoucherRow, type VoucherRow } from './rows.ts';
import { findPage, type Page, searchOf } from './search.ts';

export type ListInput = VoucherFilter & {
  mandantId: Id;
  /** Where the page before ended; its last voucher's id. */
  cursor?: string | undefined;
  /** Rows to skip. */
  offset?: number | undefined;
  /** Rows per page, 1 to 500; 100 unless said. */
  limit?: number | undefined;
};

/** Vouchers of one Mandant, newest first, a page at a time. */
export async function listVouchers(
  ctx: Ctx,
  input: ListInput,
): Promise<{ vouchers: VoucherRow[]; next: string | null }> {
  const { mandantId, cursor, offset = 0, limit = 100 } = input;
  if (cursor !== undefined && !isId(cursor)) {
    throw refuse('invalid_input', { fields: [{ path: 'query.cursor', message: 'not a cursor of this list' }] });
  }
  return inMandant(ctx, mandantId, 'read', async (tx) => {
    const query = searchOf(input.text);
    if (query === null) return { vouchers: [], next: null };
    const after = cursor
      ? sql`and (vouchers.received_at, vouchers.id) < (
          select last.received_at, last.id from vouchers as last where last.mandant_id = ${mandantId} and last.id = ${cursor})`
      : sql``;
    const page = { conditions: sql`${conditionsOf(mandantId, input)} ${after}`, offset, limit: limit + 1 };
    // First the keys, from the index alone, then the rows of one page: skipping 90,000 rows would read them all.
    const ids =
      query === undefined
        ? keysOf(page)
        : sql`unnest(${await findPage(tx, mandantId, query, page)}::uuid[]) as page (id)`;
    const { rows } = await sql<Parameters<typeof toVoucherRow>[0]>`
      select ${sql.join(rowColumns.map((column) => sql.ref(`row.${column}`)))}, ${settledOf('row')} as settled
        from ${ids} join vouchers as row on row.mandant_id = ${mandantId} and row.id = page.id
       order by row.received_at desc, row.id desc`.execute(tx);
    const vouchers = rows.slice(0, limit).map(toVoucherRow);
    return { vouchers, next: rows.length > limit ? (vouchers.at(-1)?.id ?? null) : null };
  });
}

function keysOf({ conditions, offset, limit }: Page): RawBuilder<unknown> {
  return sql`(select vouchers.id from vouchers where ${conditions}
               order by vouchers.received_at desc, vouchers.id desc offset ${offset} limit ${limit}) as page`;
}
