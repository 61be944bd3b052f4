import { deliveryEventOf, type Outcome } from '@bruecke/channels/vouchers-to-duo/channel';
import type { Exchange } from '@bruecke/datev-online';
import type { HistoryKind, Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import { tableOf } from '../../db/lists.ts';
import type { StoredCause } from '../../db/storedValues.ts';
import type { Tx } from '../../db/withTenant.ts';
import { gather } from '../../gather.ts';
import { type HistoryEntry, recordHistories } from '../../history/index.ts';
import { writeTechnicalLog } from '../grants/index.ts';
import { afterEvent, writeChanges } from './applyEvent.ts';
import { connectionsOf, type DeliveryRow, lockDeliveries } from './deliveryRow.ts';
import { takeDocumentTypes } from './documentTypeToSend.ts';
import type { EndedAttempt } from './endedAttempt.ts';
import { type AttemptEnd, recordOnConnection } from './recordOnConnection.ts';
import { together } from './together.ts';
import { writeLostAttempts } from './writeLostAttempts.ts';
import { type Arrival, writeReceipts } from './writeReceipts.ts';

/**
 * Records what an attempt came to, in one transaction: the raw answer, the delivery's state, receipt, history and the
 * connection's health. An answer that comes after its attempt was believed lost is only taken as a proof of arrival.
 * Those that end at the same time share the transaction.
 */
export const recordAttempt = gather(recordAttempts, together);

async function recordAttempts(
  services: Services,
  mandantId: Id,
  ended: readonly EndedAttempt[],
): Promise<AttemptEnd[]> {
  const work = async (tx: Tx): Promise<AttemptEnd[]> => {
    // Connection before delivery, as the claim and the cut do, so that these never wait for each other in a circle. In the
    // steady state nothing of the connection is locked: its workers would queue there.
    const [ends] = await Promise.all([
      recordOnConnection(tx, services, ended),
      writeTechnicalLog(
        tx,
        services,
        ended.flatMap(({ exchanges }) => exchanges),
      ),
    ]);
    const ids = ended.map(({ claimed }) => claimed.delivery.id);
    // Severed or not is read after the deliveries' locks: a cut that committed before is seen, one that comes later finds the new phase.
    const [deliveries, severed] = await Promise.all([
      lockDeliveries(tx, mandantId, ids),
      readSevered(tx, mandantId, ids),
    ]);
    const changes: Change[] = [];
    const results = ended.map((one, index): AttemptEnd => {
      const before = deliveries.get(one.claimed.delivery.id);
      if (!before) throw new Error(`delivery ${one.claimed.delivery.id} is gone`);
      const isSevered = severed.has(before.connection_id);
      const after = afterAttempt(services, one, before, isSevered);
      deliveries.set(after.id, after);
      if (after !== before) changes.push({ ...one, before, after });
      return isCurrent(one, before) && !isSevered ? (ends[index] ?? 'done') : 'done';
    });
    await write(tx, services, { mandantId, ended, changes });
    return results;
  };
  return services.withTenant({ as: 'job', mandantId }, work, { keepPlans: true });
}

type Change = EndedAttempt & { before: DeliveryRow; after: DeliveryRow };

function isCurrent({ claimed }: EndedAttempt, delivery: DeliveryRow): boolean {
  return delivery.phase === 'sending' && delivery.attempts === claimed.attempt;
}

/** What an attempt's end makes of its delivery; the very same row when nothing. */
function afterAttempt(services: Services, one: EndedAttempt, delivery: DeliveryRow, severed: boolean): DeliveryRow {
  const event = deliveryEventOf(one.outcome);
  if (isCurrent(one, delivery) || event === 'arrived')
    return afterEvent(services, delivery, event, { cause: causeOf(one.outcome), severed });
  services.watchTable?.(delivery.phase, event);
  return delivery;
}

/** Those of the deliveries' connections that a cut has severed. */
async function readSevered(tx: Tx, mandantId: Id, deliveryIds: readonly Id[]): Promise<Set<Id>> {
  const rows = await tx
    .selectFrom('connections')
    .select('id')
    .where('mandant_id', '=', mandantId)
    .where(sql<boolean>`id = any (${connectionsOf(mandantId, deliveryIds)})`)
    .where('severed_at', 'is not', null)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

async function write(
  tx: Tx,
  services: Services,
  given: { mandantId: Id; ended: readonly EndedAttempt[]; changes: readonly Change[] },
): Promise<void> {
  const { mandantId, ended, changes } = given;
  const moved = changes.filter(({ before, after }) => after.phase !== before.phase);
  const arrivals = moved.filter(({ after }) => after.phase === 'arrived').map(toArrival);
  // Proved by a late answer while a later attempt is still on the wire: its claim goes with this.
  const overtaken = moved.filter(
    ({ before, claimed }) => before.phase === 'sending' && before.attempts !== claimed.attempt,
  );
  await Promise.all([
    writeAttempts(tx, services, mandantId, ended),
    writeLostAttempts(
      tx,
      mandantId,
      overtaken.map(({ before }) => before),
      services.now(),
    ),
    writeChanges(
      tx,
      mandantId,
      changes.map(({ after }) => after),
    ),
    takeDocumentTypes(
      tx,
      mandantId,
      changes.map(({ after }) => after),
    ),
    writeReceipts(tx, services, mandantId, arrivals),
    recordHistories(
      tx,
      services,
      moved.flatMap((change) => entryOf(services, change) ?? []),
    ),
  ]);
}

/**
 * Belegtyp and name as the attempt sent them that brought it there: a person may have decided on others since. That is the one that was
 * answered; but where the GUID was there already, an earlier one.
 */
function toArrival({ claimed, voucher, outcome, exchanges, after }: Change): Arrival {
  const { document_type, file_name_sent } = sentBy(claimed.delivery, outcome);
  return { delivery: { ...after, document_type, file_name_sent }, voucher, outcome, trace: traceOf(exchanges) };
}

function sentBy(sent: DeliveryRow, outcome: Outcome): Pick<DeliveryRow, 'document_type' | 'file_name_sent'> {
  if (outcome.kind !== 'arrivedBefore' || !sent.sent_before) return sent;
  return { document_type: sent.sent_before.documentType, file_name_sent: sent.sent_before.fileName };
}

function traceOf(exchanges: readonly Exchange[]): Arrival['trace'] {
  const last = exchanges.at(-1);
  return { requestId: last?.capRequestId ?? null, globalTransactionId: last?.globalTransactionId ?? null };
}

const kinds = {
  question: 'delivery.asked',
  failed: 'delivery.failed',
  cancelled: 'delivery.cancelled',
  unresolved: 'delivery.unresolved',
} as const satisfies Record<string, HistoryKind>;

/** Arrivals have their entry with their receipt; what goes on waiting has none. */
function entryOf(services: Services, { claimed, outcome, after }: Change): HistoryEntry | null {
  const kind = after.phase in kinds ? kinds[after.phase as keyof typeof kinds] : null;
  if (!kind) return null;
  return {
    at: services.now(),
    kind,
    actor: { type: 'rule', name: 'forwarding' },
    subject: { voucherId: after.voucher_id, deliveryId: after.id },
    data: { code: causeOf(outcome)?.code ?? null, attempt: claimed.attempt },
    mandantIds: [after.mandant_id],
  };
}

const attemptColumns = {
  delivery_id: 'uuid',
  number: 'int',
  begun_at: 'timestamptz',
  outcome: 'text',
  status: 'int',
  code: 'text',
  request_id: 'text',
  global_transaction_id: 'text',
  answer: 'jsonb',
} as const;

/** The attempts, whole; where one was believed lost, what it came to after all. */
async function writeAttempts(tx: Tx, services: Services, mandantId: Id, ended: readonly EndedAttempt[]): Promise<void> {
  const rows = ended.map(({ claimed, outcome, exchanges }) => {
    const trace = traceOf(exchanges);
    const failure = outcome.kind === 'arrived' ? null : outcome.failure;
    const answer =
      outcome.kind === 'arrived'
        ? { document: outcome.document, remarks: outcome.remarks }
        : { excerpt: outcome.failure.excerpt, broken: outcome.failure.broken };
    return {
      delivery_id: claimed.delivery.id,
      number: claimed.attempt,
      begun_at: claimed.begunAt,
      outcome: outcome.kind,
      status: outcome.kind === 'arrived' ? 201 : outcome.failure.status,
      code: failure?.code ?? null,
      request_id: failure?.requestId ?? trace.requestId,
      global_transaction_id: failure?.globalTransactionId ?? trace.globalTransactionId,
      answer: JSON.stringify(answer),
    };
  });
  await sql`
    insert into delivery_attempts (mandant_id, delivery_id, number, begun_at, ended_at, outcome, status, code, request_id,
                                   global_transaction_id, answer)
    select ${mandantId}, new.delivery_id, new.number, new.begun_at, ${services.now()}, new.outcome, new.status, new.code, new.request_id,
           new.global_transaction_id, new.answer
      from ${tableOf('new', attemptColumns, rows)}
    on conflict (mandant_id, delivery_id, number) do update
       set ended_at = excluded.ended_at, outcome = excluded.outcome, status = excluded.status, code = excluded.code,
           request_id = excluded.request_id, global_transaction_id = excluded.global_transaction_id, answer = excluded.answer`.execute(
    tx,
  );
}

/** What people are told: DATEV's own code where it gave one, else the kind of what happened. */
export function causeOf(outcome: Outcome): StoredCause | null {
  if (outcome.kind === 'arrived' || outcome.kind === 'arrivedBefore' || outcome.kind === 'arrivedByDuplicateRule')
    return null;
  const { failure } = outcome;
  return {
    code: failure.code ?? outcome.cause,
    status: failure.status,
    helpUrl: failure.helpUrl,
    requestId: failure.requestId,
    detail: outcome.cause,
  };
}
