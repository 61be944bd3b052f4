import {
  type ConnectionCause,
  connectionStateOf,
  deliveryEventOf,
  type Outcome,
} from '@bruecke/channels/vouchers-to-duo/channel';
import type { DatevFailure, Exchange } from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import type { Services } from '../../context.ts';
import type { StoredActor, StoredCause } from '../../db/moduleTables.ts';
import type { Tx } from '../../db/withTenant.ts';
import { recordHistory } from '../../history/index.ts';
import {
  noteFailure,
  noteFinding,
  noteSuccess,
  readGrant,
  resumeForwarding,
  spoilAccessToken,
} from '../connectionHealth/index.ts';
import { type LossReason, loseGrant, writeTechnicalLog } from '../grants/index.ts';
import { applyEvent } from './applyEvent.ts';
import type { ClaimedDelivery } from './claimDelivery.ts';
import { type DeliveryRow, lockDelivery } from './deliveryRow.ts';
import { enqueueDelivery } from './queueDelivery.ts';
import { type AnswerTrace, writeReceipt } from './writeReceipt.ts';

const rule: StoredActor = { type: 'rule', name: 'forwarding' };

/** What an answer means beyond its delivery; 'again': the same delivery at once, with a refreshed token. */
export type AttemptEnd = 'done' | 'again';

/**
 * Records what an attempt came to, in one transaction: the raw answer, the delivery's state, receipt, history and the
 * connection's health. An answer that comes after its attempt was believed lost is only taken as a proof of arrival.
 */
export async function recordAttempt(
  services: Services,
  claimed: ClaimedDelivery,
  outcome: Outcome,
  exchanges: Exchange[],
): Promise<AttemptEnd> {
  const mandantId = claimed.delivery.mandant_id;
  return services.withTenant({ as: 'job', mandantId }, async (tx) => {
    const trace = traceOf(exchanges);
    await writeTechnicalLog(tx, services, exchanges);
    // Connection before delivery, as the claim and the cut do, so that these never wait for each other in a circle. In the
    // steady state nothing of the connection is locked: its workers would queue there.
    const end = await recordConnection(tx, services, claimed, outcome);
    const delivery = await lockDelivery(tx, mandantId, claimed.delivery.id);
    if (!delivery) throw new Error(`delivery ${claimed.delivery.id} is gone`);
    await endAttempt(tx, services, claimed, outcome, trace);
    const event = deliveryEventOf(outcome);
    const current = delivery.phase === 'sending' && delivery.attempts === claimed.attempt;
    if (!current && event !== 'arrived') {
      services.watchTable?.(delivery.phase, event);
      return 'done';
    }
    // Read after the delivery's lock: a cut that committed before is seen, one that comes later finds the new phase.
    const severed = await isSevered(tx, mandantId, claimed.delivery.connection_id);
    const after = await applyEvent(tx, services, delivery, event, { cause: causeOf(outcome), severed });
    await recordDelivery(tx, services, claimed, delivery, after, outcome, trace);
    return severed ? 'done' : end;
  });
}

function traceOf(exchanges: readonly Exchange[]): AnswerTrace {
  const last = exchanges.at(-1);
  return { requestId: last?.capRequestId ?? null, globalTransactionId: last?.globalTransactionId ?? null };
}

async function isSevered(tx: Tx, mandantId: Id, connectionId: Id): Promise<boolean> {
  const row = await tx
    .selectFrom('connections')
    .select('severed_at')
    .where('mandant_id', '=', mandantId)
    .where('id', '=', connectionId)
    .executeTakeFirstOrThrow();
  return row.severed_at !== null;
}

async function endAttempt(
  tx: Tx,
  services: Services,
  claimed: ClaimedDelivery,
  outcome: Outcome,
  trace: AnswerTrace,
): Promise<void> {
  const failure = failureOf(outcome);
  const answer =
    outcome.kind === 'arrived'
      ? { document: outcome.document, remarks: outcome.remarks }
      : { excerpt: failure?.excerpt ?? '', broken: failure?.broken ?? null };
  await tx
    .updateTable('delivery_attempts')
    .set({
      ended_at: services.now(),
      outcome: outcome.kind,
      status: outcome.kind === 'arrived' ? 201 : (failure?.status ?? null),
      code: failure?.code ?? null,
      request_id: failure?.requestId ?? trace.requestId,
      global_transaction_id: failure?.globalTransactionId ?? trace.globalTransactionId,
      answer: JSON.stringify(answer),
    })
    .where('mandant_id', '=', claimed.delivery.mandant_id)
    .where('delivery_id', '=', claimed.delivery.id)
    .where('number', '=', claimed.attempt)
    .execute();
}

