import { cutEvent, type DeliveryPhase, type Id, nextDelivery } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { StoredActor } from '../../db/storedValues.ts';
import type { Tx } from '../../db/withTenant.ts';
import { recordHistory } from '../../history/index.ts';
import { statusByPhase, voucherCause } from './applyEvent.ts';

type Recorded = { id: Id; kind: 'delivery.cancelled' | 'delivery.unresolved' };

/**
 * Ends the unfinished deliveries of connections that a cut severs, in its transaction. What was never sent is cancelled;
 * what may be there is left unresolved and said so. One on the wire is ended by whoever records its answer.
 * One history entry per kind, with the ids.
 */
export async function endDeliveries(
  tx: Tx,
  services: Services,
  input: { mandantId: Id; connectionIds: readonly Id[]; at: Date; actor: StoredActor },
): Promise<{ cancelled: number; unresolved: number; recorded: Recorded[] }> {
  if (input.connectionIds.length === 0) return { cancelled: 0, unresolved: 0, recorded: [] };
  await lockAll(tx, input);
  const ended = { cancelled: [] as Id[], unresolved: [] as Id[] };
  // Set by set, not row by row: a firm's outage can have left 50,000 waiting, and a cut is one transaction.
  for (const phase of ['waiting', 'question', 'failed'] as const) {
    for (const maybeThere of [false, true]) {
      const next = nextDelivery({ phase, maybeThere }, cutEvent({ phase, maybeThere })).state.phase;
      const ids = await endPhase(tx, input, { phase, maybeThere, next });
      if (ids.length > 0) services.watchTable?.(phase, cutEvent({ phase, maybeThere }));
      ended[next === 'unresolved' ? 'unresolved' : 'cancelled'].push(...ids);
    }
  }
  const recorded: Recorded[] = [];
  for (const phase of ['cancelled', 'unresolved'] as const) {
    if (ended[phase].length === 0) continue;
    recorded.push(
      await recordHistory(tx, services, {
        at: input.at,
        kind: `delivery.${phase}`,
        actor: input.actor,
        subject: { deliveryIds: ended[phase] },
        data: { count: ended[phase].length },
        mandantIds: [input.mandantId],
      }),
    );
  }
  return { cancelled: ended.cancelled.length, unresolved: ended.unresolved.length, recorded };
}

/** In the order of their ids, as whoever records answers locks several: the two never wait for each other in a circle. */
async function lockAll(tx: Tx, input: { mandantId: Id; connectionIds: readonly Id[] }): Promise<void> {
  await sql`
    select count(*) from (
      select from deliveries
       where mandant_id = ${input.mandantId} and connection_id = any (${input.connectionIds}::uuid[])
         and ended_at is null and phase <> 'sending'
       order by id for no key update) locked`.execute(tx);
}

async function endPhase(
  tx: Tx,
  input: { mandantId: Id; connectionIds: readonly Id[]; at: Date },
  change: { phase: DeliveryPhase; maybeThere: boolean; next: DeliveryPhase },
): Promise<Id[]> {
  const rows = await tx
    .updateTable('deliveries')
    .set({ phase: change.next, ended_at: input.at, cause: null, next_attempt_at: null })
    .where('mandant_id', '=', input.mandantId)
    .where('connection_id', 'in', [...input.connectionIds])
    .where('ended_at', 'is', null)
    .where('phase', '=', change.phase)
    .where('maybe_there', '=', change.maybeThere)
    .returning(['id', 'voucher_id'])
    .execute();
  if (rows.length === 0) return [];
  // A voucher whose earlier run has arrived goes on showing that.
  await sql`
    update vouchers set status = case when locked.there then 'delivered' else ${statusByPhase[change.next]} end,
                        cause = case when locked.there then null else ${voucherCause(change.next, null)}::jsonb end
      from (select v.id, exists (select from deliveries d where d.mandant_id = v.mandant_id and d.voucher_id = v.id
                                    and d.phase in ('arrived', 'settled')) as there
              from vouchers v where v.mandant_id = ${input.mandantId} and v.id = any (${rows.map((row) => row.voucher_id)}::uuid[])
             order by v.id for no key update) locked
     where vouchers.mandant_id = ${input.mandantId} and vouchers.id = locked.id`.execute(tx);
  return rows.map((row) => row.id);
}
