import type { Id } from '@bruecke/model';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { DeliveriesTable } from '../../db/voucherTables.ts';
import type { Tx } from '../../db/withTenant.ts';

export type DeliveryRow = Selectable<DeliveriesTable>;

/**
 * These deliveries, locked until the transaction ends; without those that are not there. In the order of their ids, so that two
 * never wait for each other in a circle.
 */
export async function lockDeliveries(tx: Tx, mandantId: Id, ids: readonly Id[]): Promise<Map<Id, DeliveryRow>> {
  const { rows } = await sql<DeliveryRow>`
    select d.* from ${these(mandantId, ids)} order by d.id for no key update of d`.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Deliveries `d` by id, for a `from`. */
export function these(mandantId: Id, ids: readonly Id[]): RawBuilder<unknown> {
  return sql`unnest(${ids}::uuid[]) as wanted (id) join deliveries d on d.mandant_id = ${mandantId} and d.id = wanted.id`;
}

/** The delivery, locked until the transaction ends; undefined when it is not there. */
export async function lockDelivery(tx: Tx, mandantId: Id, deliveryId: Id): Promise<DeliveryRow | undefined> {
  return (await lockDeliveries(tx, mandantId, [deliveryId])).get(deliveryId);
}

/** The connections of these deliveries, as an array in SQL. */
export function connectionsOf(mandantId: Id, deliveryIds: readonly Id[]): RawBuilder<Id[]> {
  return sql`array(select d.connection_id from ${these(mandantId, deliveryIds)})`;
}
