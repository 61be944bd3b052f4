import type { Outcome } from '@bruecke/channels/vouchers-to-duo/channel';
import type { Id } from '@bruecke/model';
import { type ReceiptAnswer, type ReceiptBody, receiptBodyHash } from '@bruecke/proof';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import { tableOf } from '../../db/lists.ts';
import type { StoredActor } from '../../db/storedValues.ts';
import type { Tx } from '../../db/withTenant.ts';
import { recordHistories } from '../../history/index.ts';
import type { DeliveryRow } from './deliveryRow.ts';

/** A delivery that has arrived, with what proves it. */
export type Arrival = {
  delivery: DeliveryRow;
  voucher: { sha256: string; size: number };
  outcome: Outcome;
  /** DATEV's two ids of the answer, for questions to its support. */
  trace: { requestId: string | null; globalTransactionId: string | null };
};

/**
 * Keeps the proofs of arrivals: DATEV's interface can't be asked later, so these answers are all there is. The history entry
 * holds the receipt's hash; once it is sealed, the receipt can be downloaded with its signature.
 */
export async function writeReceipts(
  tx: Tx,
  services: Services,
  mandantId: Id,
  arrivals: readonly Arrival[],
): Promise<void> {
  if (arrivals.length === 0) return;
  const at = services.now();
  const receipts = arrivals.map((arrival) => {
    const body = bodyOf(arrival, { receiptId: services.newId(), arrivedAt: at.toISOString() });
    return { body, hash: receiptBodyHash(body), entryId: services.newId() };
  });
  const told = recordHistories(
    tx,
    services,
    receipts.map(({ body, hash, entryId }) => ({
      id: entryId,
      at,
      kind: 'delivery.arrived',
      actor: { type: 'rule', name: 'forwarding' },
      subject: { voucherId: body.voucher.id, deliveryId: body.delivery.id },
      data: { receiptHash: hash, guid: body.delivery.guid, proof: body.answer.proof },
      mandantIds: [mandantId],
    })),
  );
  const rows = receipts.map(({ body, hash, entryId }) => ({
    id: body.receiptId,
    delivery_id: body.delivery.id,
    body: JSON.stringify(body),
    hash,
    entry_id: entryId,
  }));
  const kept = sql`
    insert into receipts (mandant_id, id, delivery_id, body, body_hash, history_entry_id, created_at)
    select ${mandantId}, new.id, new.delivery_id, new.body, new.hash, new.entry_id, ${at}
      from ${tableOf('new', receiptColumns, rows)}`.execute(tx);
  await Promise.all([told, kept]);
}

const receiptColumns = { id: 'uuid', delivery_id: 'uuid', body: 'jsonb', hash: 'text', entry_id: 'uuid' } as const;

function bodyOf(
  { delivery, voucher, outcome, trace }: Arrival,
  given: { receiptId: Id; arrivedAt: string },
): ReceiptBody {
  return {
    version: 1,
    kind: 'bruecke.receipt',
    receiptId: given.receiptId,
    mandantId: delivery.mandant_id,
    voucher: { id: delivery.voucher_id, sha256: voucher.sha256, size: voucher.size },
    delivery: { id: delivery.id, guid: delivery.guid, run: delivery.run },
    dataset: { consultantNumber: String(delivery.consultant_number), mandantNumber: String(delivery.mandant_number) },
    documentType: delivery.document_type,
    fileNameSent: delivery.file_name_sent,
    channel: 'belegbilderservice',
    arrivedAt: given.arrivedAt,
    answer: answerOf(outcome, trace),
    by: orderedBy(delivery.created_by),
  };
}

function answerOf(outcome: Outcome, trace: Arrival['trace']): ReceiptAnswer {
  switch (outcome.kind) {
    case 'arrived':
      return { status: 201, code: null, ...trace, proof: '201' };
    case 'arrivedBefore':
    case 'arrivedByDuplicateRule': {
      const { status, code } = outcome.failure;
      const requestId = outcome.failure.requestId ?? trace.requestId;
      const globalTransactionId = outcome.failure.globalTransactionId ?? trace.globalTransactionId;
      const proof = outcome.kind === 'arrivedBefore' ? '409 DCO01012' : 'DCO01253';
      return { status: status ?? 0, code, requestId, globalTransactionId, proof };
    }
    default:
      throw new Error(`${outcome.kind} is no proof of an arrival`);
  }
}

function orderedBy(actor: StoredActor): ReceiptBody['by'] {
  switch (actor.type) {
    case 'user':
      return { userId: actor.id };
    case 'apiKey':
      return { userId: actor.userId };
    case 'rule':
      return { rule: actor.name };
    case 'system':
      return { rule: 'system' };
  }
}
