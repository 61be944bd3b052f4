import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { tableOf } from '../../db/lists.ts';
import type { Tx } from '../../db/withTenant.ts';
import type { DeliveryRow } from './deliveryRow.ts';

const lostColumns = { delivery_id: 'uuid', number: 'int', begun_at: 'timestamptz' } as const;

/**
 * An attempt has its row at its end; while it is on the wire only the claim tells of it. So whatever takes a claim away writes its attempt as
 * lost: who takes the delivery over, and a late answer that ends it. Should it be answered after all, its row says so instead.
 * @param claims deliveries as they were while the attempts were on the wire, locked
 */
export async function writeLostAttempts(
  tx: Tx,
  mandantId: Id,
  claims: readonly DeliveryRow[],
  at: Date,
): Promise<void> {
  if (claims.length === 0) return;
  const rows = claims.map(({ id, attempts, sending_since }) => ({
    delivery_id: id,
    number: attempts,
    begun_at: sending_since ?? at,
  }));
  // A row that is there and has no end was begun by a Brücke that wrote it at the beginning.
  await sql`
    insert into delivery_attempts as a (mandant_id, delivery_id, number, begun_at, ended_at, outcome)
    select ${mandantId}, new.delivery_id, new.number, new.begun_at, ${at}, 'lost' from ${tableOf('new', lostColumns, rows)}
    on conflict (mandant_id, delivery_id, number) do update set ended_at = excluded.ended_at, outcome = 'lost' where a.ended_at is null`.execute(
    tx,
  );
}