async function recordDelivery(
  tx: Tx,
  services: Services,
  claimed: ClaimedDelivery,
  before: DeliveryRow,
  after: DeliveryRow,
  outcome: Outcome,
  trace: AnswerTrace,
): Promise<void> {
  if (after.phase === before.phase) return;
  if (after.phase === 'arrived') return writeReceipt(tx, services, claimed, after, outcome, trace);
  const kinds = {
    question: 'delivery.asked',
    failed: 'delivery.failed',
    cancelled: 'delivery.cancelled',
    unresolved: 'delivery.unresolved',
  } as const;
  const kind = after.phase in kinds ? kinds[after.phase as keyof typeof kinds] : null;
  if (!kind) return;
  await recordHistory(tx, services, {
    at: services.now(),
    kind,
    actor: rule,
    subject: { voucherId: after.voucher_id, deliveryId: after.id },
    data: { code: causeOf(outcome)?.code ?? null, attempt: claimed.attempt },
    mandantIds: [after.mandant_id],
  });
}

async function recordConnection(
  tx: Tx,
  services: Services,
  claimed: ClaimedDelivery,
  outcome: Outcome,
): Promise<AttemptEnd> {
  const { mandant_id: mandantId, connection_id: connectionId } = claimed.delivery;
  const at = services.now();
  switch (outcome.kind) {
    case 'connection':
      return recordConnectionCause(tx, services, claimed, outcome.cause, outcome.failure);
    case 'retry':
    case 'unclear':
      return afterFailure(
        tx,
        claimed,
        await noteFailure(tx, {
          mandantId,
          connectionId,
          at,
          reason: outcome.cause,
          askedSeconds: outcome.afterSeconds,
        }),
      );
    default:
      // Also a refusal of this one voucher is an answer: DATEV can be reached and lets us in.
      if (await noteSuccess(tx, mandantId, connectionId, at)) await resumeForwarding(tx, mandantId, connectionId);
      await clearRefusals(tx, mandantId, connectionId);
      return 'done';
  }
}

/** A held connection enqueues its vouchers itself; else only this one waits for its next try. */
async function afterFailure(
  tx: Tx,
  claimed: ClaimedDelivery,
  failure: { held: boolean; retryAt: Date },
): Promise<AttemptEnd> {
  const { mandant_id: mandantId, id } = claimed.delivery;
  if (!failure.held) await enqueueDelivery(tx, mandantId, id, failure.retryAt);
  return 'done';
}

async function recordConnectionCause(
  tx: Tx,
  services: Services,
  claimed: ClaimedDelivery,
  cause: ConnectionCause,
  failure: DatevFailure,
): Promise<AttemptEnd> {
  const { mandant_id: mandantId, connection_id: connectionId } = claimed.delivery;
  const at = services.now();
  const grant = await readGrant(tx, mandantId, connectionId);
  if (cause === 'accessRefused' && grant && grant.access_refused === 0) {
    await spoilAccessToken(tx, mandantId, connectionId, at);
    await tx
      .updateTable('grants')
      .set({ access_refused: 1 })
      .where('mandant_id', '=', mandantId)
      .where('id', '=', grant.id)
      .execute();
    return 'again';
  }
  if (cause === 'accessRefused' || connectionStateOf(cause) === 'needs_reauth') {
    const reason: LossReason = cause === 'scopeMissing' ? 'scopeMissing' : 'accessRefused';
    if (grant?.state === 'valid') await loseGrant(tx, services, { mandantId, grantId: grant.id, reason });
    return 'done';
  }
  const code =
    cause === 'rightMissing' || cause === 'datasetMissing' || cause === 'belegfreigabe' || cause === 'appNotAllowed'
      ? cause
      : 'accountBasicsInconsistent';
  await noteFinding(tx, {
    mandantId,
    connectionId,
    at,
    finding: { code, severity: 'blocking', helpUrl: failure.helpUrl, detail: failure.code },
  });
  return 'done';
}

async function clearRefusals(tx: Tx, mandantId: Id, connectionId: Id): Promise<void> {
  await tx
    .updateTable('grants')
    .set({ access_refused: 0 })
    .where('mandant_id', '=', mandantId)
    .where('connection_id', '=', connectionId)
    .where('access_refused', '>', 0)
    .execute();
}

function failureOf(outcome: Outcome): DatevFailure | null {
  return outcome.kind === 'arrived' ? null : outcome.failure;
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
