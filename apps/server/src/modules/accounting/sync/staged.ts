import type { ConnectorRow, Id } from '@bruecke/model';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../../db/withTenant.ts';
import type { OpenOrder } from '../../connectors/index.ts';

/** Keeps a part of an order as it came, in one row per kind: what is staged is mostly compared and thrown away. */
export async function stageRows(tx: Tx, order: OpenOrder, rows: readonly ConnectorRow[]): Promise<void> {
  if (rows.length === 0) return;
  const byKind = new Map<string, ConnectorRow[]>();
  for (const row of rows) {
    const list = byKind.get(row.row);
    if (list) list.push(row);
    else byKind.set(row.row, [row]);
  }
  // Values of their own, not two arrays: in an array each quotation mark of these texts, which are large, would be escaped and back again.
  const kinds = [...byKind].map(([kind, list]) => sql`(${kind}::text, ${JSON.stringify(list.map(compact))}::json)`);
  await sql`
    with here as (
      update sync_orders set part_count = part_count + 1, row_count = row_count + ${rows.length}
       where mandant_id = ${order.mandantId} and order_id = ${order.id} returning part_count
    )
    insert into staged_rows (mandant_id, order_id, part, kind, rows)
    select ${order.mandantId}::uuid, ${order.id}::uuid, here.part_count, k.kind, k.rows
      from here, (values ${sql.join(kinds)}) as k (kind, rows)`.execute(tx);
}

/** Months in a row of twelve, as the table has them. */
function compact(row: ConnectorRow): unknown {
  if (row.row !== 'balance') return row;
  const turnovers = Array<number>(12).fill(0);
  for (const { month, turnover } of row.months) turnovers[month - 1] = (turnovers[month - 1] ?? 0) + turnover;
  const { months: _, ...rest } = row;
  return { ...rest, turnovers };
}

/** The staged rows of one kind as a table `r` with these columns, named as in the row. */
export function stagedRows(
  mandantId: Id,
  orderId: Id,
  kind: ConnectorRow['row'],
  columns: string,
): RawBuilder<unknown> {
  // `columns` is a literal of this module's code, never input.
  return sql`(
    select r.* from staged_rows s, json_to_recordset(s.rows) as r (${sql.raw(columns)})
     where s.mandant_id = ${mandantId} and s.order_id = ${orderId} and s.kind = ${kind})`;
}

export async function dropStaged(tx: Tx, mandantId: Id, orderId: Id): Promise<void> {
  await tx.deleteFrom('staged_rows').where('mandant_id', '=', mandantId).where('order_id', '=', orderId).execute();
}

/** An attempt is given up and comes again: nothing of it may stay. */
export async function discardAttempt(tx: Tx, order: OpenOrder): Promise<void> {
  if (order.mandantId === null) return;
  const given = await tx
    .updateTable('sync_orders')
    .set({ row_count: 0, part_count: 0, in_order: true, last_date: null })
    .where('mandant_id', '=', order.mandantId)
    .where('order_id', '=', order.id)
    .returning('load_no')
    .executeTakeFirst();
  await dropStaged(tx, order.mandantId, order.id);
  if (given?.load_no) await dropLoads(tx, order.mandantId, [given.load_no]);
}

export async function dropLoads(tx: Tx, mandantId: Id, loads: readonly number[]): Promise<void> {
  if (loads.length === 0) return;
  for (const table of ['posting_blocks', 'posting_links', 'load_sums'] as const) {
    await sql`delete from ${sql.table(table)} where mandant_id = ${mandantId} and load_no = any (${loads}::int[])`.execute(
      tx,
    );
  }
}
