import { manifest } from '@bruecke/channels/vouchers-to-duo/manifest';
import type { AcceptedMediaType, Id, VoucherRemark } from '@bruecke/model';
import { sql } from 'kysely';
import { togetherInMandant } from '../../access/index.ts';
import type { StoredBlob } from '../../blobs/store.ts';
import { actorOf, type Ctx } from '../../context.ts';
import { tableOf } from '../../db/lists.ts';
import type { Tx } from '../../db/withTenant.ts';
import { recordHistories } from '../../history/index.ts';
import { hasTarget, shareTarget, writeDeliveries } from '../deliveries/index.ts';
import { type Answer, duplicatesOf } from './earlierUploads.ts';
import { rowColumns, type StoredRow, toVoucherRow } from './rows.ts';

/** A file whose bytes are durable, with what its voucher shall say. */
export type FileToKeep = StoredBlob & {
  mediaType: AcceptedMediaType;
  uploadId: Id;
  name: string;
  documentType: string | null;
  note: string | null;
};

/** Thrown to undo the transaction: the upload had made a voucher already. */
export const uploadIdTaken = new Error('the upload id is taken');

/**
 * Makes one voucher of a stored file: row, history, delivery and job in one transaction, resolved after its commit. Files that one
 * caller hands in at the same time for one Mandant share it.
 * @throws uploadIdTaken
 */
export const keepVoucher = togetherInMandant('handIn', keepVouchers);

async function keepVouchers(tx: Tx, ctx: Ctx, mandantId: Id, files: readonly FileToKeep[]): Promise<Answer[]> {
  const [actor, at] = [actorOf(ctx.caller), ctx.now()];
  const vouchers = files.map((file) => ({ ...file, id: ctx.newId() }));
  // Sent together and answered in order: each wait for the database's answer is one for the processor, too.
  const [target, rows, received] = await Promise.all([
    shareTarget(tx, mandantId),
    insertVouchers(tx, ctx, mandantId, vouchers, at),
    recordHistories(
      tx,
      ctx,
      vouchers.map(({ id: voucherId, sha256, size, mediaType, documentType }) => ({
        at,
        kind: 'voucher.received' as const,
        actor,
        subject: { voucherId },
        data: { sha256, size, mediaType, documentType },
        mandantIds: [mandantId],
      })),
    ),
  ]);
  if (rows.length < files.length) throw uploadIdTaken;
  const toSend = vouchers.map((voucher) => ({ ...voucher, run: 1 }));
  const queued = target ? await writeDeliveries(tx, ctx, target, { mandantId, actor, at, vouchers: toSend }) : [];
  const answers: Answer[] = [];
  for (const [index, { id, sha256 }] of vouchers.entries()) {
    const row = rows.find((one) => one.id === id);
    if (!row) throw new Error('a voucher was written and did not come back');
    const twice = row.remarks.includes('duplicateBytes');
    const duplicates = twice ? await duplicatesOf(tx, { mandantId, sha256, but: id }) : [];
    const history = [received[index], queued[index]].filter((entry) => entry !== undefined);
    answers.push({ answer: { voucher: toVoucherRow(row), duplicates, repeated: false }, history });
  }
  return answers;
}

type NewVoucher = FileToKeep & { id: Id };

const newColumns = {
  id: 'uuid',
  uploadId: 'uuid',
  sha256: 'text',
  size: 'bigint',
  mediaType: 'text',
  name: 'text',
  documentType: 'text',
  note: 'text',
  sizeRemark: 'text',
  place: 'int',
} as const;

/**
 * One statement for blobs, vouchers and what is still to be looked into. Bytes are duplicates exactly if their row was there, or
 * stands earlier in this statement: of two that arrive at once, the second waits here for the first one's row. In the order of the
 * hashes, so that two of these never wait for each other. No row comes back for an upload id that is taken.
 */
async function insertVouchers(
  tx: Tx,
  ctx: Ctx,
  mandantId: Id,
  vouchers: readonly NewVoucher[],
  at: Date,
): Promise<StoredRow[]> {
  const rowsOfNew = vouchers.map((voucher, place) => ({ ...voucher, sizeRemark: sizeRemark(voucher), place }));
  const { rows } = await sql<StoredRow>`
    with new as (
      select * from ${tableOf('file', newColumns, rowsOfNew)}
    ), blob as (
      insert into blobs (mandant_id, sha256, size, created_at)
      select ${mandantId}::uuid, sha256, size, ${at}::timestamptz from new order by sha256
      on conflict do nothing returning sha256
    ), voucher as (
      insert into vouchers (mandant_id, id, received_at, upload_id, sha256, size, media_type, original_name, document_type,
                            note, remarks, status, handed_in_by)
      select ${mandantId}::uuid, id, ${at}::timestamptz, "uploadId", sha256, size, "mediaType", name, "documentType", note,
             array_remove(array["sizeRemark", case when sha256 not in (select sha256 from blob)
                                                    or place > min(place) over (partition by sha256) then 'duplicateBytes' end], null),
             case when ${hasTarget(mandantId)} then 'waiting' else 'received' end, ${JSON.stringify(actorOf(ctx.caller))}::jsonb
        from new
      on conflict (mandant_id, upload_id) do nothing
      returning *
    ), inspection as (
      insert into vouchers_to_inspect (mandant_id, voucher_id, received_at)
      select mandant_id, id, received_at from voucher where media_type in ('application/pdf', 'application/xml')
    )
    select ${sql.join(rowColumns.map((name) => sql.ref(name)))} from voucher`.execute(tx);
  return rows;
}

function sizeRemark({ size }: FileToKeep): VoucherRemark | null {
  if (size > manifest.limits.fileBytes) return 'aboveForwardingLimit';
  return size > manifest.limits.adviceBytes ? 'aboveSizeAdvice' : null;
}
