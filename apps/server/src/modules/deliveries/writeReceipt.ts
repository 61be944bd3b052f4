import type { Outcome } from '@bruecke/channels/vouchers-to-duo/channel';
import { type ReceiptAnswer, type ReceiptBody, receiptBodyHash } from '@bruecke/proof';
import type { Services } from '../../context.ts';
import type { StoredActor } from '../../db/moduleTables.ts';
import type { Tx } from '../../db/withTenant.ts';
import { recordHistory } from '../../history/index.ts';
import type { ClaimedDelivery } from './claimDelivery.ts';
import type { DeliveryRow } from './deliveryRow.ts';

/** DATEV's two ids of the answer, for questions to its support. */
export type AnswerTrace = { requestId: string | null; globalTransactionId: string | null };

/**
 * Keeps the proof of an arrival: DATEV's interface can't be asked later, so this answer is all there is. The history entry
 * holds the receipt's hash; once it is sealed, the receipt can be downloaded with its signature.
 */
export async function writeReceipt(
  tx: Tx,
  services: Services,
  claimed: ClaimedDelivery,
  delivery: DeliveryRow,
  outcome: Outcome,
  trace: AnswerTrace,
): Promise<void> {
  const at = services.now();
  const body: ReceiptBody = {
    version: 1,
    kind: 'bruecke.receipt',
    receiptId: services.newId(),
    mandantId: delivery.mandant_id,
    voucher: { id: delivery.voucher_id, sha256: claimed.voucher.sha256, size: claimed.voucher.size },
    delivery: { id: delivery.id, guid: delivery.guid, run: delivery.run },
    dataset: { consultantNumber: String(delivery.consultant_number), mandantNumber: String(delivery.mandant_number) },
    documentType: delivery.document_type,
    fileNameSent: delivery.file_name_sent,
    channel: 'belegbilderservice',
    arrivedAt: at.toISOString(),
    answer: answerOf(outcome, trace),
    by: orderedBy(delivery.created_by),
  };
  const hash = receiptBodyHash(body);
  const entry = await recordHistory(tx, services, {
    at,
    kind: 'delivery.arrived',
    actor: { type: 'rule', name: 'forwarding' },
    subject: { voucherId: delivery.voucher_id, deliveryId: delivery.id },
    data: { receiptHash: hash, guid: delivery.guid, proof: body.answer.proof },
    mandantIds: [delivery.mandant_id],
  });
  await tx
    .insertInto('receipts')
    .values({
      mandant_id: delivery.mandant_id,
      id: body.receiptId,
      delivery_id: delivery.id,
      body: JSON.stringify(body),
      body_hash: hash,
      history_entry_id: entry.id,
      created_at: at,
    })
    .execute();
}

function answerOf(outcome: Outcome, trace: AnswerTrace): ReceiptAnswer {
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
