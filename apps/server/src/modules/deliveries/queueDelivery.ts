import { extensionFor, fileNameForDatev, shortIdFrom } from '@bruecke/channels/vouchers-to-duo/channel';
import { documentGuid, type Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { StoredActor } from '../../db/moduleTables.ts';
import type { Tx } from '../../db/withTenant.ts';
import { recordHistory } from '../../history/index.ts';

/** The living connection a voucher of this Mandant goes to; null while none is set up. */
export async function findTarget(tx: Tx, mandantId: Id) {
  const row = await tx
    .selectFrom('connections')
    .select(['id', 'engagement_id', 'consultant_number', 'mandant_number', 'dataset'])
    .where('mandant_id', '=', mandantId)
    .where('channel', '=', 'belegbilderservice')
    .where('severed_at', 'is', null)
    .executeTakeFirst();
  return row ?? null;
}

/**
 * Gives a voucher its delivery: target, GUID and file name are chosen and stored here, before any byte is sent. In the
 * caller's transaction, with its job, so that a stored voucher is never forgotten and a forgotten one never sent.
 * Null when there is no living connection; the voucher then waits without a target.
 */
export async function queueDelivery(
  tx: Tx,
  services: Services,
  input: { mandantId: Id; voucherId: Id; actor: StoredActor; reason?: string; at?: Date },
): Promise<{ deliveryId: Id; recorded: { id: Id; kind: 'delivery.queued' } } | null> {
  const { mandantId, voucherId, actor } = input;
  // A cut under way is waited for: a delivery that it does not see would be left behind on the severed connection.
  const [, target] = await Promise.all([
    sql`select share_links(${mandantId}::uuid)`.execute(tx),
    findTarget(tx, mandantId),
  ]);
  if (!target) return null;
  const voucher = await tx
    .selectFrom('vouchers')
    .select(['original_name', 'media_type', 'document_type'])
    .where('mandant_id', '=', mandantId)
    .where('id', '=', voucherId)
    .executeTakeFirstOrThrow();
  const earlier = await tx
    .selectFrom('deliveries')
    .select((eb) => eb.fn.max('run').as('run'))
    .where('mandant_id', '=', mandantId)
    .where('voucher_id', '=', voucherId)
    .executeTakeFirst();
  const at = input.at ?? services.now();
  const deliveryId = services.newId();
  const guid = documentGuid(services.newId());
  const run = (earlier?.run ?? 0) + 1;
  await tx
    .insertInto('deliveries')
    .values({
      mandant_id: mandantId,
      id: deliveryId,
      voucher_id: voucherId,
      connection_id: target.id,
      engagement_id: target.engagement_id,
      channel: 'belegbilderservice',
      consultant_number: target.consultant_number,
      mandant_number: target.mandant_number,
      run,
      reason: input.reason ?? null,
      guid,
      file_name_sent: fileName(voucher, voucherId, target.dataset.allowedExtensions ?? null),
      document_type: voucher.document_type,
      phase: 'waiting',
      next_attempt_at: null,
      sending_since: null,
      sending_by: null,
      created_at: at,
      created_by: JSON.stringify(actor),
      arrived_at: null,
      ended_at: null,
    })
    .execute();
  await tx
    .updateTable('vouchers')
    .set({ status: 'waiting', cause: null })
    .where('mandant_id', '=', mandantId)
    .where('id', '=', voucherId)
    .execute();
  await enqueueDelivery(tx, mandantId, deliveryId, null);
  const recorded = await recordHistory(tx, services, {
    at,
    kind: 'delivery.queued',
    actor,
    subject: { voucherId, deliveryId },
    data: {
      guid,
      run,
      connectionId: target.id,
      consultantNumber: target.consultant_number,
      mandantNumber: target.mandant_number,
      ...(input.reason ? { reasonGiven: true } : {}),
    },
    mandantIds: [mandantId],
  });
  return { deliveryId, recorded };
}

/**
 * The name depends on the voucher alone, also for a later run: should an earlier one have arrived after all, DATEV's own
 * rule for equal files (DCO01253) stops the second and a person is asked.
 */
function fileName(
  voucher: { original_name: string; media_type: string },
  voucherId: Id,
  allowed: readonly string[] | null,
): string {
  const extension = extensionFor(voucher.media_type, allowed) ?? extensionFor(voucher.media_type, null) ?? 'bin';
  return fileNameForDatev({ originalName: voucher.original_name, shortId: shortIdFrom(voucherId), extension });
}

/** One job per delivery; an earlier one that still waits is replaced. */
export async function enqueueDelivery(tx: Tx, mandantId: Id, deliveryId: Id, at: Date | null): Promise<void> {
  const payload = JSON.stringify({ mandantId, deliveryId });
  await sql`select enqueue_job('deliver', ${payload}::jsonb, ${at}::timestamptz, ${`deliver:${deliveryId}`})`.execute(
    tx,
  );
}
