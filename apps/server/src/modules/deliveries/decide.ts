import { type Id, nextDelivery } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { applyEvent } from './applyEvent.ts';
import { type DeliveryRow, lockDelivery } from './deliveryRow.ts';
import { enqueueDeliveries } from './queueDeliveries.ts';

/** A person decides a Rückfrage: send it all the same (with another Belegtyp, if given), or it is there already. */
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
    if (input.documentType !== undefined) await changeDocumentType(tx, delivery, input.documentType);
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

async function changeDocumentType(tx: Tx, delivery: DeliveryRow, documentType: string | null): Promise<void> {
  const connection = await tx
    .selectFrom('connections')
    .select('dataset')
    .where('mandant_id', '=', delivery.mandant_id)
    .where('id', '=', delivery.connection_id)
    .executeTakeFirstOrThrow();
  const known = connection.dataset.documentTypes ?? [];
  if (documentType !== null && !known.some((type) => type.name === documentType)) throw refuse('document_type_unknown');
  const change = { document_type: documentType };
  await tx
    .updateTable('deliveries')
    .set(change)
    .where('mandant_id', '=', delivery.mandant_id)
    .where('id', '=', delivery.id)
    .execute();
  await tx
    .updateTable('vouchers')
    .set(change)
    .where('mandant_id', '=', delivery.mandant_id)
    .where('id', '=', delivery.voucher_id)
    .execute();
}

/** DATEV refuses the same name and type again, so what a person wants sent all the same goes under a name of its own. */
async function renameFile(tx: Tx, delivery: DeliveryRow): Promise<void> {
  const dot = delivery.file_name_sent.lastIndexOf('.');
  const [stem, extension] = [delivery.file_name_sent.slice(0, dot), delivery.file_name_sent.slice(dot)];
  const tail = `-${delivery.attempts + 1}`;
  const name = `${stem.slice(0, 255 - tail.length - extension.length)}${tail}${extension}`;
  await tx
    .updateTable('deliveries')
    .set({ file_name_sent: name })
    .where('mandant_id', '=', delivery.mandant_id)
    .where('id', '=', delivery.id)
    .execute();
}
