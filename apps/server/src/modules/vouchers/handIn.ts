import type { Readable } from 'node:stream';
import type { AcceptedMediaType, Id } from '@bruecke/model';
import { inMandant, togetherInMandant } from '../../access/index.ts';
import { BlobError, type StoredBlob } from '../../blobs/store.ts';
import type { Caller, Ctx } from '../../context.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import { checkDocumentTypes } from './documentTypes.ts';
import { type Answer, findEarlierUploads } from './earlierUploads.ts';
import { type FileKind, fileKindOf, headLength } from './fileKind.ts';
import { cleanFileName, cleanLine } from './fileName.ts';
import { keepVoucher, uploadIdTaken } from './keepVoucher.ts';
import { readHead } from './readHead.ts';

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

/**
 * Takes one voucher in: bytes durable first, then row, history and delivery in one transaction, then the acknowledgement. What
 * is handed in again under the same upload id is the same voucher. Equal bytes are said, not dropped.
 * @throws Refusal as the endpoint lists them; no voucher is kept then. Nor are bytes, unless only the transaction that would have kept the
 * voucher finds the reason: the right is gone meanwhile, or the upload id had other bytes.
 */
export async function handIn(ctx: Ctx, input: HandIn): Promise<Answer> {
  const { mandantId, uploadId } = input;
  const texts = { name: cleanFileName(input.name), note: cleanLine(input.note) };
  const earlier = isSpared(ctx.caller, input) ? null : await lookAhead(ctx, mandantId, input);
  if (earlier) return earlier;
  const stored = await store(ctx, input);
  try {
    const documentType = input.documentType ?? null;
    return await keepVoucher(ctx, mandantId, { ...stored, ...texts, uploadId, documentType });
  } catch (error) {
    if (error !== uploadIdTaken) throw error;
  }
  const upload = { uploadId, sha256: stored.sha256 };
  const [first] = await inMandant(ctx, mandantId, 'handIn', (tx) => findEarlierUploads(tx, mandantId, [upload]));
  if (!first) throw refuse('upload_id_reused');
  return first;
}

/** Reading so many bytes for nothing is cheaper than a question before each voucher: an upload that was there already, say. */
const shortUpTo = 1024 * 1024;

/** Whether what lookAhead would find out is known (may they) or can wait until the bytes are there. */
function isSpared({ atMandant }: Caller, input: HandIn): boolean {
  const isShort = input.announcedLength !== null && input.announcedLength <= shortUpTo;
  const may = atMandant?.id === input.mandantId && atMandant.rights.includes('handIn');
  return may && isShort && input.documentType === undefined;
}

/** Before any byte is read: may they, do they name a Belegtyp that exists, and is it there already. */
const lookAhead = togetherInMandant(
  'handIn',
  async (tx, _ctx, mandantId, inputs: readonly HandIn[]) => {
    const types = new Set(inputs.flatMap(({ documentType }) => documentType ?? []));
    if (types.size > 0) await checkDocumentTypes(tx, mandantId, types);
    return findEarlierUploads(tx, mandantId, inputs);
  },
  { readOnly: true },
);

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
