import type { Id } from '@bruecke/model';
import type { Selectable } from 'kysely';
import type { DeliveriesTable } from '../../db/moduleTables.ts';
import type { Tx } from '../../db/withTenant.ts';

export type DeliveryRow = Selectable<DeliveriesTable>;

/** The delivery, locked until the transaction ends; undefined when it is not there. */
export function lockDelivery(tx: Tx, mandantId: Id, deliveryId: Id): Promise<DeliveryRow | undefined> {
  return tx
    .selectFrom('deliveries')
    .selectAll()
    .where('mandant_id', '=', mandantId)
    .where('id', '=', deliveryId)
    .forUpdate()
    .executeTakeFirst();
}
