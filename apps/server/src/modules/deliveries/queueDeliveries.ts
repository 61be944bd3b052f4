import { extensionFor, fileNameForDatev, shortIdFrom } from '@bruecke/channels/vouchers-to-duo/channel';
import { documentGuid, type Id } from '@bruecke/model';
import { type RawBuilder, sql } from 'kysely';
import type { Services } from '../../context.ts';
import { tableOf } from '../../db/lists.ts';
import type { StoredActor } from '../../db/storedValues.ts';
import type { Tx } from '../../db/withTenant.ts';
import { recordHistories } from '../../history/index.ts';

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

/** Whether there is one, within another statement. */
export function hasTarget(mandantId: Id): RawBuilder<boolean> {
  return sql<boolean>`exists (select from connections where mandant_id = ${mandantId} and channel = 'belegbilderservice'
                                and severed_at is null)`;
}

export type Target = NonNullable<Awaited<ReturnType<typeof findTarget>>>;

/**
 * As {@link findTarget}, for whoever then writes deliveries: a cut under way is waited for, and held off until the transaction
 * ends. A delivery that a cut does not see would be left behind on the severed connection.
 */
export async function shareTarget(tx: Tx, mandantId: Id): Promise<Target | null> {
  const [, target] = await Promise.all([
    sql`select share_links(${mandantId}::uuid)`.execute(tx),
    findTarget(tx, mandantId),
  ]);
  return target;
}

export type Queued = { id: Id; kind: 'delivery.queued' };
type Act = { mandantId: Id; actor: StoredActor; at: Date; reason?: string };

/** Gives vouchers that are there a run each, in the order given: their rows say so. The history, in no certain order; null while there is no target. */
export async function queueDeliveries(
  tx: Tx,
  services: Services,
  input: Act & { voucherIds: readonly Id[] },
): Promise<Queued[] | null> {
  const { mandantId, voucherIds } = input;
  const target = await shareTarget(tx, mandantId);
  if (!target) return null;
  const { rows } = await sql<VoucherToSend>`
    update vouchers set status = 'waiting', cause = null
     where mandant_id = ${mandantId} and id = any (${voucherIds}::uuid[])
    returning id, original_name as name, media_type as "mediaType", document_type as "documentType",
      (select coalesce(max(run), 0) + 1 from deliveries
        where deliveries.mandant_id = vouchers.mandant_id and deliveries.voucher_id = vouchers.id) as run`.execute(tx);
  const places = new Map(voucherIds.map((id, place) => [id, place]));
  const vouchers = rows.sort((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
  return writeDeliveries(tx, services, target, { ...input, vouchers });
}

const newColumns = {
  deliveryId: 'uuid',
  id: 'uuid',
  run: 'int',
  guid: 'text',
  fileName: 'text',
  documentType: 'text',
} as const;

export type VoucherToSend = { id: Id; name: string; mediaType: string; documentType: string | null; run: number };

/**
 * Writes deliveries of vouchers whose rows say that they wait: GUID and file name are chosen and stored here, before any byte is
 * sent. In the caller's transaction, with their jobs, so that a stored voucher is never forgotten and a forgotten one never sent.
 */
export async function writeDeliveries(
  tx: Tx,
  services: Services,
  target: Target,
  input: Act & { vouchers: readonly VoucherToSend[] },
): Promise<Queued[]> {
  const { mandantId, actor, at, reason } = input;
  const queued = input.vouchers.map((voucher) => ({
    ...voucher,
    deliveryId: services.newId(),
    guid: documentGuid(services.newId()),
    fileName: fileName(voucher, target.dataset.allowedExtensions ?? null),
  }));
  const [, , recorded] = await Promise.all([
    sql`
      insert into deliveries (mandant_id, id, voucher_id, connection_id, engagement_id, channel, consultant_number, mandant_number,
                              run, reason, guid, file_name_sent, document_type, phase, created_at, created_by)
      select ${mandantId}::uuid, new."deliveryId", new.id, ${target.id}::uuid, ${target.engagement_id}::uuid, 'belegbilderservice',
             ${target.consultant_number}::int, ${target.mandant_number}::int, new.run, ${reason ?? null}, new.guid, new."fileName",
             new."documentType", 'waiting', ${at}::timestamptz, ${JSON.stringify(actor)}::jsonb
        from ${tableOf('new', newColumns, queued)}`.execute(tx),
    enqueueDeliveries(
      tx,
      mandantId,
      queued.map(({ deliveryId }) => deliveryId),
      null,
    ),
    recordHistories(
      tx,
      services,
      queued.map(({ id: voucherId, deliveryId, guid, run }) => ({
        at,
        kind: 'delivery.queued' as const,
        actor,
        subject: { voucherId, deliveryId },
        data: {
          guid,
          run,
          connectionId: target.id,
          consultantNumber: target.consultant_number,
          mandantNumber: target.mandant_number,
          ...(reason ? { reasonGiven: true } : {}),
        },
        mandantIds: [mandantId],
      })),
    ),
  ]);
  return recorded;
}

/**
 * The name depends on the voucher alone, also for a later run: should an earlier one have arrived after all, DATEV's own
 * rule for equal files (DCO01253) stops the second and a person is asked; see mayOtherRunBeThere.
 */
function fileName(voucher: VoucherToSend, allowed: readonly string[] | null): string {
  const extension = extensionFor(voucher.mediaType, allowed) ?? extensionFor(voucher.mediaType, null) ?? 'bin';
  return fileNameForDatev({ originalName: voucher.name, shortId: shortIdFrom(voucher.id), extension });
}

/** One job per delivery; an earlier one that still waits is replaced. */
export async function enqueueDeliveries(
  tx: Tx,
  mandantId: Id,
  deliveryIds: readonly Id[],
  at: Date | null,
): Promise<void> {
  await sql`
    select enqueue_jobs('deliver', array_agg(jsonb_build_object('mandantId', ${mandantId}::uuid, 'deliveryId', id)),
                        array_agg('deliver:' || id), ${at}::timestamptz)
      from unnest(${deliveryIds}::uuid[]) as id`.execute(tx);
}
