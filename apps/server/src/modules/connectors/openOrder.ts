import type { Id } from '@bruecke/model';
import { type Selectable, sql } from 'kysely';
import type { ConnectorOrdersTable } from '../../db/connectorTables.ts';
import type { Tx } from '../../db/withTenant.ts';
import type { OpenOrder } from './receivers.ts';

export type OrderRow = Selectable<ConnectorOrdersTable>;

export function openOrderOf(row: OrderRow): OpenOrder {
  return {
    id: row.id,
    firmId: row.firm_id,
    connectorId: row.connector_id,
    mandantId: row.mandant_id,
    order: row.order,
    key: row.key,
    attempt: row.attempt,
    issuedAt: row.issued_at,
    begunAt: row.handed_out_at ?? row.issued_at,
    rowsBefore: row.rows,
  };
}

/**
 * An order of this connector, locked, with the binding behind it held: a cut or a switch-off waits until this transaction ends, which sees no
 * other Mandant from here on. `foreign`: it has no such order; `unbound`: it had, but its Mandant is not (or no longer) bound to it.
 */
export async function lockOrder(
  tx: Tx,
  connector: { id: Id; firmId: Id },
  orderId: Id,
): Promise<OrderRow | 'foreign' | 'unbound'> {
  const { rows } = await sql<OrderRow>`select * from hold_order(${connector.firmId}::uuid, ${orderId}::uuid)`.execute(
    tx,
  );
  const [held] = rows;
  if (held) return held;
  const known = await tx
    .selectFrom('connector_orders')
    .select('id')
    .where('firm_id', '=', connector.firmId)
    .where('id', '=', orderId)
    .where('connector_id', '=', connector.id)
    .executeTakeFirst();
  return known ? 'unbound' : 'foreign';
}

export async function holdBinding(tx: Tx, mandantId: Id): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`select hold_binding(${mandantId}::uuid) as held`.execute(tx);
  return rows[0]?.held ?? false;
}
