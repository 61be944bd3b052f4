import { type Id, mayForward, nextDelivery } from '@bruecke/model';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { recordHistory } from '../../history/index.ts';
import { holdFrom, isFresh, readConnection, viewOf } from '../connectionHealth/index.ts';
import { accessMarginMs, openAccessToken } from '../grants/index.ts';
import { applyEvent } from './applyEvent.ts';
import { type DeliveryRow, lockDelivery } from './deliveryRow.ts';

/** A begun attempt, with all that is needed to send at once: nothing is waited for between the claim and the first byte. */
export type ClaimedDelivery = {
  delivery: DeliveryRow;
  attempt: number;
  accessToken: string;
  earlierUnclearAttempt: boolean;
  voucher: { sha256: string; size: number; mediaType: string; note: string | null };
  content: Uint8Array | null;
};

export type Claim =
  | { kind: 'claimed'; claimed: ClaimedDelivery }
  /** Nothing to do: ended, waiting for a person, or not there. */
  | { kind: 'done' }
  /** Its connection does not forward now; whatever re-opens it enqueues the delivery again. */
  | { kind: 'held' }
  | { kind: 'needsToken'; connectionId: Id }
  | { kind: 'needsCheck'; connectionId: Id }
  /** Another worker has it. */
  | { kind: 'busy'; until: Date };

/** An attempt without an end after this long belongs to a process that is gone: calls are cut off before. */
export const sendingLeaseMs = 150_000;

/**
 * Begins an attempt: connection and delivery are looked at under lock in one transaction, so a cut or a switch-off that
 * commits first wins, and one that commits later finds the attempt begun.
 * @param probe the one delivery that tries for all while an outage holds the connection
 */
export async function claimDelivery(
  services: Services,
  input: { mandantId: Id; deliveryId: Id; probe: boolean },
  readContent: (voucher: { sha256: string; size: number }) => Promise<Uint8Array | null>,
): Promise<Claim> {
  const now = services.now();
  return services.withTenant({ as: 'job', mandantId: input.mandantId }, async (tx): Promise<Claim> => {
    const connection = await shareConnection(tx, input.mandantId, input.deliveryId);
    const delivery = connection && (await lockDelivery(tx, input.mandantId, input.deliveryId));
    if (!delivery) return { kind: 'done' };
    const current = await takeOverIfLost(tx, services, delivery, { now, severed: connection.row.severed_at !== null });
    if (current.kind !== 'waiting') return current;
    const { row, grant } = connection;
    if (!mayForward(viewOf(row, grant, now)) && row.setup !== 'unchecked') return { kind: 'held' };
    if (row.severed_at || !row.switched_on || grant?.state !== 'valid') return { kind: 'held' };
    if (row.failures_in_row >= holdFrom && !(input.probe && (!row.retry_at || row.retry_at <= now)))
      return { kind: 'held' };
    if (!isFresh(row, now)) return { kind: 'needsCheck', connectionId: row.id };
    if (
      !grant.access_token ||
      !grant.access_expires_at ||
      grant.access_expires_at.getTime() - now.getTime() <= accessMarginMs
    )
      return { kind: 'needsToken', connectionId: row.id };
    const voucher = await tx
      .selectFrom('vouchers')
      .select(['sha256', 'size', 'media_type as mediaType', 'note'])
      .where('mandant_id', '=', input.mandantId)
      .where('id', '=', current.delivery.voucher_id)
      .executeTakeFirstOrThrow();
    const content = await readContent(voucher);
    const attempt = await begin(tx, services, current.delivery, now);
    return {
      kind: 'claimed',
      claimed: {
        delivery: current.delivery,
        attempt,
        accessToken: openAccessToken(services.encryption, grant.id, grant.access_token),
        earlierUnclearAttempt: current.delivery.maybe_there,
        voucher,
        content,
      },
    };
  });
}

/**
 * Shared lock: many deliveries of a connection begin at once, but none while a cut or a switch holds the row. Connection
 * before delivery, as the cut does, so that the two never wait for each other in a circle.
 */
async function shareConnection(tx: Tx, mandantId: Id, deliveryId: Id) {
  const found = await tx
    .selectFrom('deliveries')
    .select('connection_id')
    .where('mandant_id', '=', mandantId)
    .where('id', '=', deliveryId)
    .executeTakeFirst();
  return found ? readConnection(tx, mandantId, found.connection_id, 'share') : null;
}

async function takeOverIfLost(
  tx: Tx,
  services: Services,
  delivery: DeliveryRow,
  given: { now: Date; severed: boolean },
): Promise<{ kind: 'waiting'; delivery: DeliveryRow } | { kind: 'done' } | { kind: 'busy'; until: Date }> {
  if (delivery.phase === 'waiting') return { kind: 'waiting', delivery };
  if (delivery.phase !== 'sending') {
    services.watchTable?.(delivery.phase, 'claim');
    return { kind: 'done' };
  }
  const until = new Date((delivery.sending_since ?? given.now).getTime() + sendingLeaseMs);
  if (until > given.now && (await isAlive(tx, delivery.sending_by))) return { kind: 'busy', until };
  const after = await applyEvent(tx, services, delivery, 'lose', { outcome: 'lost', severed: given.severed });
  if (after.phase === 'waiting') return { kind: 'waiting', delivery: after };
  // Cut while it was on the wire, and nobody is left to record the answer.
  await recordHistory(tx, services, {
    at: given.now,
    kind: 'delivery.unresolved',
    actor: { type: 'rule', name: 'forwarding' },
    subject: { voucherId: after.voucher_id, deliveryId: after.id },
    data: { attempt: after.attempts },
    mandantIds: [after.mandant_id],
  });
  return { kind: 'done' };
}

async function isAlive(tx: Tx, workerId: string | null): Promise<boolean> {
  if (!workerId) return false;
  const row = await tx.selectFrom('workers').select('id').where('id', '=', workerId).executeTakeFirst();
  return row !== undefined;
}

async function begin(tx: Tx, services: Services, delivery: DeliveryRow, now: Date): Promise<number> {
  services.watchTable?.(delivery.phase, 'claim');
  const next = nextDelivery({ phase: delivery.phase, maybeThere: delivery.maybe_there }, 'claim');
  if (next.refused) throw new Error(`delivery ${delivery.id} can't be claimed in phase ${delivery.phase}`);
  const attempt = delivery.attempts + 1;
  await tx
    .updateTable('deliveries')
    .set({
      phase: next.state.phase,
      attempts: attempt,
      sending_since: now,
      sending_by: services.workerId,
      next_attempt_at: null,
    })
    .where('mandant_id', '=', delivery.mandant_id)
    .where('id', '=', delivery.id)
    .execute();
  await tx
    .insertInto('delivery_attempts')
    .values({
      mandant_id: delivery.mandant_id,
      delivery_id: delivery.id,
      number: attempt,
      begun_at: now,
      ended_at: null,
      outcome: null,
      status: null,
      code: null,
      request_id: null,
      global_transaction_id: null,
    })
    .execute();
  return attempt;
}
