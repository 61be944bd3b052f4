import type { ConnectorOrder, Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';

/**
 * Gives an order to a connector, in the transaction of a person (who sees the Mandant), a job of the Mandant, or the connector itself.
 * Where an open order has the same key, that one stands and its id comes back. Null where there is nothing to ask: the connector is
 * not confirmed or revoked, or the Mandant is not bound to it with the order's client, or switched off.
 * Orders without a Mandant are `listClients` and `probe` without a client.
 */
export async function issueOrder(
  tx: Tx,
  services: Services,
  given: { connectorId: Id; mandantId: Id | null; order: ConnectorOrder; key: string | null },
): Promise<Id | null> {
  const { rows } = await sql<{ id: Id | null }>`
    select issue_connector_order(${services.newId()}::uuid, ${given.connectorId}::uuid, ${given.mandantId}::uuid,
      ${JSON.stringify(given.order)}::jsonb, ${given.key}, ${services.now()}::timestamptz) as id`.execute(tx);
  return rows[0]?.id ?? null;
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
