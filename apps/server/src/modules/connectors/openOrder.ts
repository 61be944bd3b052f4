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
  };
}

/**
 * An order of this connector, locked, with the binding behind it held: a cut or a switch-off waits until this transaction ends, which sees no
 * other Mandant from here on. `foreign`: it has no such order; `unbound`: it had, but its Mandant is not (or no longer) bound to it.
 */
export async function lockOrder(tx: Tx, connectorId: Id, orderId: Id): Promise<OrderRow | 'foreign' | 'unbound'> {
  const query = tx
    .selectFrom('connector_orders')
    .selectAll()
    .where('connector_id', '=', connectorId)
    .where('id', '=', orderId);
  const found = await query.executeTakeFirst();
  if (!found) return 'foreign';
  // In the order in which a cut takes its locks: the links, the connection, then the orders; and a sign of life or a revocation: the
  // connector, then the orders. Only what is asked for no Mandant is written into the connector's own row.
  if (!found.mandant_id)
    await tx.selectFrom('connectors').select('id').where('id', '=', connectorId).forUpdate().execute();
  else if (!(await narrowToBinding(tx, found.mandant_id))) return 'unbound';
  return (await query.forUpdate().executeTakeFirst()) ?? 'unbound';
}

async function narrowToBinding(tx: Tx, mandantId: Id): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`select narrow_to_binding(${mandantId}::uuid) as held`.execute(tx);
  return rows[0]?.held ?? false;
}

export async function holdBinding(tx: Tx, mandantId: Id): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`select hold_binding(${mandantId}::uuid) as held`.execute(tx);
  return rows[0]?.held ?? false;
}
