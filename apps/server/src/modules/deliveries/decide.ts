import { anotherNameForDatev } from '@bruecke/channels/vouchers-to-duo/channel';
import { canBeThere, type Id, nextDelivery } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant } from '../../access/index.ts';
import { actorOf, type Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { writeChange } from '../voucherFields/index.ts';
import { applyEvent } from './applyEvent.ts';
import { type DeliveryRow, lockDelivery } from './deliveryRow.ts';
import { enqueueDeliveries } from './queueDeliveries.ts';

/**
 * A person decides a Rückfrage: send it all the same (with another Belegtyp, if given), or it is there already, where that can be.
 * @throws Refusal `not_found`, `delivery_not_possible`, `document_type_unknown`
 */
export function decide(
  ctx: Ctx,
  input: { mandantId: Id; deliveryId: Id; decision: 'sendAnyway' | 'confirmThere'; documentType?: string | null },
): Promise<{ id: Id; kind: 'delivery.decided' }> {
  const { mandantId, deliveryId, decision } = input;
  return inMandant(ctx, mandantId, 'edit', async (tx) => {
    const delivery = await lockDelivery(tx, mandantId, deliveryId);
    if (!delivery) throw refuse('not_found');
    ctx.watchTable?.(delivery.phase, decision);
    if (nextDelivery({ phase: delivery.phase, maybeThere: delivery.maybe_there }, decision).refused)
      throw refuse('delivery_not_possible');
    if (decision === 'confirmThere' && !canBeThere(stateOf(delivery))) throw refuse('delivery_not_possible');
    if (delivery.maybe_there) await keepSent(tx, delivery);
    if (input.documentType !== undefined) await changeDocumentType(tx, ctx, delivery, input.documentType);
    if (decision === 'sendAnyway' && delivery.cause?.detail === 'duplicateFile') await renameFile(tx, delivery);
    await applyEvent(tx, ctx, delivery, decision);
    if (decision === 'sendAnyway') await enqueueDeliveries(tx, mandantId, [deliveryId], null);
    return recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: 'delivery.decided',
      subject: { voucherId: delivery.voucher_id, deliveryId },
      data: { decision, code: delivery.cause?.code ?? null },
      ...actedBy(ctx.caller),
      mandantIds: [mandantId],
    });
  });
}

const stateOf = ({ maybe_there: maybeThere, cause }: DeliveryRow) => ({ maybeThere, cause: cause?.detail ?? null });

/**
 * Another Belegtyp, for voucher and delivery. What may be at DATEV already keeps in its delivery the one that it was sent with, as the receipt
 * says it; but not one that DATEV has just refused.
 */
async function changeDocumentType(tx: Tx, ctx: Ctx, delivery: DeliveryRow, documentType: string | null): Promise<void> {
  const { mandant_id: mandantId, voucher_id: voucherId } = delivery;
  const connection = await tx
    .selectFrom('connections')
    .select('dataset')
    .where('mandant_id', '=', mandantId)
    .where('id', '=', delivery.connection_id)
    .executeTakeFirstOrThrow();
  const known = connection.dataset.documentTypes ?? [];
  if (documentType !== null && !known.some((type) => type.name === documentType)) throw refuse('document_type_unknown');
  const cause = delivery.cause?.detail;
  if (!delivery.maybe_there || cause === 'documentTypeUnknown' || cause === 'documentTypeBlocked')
    await tx
      .updateTable('deliveries')
      .set({ document_type: documentType })
      .where('mandant_id', '=', mandantId)
      .where('id', '=', delivery.id)
      .execute();
  const voucher = await tx
    .selectFrom('vouchers')
    .select('document_type')
    .where('mandant_id', '=', mandantId)
    .where('id', '=', voucherId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (voucher.document_type === documentType) return;
  await writeChange(tx, ctx, {
    mandantId,
    voucherId,
    at: ctx.now(),
    actor: actorOf(ctx.caller),
    columns: { document_type: documentType },
  });
}

/** What may be there goes under these; the decision may change them for the next attempt. */
async function keepSent(tx: Tx, delivery: DeliveryRow): Promise<void> {
  await tx
    .updateTable('deliveries')
    .set({
      sent_before: sql<string>`coalesce(sent_before, jsonb_build_object('documentType', document_type, 'fileName', file_name_sent))`,
    })
    .where('mandant_id', '=', delivery.mandant_id)
    .where('id', '=', delivery.id)
    .execute();
}

/** DATEV refuses the same name and type again, so what a person wants sent all the same goes under a name of its own. */
async function renameFile(tx: Tx, delivery: DeliveryRow): Promise<void> {
  await tx
    .updateTable('deliveries')
    .set({ file_name_sent: anotherNameForDatev(delivery.file_name_sent, String(delivery.attempts + 1)) })
    .where('mandant_id', '=', delivery.mandant_id)
    .where('id', '=', delivery.id)
    .execute();
}
