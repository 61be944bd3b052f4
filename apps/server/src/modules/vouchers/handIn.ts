import type { Readable } from 'node:stream';
import { manifest } from '@bruecke/channels/vouchers-to-duo/manifest';
import type { AcceptedMediaType, Id, VoucherRemark } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant } from '../../access/index.ts';
import { BlobError, type StoredBlob } from '../../blobs/store.ts';
import { actorOf, type Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { recordHistory } from '../../history/index.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import { queueDelivery } from '../deliveries/index.ts';
import { checkDocumentType } from './documentTypes.ts';
import { type FileKind, fileKindOf, headLength } from './fileKind.ts';
import { cleanFileName, cleanLine } from './fileName.ts';
import { readHead } from './readHead.ts';
import { rowColumns, toVoucherRow, type VoucherRow } from './rows.ts';

export type HandIn = {
  mandantId: Id;
  /** Original file name as the sender has it. */
  name: string;
  /** Chosen by the sender; the same upload again has the same. */
  uploadId: Id;
  /** What the bytes must hash to, 64 lower-case hex digits. */
  sha256?: string | undefined;
  documentType?: string | undefined;
  note?: string | undefined;
  /** The bytes, unread. After a refusal the rest is unread and the stream still open. */
  bytes: Readable;
  /** Bytes announced by the sender, null when it did not. */
  announcedLength: number | null;
};

export type Known = { id: Id; name: string; receivedAt: string };
export type HandedIn = { voucher: VoucherRow; duplicates: Known[]; repeated: boolean };
type Answer = {
  answer: HandedIn;
  history: { kind: 'voucher.received' } | ({ kind: 'voucher.received' } | { kind: 'delivery.queued' })[] | 'unchanged';
};

/**
 * Takes one voucher in: bytes durable first, then row, history and delivery in one transaction, then the acknowledgement. What
 * is handed in again under the same upload id is the same voucher. Equal bytes are said, not dropped.
 * @throws Refusal as the endpoint lists them; nothing is kept then
 */
export async function handIn(ctx: Ctx, input: HandIn): Promise<Answer> {
  const name = cleanFileName(input.name);
  const note = cleanLine(input.note);
  const earlier = await lookAhead(ctx, input);
  if (earlier) return earlier;
  const stored = await store(ctx, input);
  const file = { ...stored, name, note };
  try {
    return await inMandant(ctx, input.mandantId, 'handIn', (tx) => keep(tx, ctx, input, file));
  } catch (error) {
    if (error !== uploadIdTaken) throw error;
  }
  const first = await inMandant(ctx, input.mandantId, 'handIn', (tx) => findUpload(tx, input, stored.sha256));
  if (!first) throw refuse('upload_id_reused');
  return first;
}

/** Thrown inside the transaction alone, to undo it: the upload had made a voucher already. */
const uploadIdTaken = new Error('the upload id is taken');

/** Before any byte is read: may they, do they name a Belegtyp that exists, and is it there already. */
function lookAhead(ctx: Ctx, input: HandIn): Promise<Answer | null> {
  const look = async (tx: Tx) => {
    if (input.documentType !== undefined) await checkDocumentType(tx, input.mandantId, input.documentType);
    // Without a hash to compare, only the bytes can tell whether it is the same file.
    return input.sha256 === undefined ? null : findUpload(tx, input, input.sha256);
  };
  return inMandant(ctx, input.mandantId, 'handIn', look, { readOnly: true });
}

type StoredFile = StoredBlob & { mediaType: AcceptedMediaType };

async function store(ctx: Ctx, input: HandIn): Promise<StoredFile> {
  const maxBytes = ctx.settings.uploadLimitBytes;
  if (input.announcedLength !== null && input.announcedLength > maxBytes) throw tooLarge(maxBytes);
  const opened = await readHead(input.bytes, headLength).catch((cause: unknown) => {
    throw refuse('upload_incomplete', { cause });
  });
  try {
    if (opened.head.length === 0) throw refuse('file_empty');
    const kind = await fileKindOf(opened.head);
    if ('refused' in kind) throw wrongKind(kind);
    const expected = input.sha256 === undefined ? {} : { expectedSha256: input.sha256 };
    const blob = await ctx.blobs.put(input.mandantId, opened.whole, { maxBytes, ...expected });
    return { ...blob, mediaType: kind.accepted };
  } catch (error) {
    throw error instanceof BlobError ? refusalOf(error, maxBytes) : error;
  } finally {
    await opened.release();
  }
}

type Kept = StoredFile & { name: string; note: string | null };

async function keep(tx: Tx, ctx: Ctx, input: HandIn, file: Kept): Promise<Answer> {
  const { mandantId } = input;
  const actor = actorOf(ctx.caller);
  const at = ctx.now();
  const voucherId = ctx.newId();
  const { sha256, size, mediaType } = file;
  // Sent together and answered in order: each wait for the database's answer is one for the processor, too.
  const [row, received] = await Promise.all([
    insertVoucher(tx, ctx, input, file, { voucherId, at }),
    recordHistory(tx, ctx, {
      at,
      kind: 'voucher.received',
      actor,
      subject: { voucherId },
      data: { sha256, size, mediaType, documentType: input.documentType ?? null },
      mandantIds: [mandantId],
    }),
  ]);
  if (!row) throw uploadIdTaken;
  const queued = await queueDelivery(tx, ctx, { mandantId, voucherId, actor, at });
  const voucher = toVoucherRow({ ...row, status: queued ? 'waiting' : 'received' });
  const duplicates = row.remarks.includes('duplicateBytes')
    ? await duplicatesOf(tx, { mandantId, sha256: file.sha256, but: voucherId })
    : [];
  return { answer: { voucher, duplicates, repeated: false }, history: queued ? [received, queued.recorded] : received };
}

/**
 * One statement for blob, voucher and what is still to be looked into. The bytes are duplicates exactly if their row was there:
 * of two that arrive at once, the second waits here for the first one's row. No row comes back when the upload id is taken.
 */
async function insertVoucher(tx: Tx, ctx: Ctx, input: HandIn, file: Kept, given: { voucherId: Id; at: Date }) {
  const { voucherId, at } = given;
  const { mandantId } = input;
  const toInspect = file.mediaType === 'application/pdf' || file.mediaType === 'application/xml';
  const { rows } = await sql<Parameters<typeof toVoucherRow>[0]>`
    with blob as (
      insert into blobs (mandant_id, sha256, size, created_at)
      values (${mandantId}, ${file.sha256}, ${file.size}, ${at}) on conflict do nothing returning 1
    ), voucher as (
      insert into vouchers (mandant_id, id, received_at, upload_id, sha256, size, media_type, original_name, document_type,
                            note, remarks, handed_in_by)
      select ${mandantId}::uuid, ${voucherId}::uuid, ${at}::timestamptz, ${input.uploadId}::uuid, ${file.sha256}, ${file.size}::bigint,
             ${file.mediaType}, ${file.name}, ${input.documentType ?? null}, ${file.note},
             ${sizeRemarks(file.size)}::text[] || case when exists (select from blob) then '{}' else '{duplicateBytes}'::text[] end,
             ${JSON.stringify(actorOf(ctx.caller))}::jsonb
      on conflict (mandant_id, upload_id) do nothing
      returning *
    ), inspection as (
      insert into vouchers_to_inspect (mandant_id, voucher_id, received_at)
      select mandant_id, id, received_at from voucher where ${toInspect}
    )
    select ${sql.join(rowColumns.map((column) => sql.ref(column)))} from voucher`.execute(tx);
  return rows[0];
}

/** The voucher an earlier upload with this id made, in the answer's form; null when there is none. */
async function findUpload(tx: Tx, input: HandIn, sha256: string): Promise<Answer | null> {
  const { mandantId, uploadId } = input;
  const row = await tx
    .selectFrom('vouchers')
    .select([...rowColumns, 'sha256'])
    .where('mandant_id', '=', mandantId)
    .where('upload_id', '=', uploadId)
    .executeTakeFirst();
  if (!row) return null;
  if (row.sha256 !== sha256) throw refuse('upload_id_reused');
  const duplicates = await duplicatesOf(tx, { mandantId, sha256, but: row.id });
  return { answer: { voucher: toVoucherRow(row), duplicates, repeated: true }, history: 'unchanged' };
}

/** Other vouchers of the Mandant with the same bytes, oldest first, 20 at most. */
export async function duplicatesOf(tx: Tx, given: { mandantId: Id; sha256: string; but: Id }): Promise<Known[]> {
  const rows = await tx
    .selectFrom('vouchers')
    .select(['id', 'original_name', 'received_at'])
    .where('mandant_id', '=', given.mandantId)
    .where('sha256', '=', given.sha256)
    .where('id', '<>', given.but)
    .orderBy('received_at')
    .limit(20)
    .execute();
  return rows.map((row) => ({ id: row.id, name: row.original_name, receivedAt: row.received_at.toISOString() }));
}

function sizeRemarks(size: number): VoucherRemark[] {
  if (size > manifest.limits.fileBytes) return ['aboveForwardingLimit'];
  return size > manifest.limits.adviceBytes ? ['aboveSizeAdvice'] : [];
}

function refusalOf(error: BlobError, maxBytes: number): Refusal | BlobError {
  switch (error.code) {
    case 'blob_too_large':
      return tooLarge(maxBytes);
    case 'blob_disk_full':
      return refuse('storage_full', { cause: error });
    case 'blob_incomplete':
      return refuse('upload_incomplete', { cause: error });
    case 'blob_mismatch':
      return refuse('checksum_mismatch', { cause: error });
    default:
      return error;
  }
}

function tooLarge(maxBytes: number): Refusal {
  const megabytes = Math.floor(maxBytes / 1_048_576);
  return refuse('file_too_large', {
    detail: { de: `Höchstens ${megabytes} MB je Datei.`, en: `At most ${megabytes} MB per file.` },
  });
}

function wrongKind(kind: Extract<FileKind, { refused: string }>): Refusal {
  const { refused, found } = kind;
  if (found === null) return refuse(refused);
  const name = found.toUpperCase();
  return refuse(refused, { detail: { de: `Dem Inhalt nach: ${name}.`, en: `By its content: ${name}.` } });
}
