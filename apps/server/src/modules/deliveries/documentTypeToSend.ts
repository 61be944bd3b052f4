import { chooseDocumentType, type DocumentTypeChoice } from '@bruecke/channels/vouchers-to-duo/channel';
import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { StoredCause, StoredDataset } from '../../db/storedValues.ts';
import type { Tx } from '../../db/withTenant.ts';
import { recordHistories } from '../../history/index.ts';
import { afterEvent, writeChanges } from './applyEvent.ts';
import type { DeliveryRow } from './deliveryRow.ts';

/** The Belegtyp that goes out with a delivery: one that the last check has read of the dataset (requirement D-07). */
export function documentTypeToSend(delivery: DeliveryRow, { documentTypes }: StoredDataset): DocumentTypeChoice {
  // After an attempt without an answer the very same is sent again: what may be there has this type.
  if (delivery.maybe_there || !documentTypes) return { kind: 'send', name: delivery.document_type };
  return chooseDocumentType(delivery.document_type, documentTypes);
}

/**
 * Locked deliveries that came back from an attempt with nothing at DATEV take the Belegtyp that their voucher has by now: a person may
 * have changed it while they were on the wire.
 */
export async function takeDocumentTypes(tx: Tx, mandantId: Id, deliveries: readonly DeliveryRow[]): Promise<void> {
  const back = deliveries.filter(({ maybe_there, ended_at }) => !maybe_there && ended_at === null);
  if (back.length === 0) return;
  await sql`
    update deliveries d set document_type = v.document_type from vouchers v
     where d.mandant_id = ${mandantId} and d.id = any (${back.map(({ id }) => id)}::uuid[])
       and v.mandant_id = d.mandant_id and v.id = d.voucher_id and d.document_type is distinct from v.document_type`.execute(
    tx,
  );
}

const cause: StoredCause = { code: 'documentTypeUnknown', detail: 'documentTypeUnknown' };

/** Asks people for the Belegtyp of locked deliveries. No call: DATEV would refuse theirs for certain (DCO01010). */
export async function askForDocumentType(
  tx: Tx,
  services: Services,
  mandantId: Id,
  deliveries: readonly DeliveryRow[],
): Promise<void> {
  if (deliveries.length === 0) return;
  const asked = deliveries.map((delivery) => afterEvent(services, delivery, 'askFirst', { cause }));
  await Promise.all([
    writeChanges(tx, mandantId, asked),
    recordHistories(
      tx,
      services,
      asked.map(({ id, voucher_id: voucherId, attempts }) => ({
        at: services.now(),
        kind: 'delivery.asked',
        actor: { type: 'rule', name: 'forwarding' },
        subject: { voucherId, deliveryId: id },
        data: { code: cause.code, attempt: attempts },
        mandantIds: [mandantId],
      })),
    ),
  ]);
}
