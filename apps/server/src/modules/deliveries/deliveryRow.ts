import type { Id } from '@bruecke/model';
import { type Selectable, sql } from 'kysely';
import type { DeliveriesTable } from '../../db/moduleTables.ts';
import type { Tx } from '../../db/withTenant.ts';

export type DeliveryRow = Selectable<DeliveriesTable>;

/** These deliveries, locked until the transaction ends; without those that are not there. In the order of their ids, so that two never wait for each other in a circle. */
export async function lockDeliveries(tx: Tx, mandantId: Id, ids: readonly Id[]): Promise<Map<Id, DeliveryRow>> {
  const rows = await tx
    .selectFrom('deliveries')
    .selectAll()
    .where('mandant_id', '=', mandantId)
    .where(sql<boolean>`id = any (${ids}::uuid[])`)
    .orderBy('id')
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** The delivery, locked until the transaction ends; undefined when it is not there. */
export async function lockDelivery(tx: Tx, mandantId: Id, deliveryId: Id): Promise<DeliveryRow | undefined> {
  return (await lockDeliveries(tx, mandantId, [deliveryId])).get(deliveryId);
}
