import { type Id, mayForward, nextDelivery } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import { tableOf } from '../../db/lists.ts';
import type { Tx } from '../../db/withTenant.ts';
import { gather } from '../../gather.ts';
import { recordHistory } from '../../history/index.ts';
import { type Connected, enqueueProbe, holdFrom, isFresh, readConnections, viewOf } from '../connectionHealth/index.ts';
import { accessMarginMs, openAccessToken } from '../grants/index.ts';
import { applyEvent } from './applyEvent.ts';
import { connectionsOf, type DeliveryRow, lockDeliveries } from './deliveryRow.ts';
import { askForDocumentType, documentTypeToSend } from './documentTypeToSend.ts';
import { togetherInLine } from './together.ts';
import { writeLostAttempts } from './writeLostAttempts.ts';

/** A begun attempt, with all that is needed to send at once: nothing is waited for between the claim and the first byte. */
export type ClaimedDelivery = {
  delivery: DeliveryRow;
  attempt: number;
  begunAt: Date;
  accessToken: string;
  /** The check of the connection that serves it. */
  checkedAt: Date | null;
  /** How DCO01253 is to be read: see {@link interpret}. */
  onlyOursCanBeThere: boolean;
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
  | { kind: 'busy'; until: Date }
  /** It could be sent, but its bytes are not there: when they were looked for it could not. */
  | { kind: 'notReady' };

/** A person has to decide before it is sent. */
type AskFirst = { kind: 'askFirst'; delivery: DeliveryRow };

/** `probe`: the one delivery that tries for all while an outage holds the connection. `ready`: its bytes are there. */
type Asked = { deliveryId: Id; probe: boolean; ready: boolean };

/** An attempt without an end after this long belongs to a process that is gone: calls are cut off before. */
export const sendingLeaseMs = 150_000;

/**
 * Begins an attempt: connection and delivery are looked at under lock in one transaction, so a cut or a switch-off that
 * commits first wins, and one that commits later finds the attempt begun. Those asked for at the same time share it.
 */
export const claimDelivery = gather(claimDeliveries, togetherInLine);

async function claimDeliveries(services: Services, mandantId: Id, asked: readonly Asked[]): Promise<Claim[]> {
  const now = services.now();
  const ids = asked.map(({ deliveryId }) => deliveryId);
  const work = async (tx: Tx): Promise<Claim[]> => {
    // Shared lock: many deliveries of a connection begin at once, but none while a cut or a switch holds the row. Connection before
    // delivery, as the cut does, so that the two never wait for each other in a circle.
    const [connections, deliveries] = await Promise.all([
      readConnections(tx, mandantId, connectionsOf(mandantId, ids), 'share'),
      lockDeliveries(tx, mandantId, ids),
    ]);
    const claims: (Claim | AskFirst)[] = [];
    for (const one of asked) {
      const delivery = deliveries.get(one.deliveryId);
      const connection = delivery && connections.get(delivery.connection_id);
      claims.push(connection ? await claim(tx, services, delivery, connection, { ...one, now }) : { kind: 'done' });
      // Asked for twice, by its job and by a probe: the first one has it.
      deliveries.delete(one.deliveryId);
    }
    const claimed = claims.flatMap((one) => (one.kind === 'claimed' ? one.claimed : []));
    if (claimed.length > 0) await begin(tx, services, { mandantId, now, claimed });
    const unclear = claims.flatMap((one) => (one.kind === 'askFirst' ? one.delivery : []));
    await askForDocumentType(tx, services, mandantId, unclear);
    return claims.map((one) => (one.kind === 'askFirst' ? { kind: 'done' } : one));
  };
  return services.withTenant({ as: 'job', mandantId }, work, { keepPlans: true });
}

/** What can be done with one delivery now. Of a claim nothing is written yet. */
async function claim(
  tx: Tx,
  services: Services,
  delivery: DeliveryRow,
  { row, grant }: Connected,
  given: Asked & { now: Date },
): Promise<Claim | AskFirst> {
  const { now, probe } = given;
  const current = await takeOverIfLost(tx, services, delivery, { now, severed: row.severed_at !== null });
  if (current.kind !== 'waiting') return current;
  if (row.severed_at || !row.switched_on || grant?.state !== 'valid') return { kind: 'held' };
  const { access_token: token, access_expires_at: expiresAt } = grant;
  const needsToken = !token || !expiresAt || expiresAt.getTime() - now.getTime() <= accessMarginMs;
  // Whoever asks for a token of one that has run out ends it, and tells the person who gave it.
  if (needsToken && grant.refresh_expires_at <= now) return { kind: 'needsToken', connectionId: row.id };
  if (!mayForward(viewOf(row, grant, now)) && row.setup !== 'unchecked') return { kind: 'held' };
  if (row.failures_in_row >= holdFrom) {
    const pauseIsOver = !row.retry_at || row.retry_at <= now;
    // Where nothing waited when the pause ended nobody tried: the first voucher that comes then asks for its probe itself.
    if (pauseIsOver && !probe) await enqueueProbe(tx, delivery.mandant_id, row.id, now);
    if (!pauseIsOver || !probe) return { kind: 'held' };
  }
  if (!isFresh(row, now)) return { kind: 'needsCheck', connectionId: row.id };
  const documentType = documentTypeToSend(current.delivery, row.dataset);
  if (documentType.kind === 'ask') return { kind: 'askFirst', delivery: current.delivery };
  if (needsToken) return { kind: 'needsToken', connectionId: row.id };
  if (!given.ready) return { kind: 'notReady' };
  return {
    kind: 'claimed',
    claimed: {
      delivery: { ...current.delivery, document_type: documentType.name },
      attempt: current.delivery.attempts + 1,
      begunAt: now,
      accessToken: openAccessToken(services.encryption, grant.id, token),
      checkedAt: row.checked_at,
      onlyOursCanBeThere: current.delivery.maybe_there && !(await mayOtherRunBeThere(tx, current.delivery)),
    },
  };
}

/** Whether an earlier run may have brought the file into the same dataset: all runs of a voucher send it under one name (writeDeliveries). */
async function mayOtherRunBeThere(tx: Tx, delivery: DeliveryRow): Promise<boolean> {
  if (delivery.run === 1) return false;
  const other = await tx
    .selectFrom('deliveries')
    .select('id')
    .where('mandant_id', '=', delivery.mandant_id)
    .where('voucher_id', '=', delivery.voucher_id)
    .where('run', '<', delivery.run)
    .where('consultant_number', '=', delivery.consultant_number)
    .where('mandant_number', '=', delivery.mandant_number)
    .where('file_name_sent', '=', delivery.file_name_sent)
    .where('phase', 'in', ['arrived', 'settled', 'unresolved'])
    .executeTakeFirst();
  return other !== undefined;
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
  await writeLostAttempts(tx, delivery.mandant_id, [delivery], given.now);
  const after = await applyEvent(tx, services, delivery, 'lose', { severed: given.severed });
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

/** The claim, all that has to be durable before the first byte: phase, number and beginning of the attempt, its Belegtyp, and whose it is. */
async function begin(
  tx: Tx,
  services: Services,
  given: { mandantId: Id; now: Date; claimed: readonly ClaimedDelivery[] },
): Promise<void> {
  const { mandantId, now, claimed } = given;
  const begun = claimed.map(({ delivery, attempt }) => {
    services.watchTable?.(delivery.phase, 'claim');
    const next = nextDelivery({ phase: delivery.phase, maybeThere: delivery.maybe_there }, 'claim');
    if (next.refused) throw new Error(`delivery ${delivery.id} can't be claimed in phase ${delivery.phase}`);
    return { id: delivery.id, attempt, phase: next.state.phase, type: delivery.document_type };
  });
  await sql`
    update deliveries d
       set phase = new.phase, attempts = new.attempt, document_type = new.type, sending_since = ${now}, sending_by = ${services.workerId}, next_attempt_at = null
      from ${tableOf('new', { id: 'uuid', attempt: 'int', phase: 'text', type: 'text' }, begun)}
     where d.mandant_id = ${mandantId} and d.id = new.id`.execute(tx);
}
