import type { ConnectorOrder, Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';

export type OrderToIssue = { connectorId: Id; mandantId: Id | null; order: ConnectorOrder; key: string | null };

/**
 * Gives an order to a connector, in the transaction of a person (who sees the Mandant), a job of the Mandant, or the connector itself.
 * Where an open order has the same key, that one stands and its id comes back. Null where there is nothing to ask: the connector is
 * not confirmed or revoked, or the Mandant is not bound to it with the order's client, or switched off.
 * Orders without a Mandant are `listClients` and `probe` without a client.
 */
export async function issueOrder(tx: Tx, services: Services, given: OrderToIssue): Promise<Id | null> {
  const [id] = await issueOrders(tx, services, [given]);
  return id ?? null;
}

/** Several of them, in their order. */
export async function issueOrders(tx: Tx, services: Services, given: readonly OrderToIssue[]): Promise<(Id | null)[]> {
  const column = (of: (one: OrderToIssue) => string | null) => given.map(of);
  const { rows } = await sql<{ id: Id | null }>`
    select issue_connector_order(o.id, o.connector_id, o.mandant_id, o."order", o.key, ${services.now()}::timestamptz) as id
      from unnest(${column(() => services.newId())}::uuid[], ${column((one) => one.connectorId)}::uuid[],
                  ${column((one) => one.mandantId)}::uuid[], ${column((one) => JSON.stringify(one.order))}::jsonb[],
                  ${column((one) => one.key)}::text[])
           with ordinality as o (id, connector_id, mandant_id, "order", key, no)
     order by o.no`.execute(tx);
  return rows.map((row) => row.id);
}

/**
 * Ends the open orders of a Mandant or of a connector in the caller's transaction and wakes the connector, which drops them. Receivers
 * are not told. Answers how many.
 */
export async function cancelOrders(
  tx: Tx,
  services: Services,
  of: { mandantId: Id } | { connectorId: Id },
): Promise<number> {
  const mandantId = 'mandantId' in of ? of.mandantId : null;
  const connectorId = 'connectorId' in of ? of.connectorId : null;
  const { rows } = await sql<{ count: number }>`
    select cancel_connector_orders(${mandantId}::uuid, ${connectorId}::uuid, ${services.now()}::timestamptz) as count`.execute(
    tx,
  );
  return rows[0]?.count ?? 0;
}
