import { type Id, type VoucherStatus, voucherStatuses } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { conditionsOf, monthBounds, type VoucherFilter, withoutNul, zone } from './filters.ts';
import { searchOf } from './search.ts';

export type VoucherCounts = {
  /** Under the whole filter. */
  total: number;
  /** Under the filter without its status, so that one sees what the others hold. Statuses with vouchers only. */
  byStatus: { status: VoucherStatus; count: number }[];
  /** All that occur, to choose from. */
  documentTypes: string[];
  /** Months of receipt in German time, newest first. */
  months: string[];
};

/** How many vouchers per status, and what the list can be filtered by. */
export function countVouchers(ctx: Ctx, input: VoucherFilter & { mandantId: Id }): Promise<VoucherCounts> {
  const { mandantId, status } = input;
  return inMandant(ctx, mandantId, 'read', async (tx) => {
    const counted = await countByStatus(tx, mandantId, input);
    const byStatus = voucherStatuses.flatMap((one) => {
      const count = counted.get(one) ?? 0;
      return count > 0 ? [{ status: one, count }] : [];
    });
    const total = byStatus.reduce((sum, one) => sum + (status && one.status !== status ? 0 : one.count), 0);
    return {
      total,
      byStatus,
      documentTypes: await documentTypesIn(tx, mandantId),
      months: await monthsIn(tx, mandantId),
    };
  });
}

type Counted = { status: string; count: number };

async function countByStatus(tx: Tx, mandantId: Id, filter: VoucherFilter): Promise<Map<string, number>> {
  const query = searchOf(filter.text);
  if (query === null) return new Map();
  if (query === undefined) {
    const { documentType, month } = filter;
    const conditions = conditionsOf(mandantId, { documentType, month });
    const { rows } = await sql<Counted>`
      select status, count(*) as count from vouchers where ${conditions} group by status`.execute(tx);
    return new Map(rows.map((row) => [row.status, row.count]));
  }
  const { from, before } = monthBounds(filter.month);
  const type = filter.documentType === undefined ? null : withoutNul(filter.documentType);
  const { rows } = await sql<Counted>`
    select status, count from count_found_vouchers(${mandantId}, to_tsquery('simple', ${query}), ${type}, ${from}, ${before})`.execute(
    tx,
  );
  return new Map(rows.map((row) => [row.status, row.count]));
}

// Both hop along an index from one value to the next: a step per value instead of one per voucher.

async function documentTypesIn(tx: Tx, mandantId: Id): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    with recursive type (name) as (
      (select document_type from vouchers where mandant_id = ${mandantId} and document_type is not null
        order by document_type limit 1)
      union all
      select (select v.document_type from vouchers v where v.mandant_id = ${mandantId} and v.document_type > type.name
               order by v.document_type limit 1)
        from type where type.name is not null
    ) select name from type where name is not null`.execute(tx);
  return rows.map((row) => row.name);
}

async function monthsIn(tx: Tx, mandantId: Id): Promise<string[]> {
  const { rows } = await sql<{ month: string }>`
    with recursive newest (at) as (
      (select received_at from vouchers where mandant_id = ${mandantId} order by received_at desc limit 1)
      union all
      select (select v.received_at from vouchers v
               where v.mandant_id = ${mandantId} and v.received_at < date_trunc('month', newest.at, ${zone})
               order by v.received_at desc limit 1)
        from newest where newest.at is not null
    ) select to_char(at at time zone ${zone}, 'YYYY-MM') as month from newest where at is not null`.execute(tx);
  return rows.map((row) => row.month);
}
