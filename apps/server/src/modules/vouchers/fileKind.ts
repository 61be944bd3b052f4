import { sniffXml } from '@bruecke/formats';
import { type AcceptedMediaType, acceptedMediaTypes } from '@bruecke/model';
import { fileTypeFromBuffer } from 'file-type';

/** How much of a file decides what it is, bytes. */
export const headLength = 16 * 1024;

export type FileKind =
  | { readonly accepted: AcceptedMediaType }
  /** `found`: what it is, as far as its content says. */
  | { readonly refused: 'file_type_refused' | 'archive_refused'; readonly found: string | null };

const archives: ReadonlySet<string> = new Set([
  'application/zip',
  'application/x-rar-compressed',
  'application/x-7z-compressed',
  'application/gzip',
  'application/x-tar',
  'application/x-bzip2',
  'application/x-xz',
  'application/zstd',
]);
/** Pages and drawings can carry programs and are no vouchers, though they are XML. */
const noVouchers = /<(?:[\w.-]+:)?(html|svg)[\s>/]/i;
/** Readers look for it in the first kilobyte; some programs write a few lines in front (ISO 32000-2, annex I). */
const pdfHeaderWithin = 1024;

/** What a file is, by its first bytes alone: neither its name nor the type that the sender claims is asked. */
export async function fileKindOf(head: Buffer): Promise<FileKind> {
  if (head.subarray(0, 5).toString('latin1') === '%PDF-') return { accepted: 'application/pdf' };
  const detected = await fileTypeFromBuffer(head);
  const mime = detected?.mime === 'image/apng' ? 'image/png' : (detected?.mime ?? null);
  const accepted = acceptedMediaTypes.find((type) => type === mime && type !== 'application/xml');
  if (accepted) return { accepted };
  if (mime !== null && archives.has(mime)) return { refused: 'archive_refused', found: detected?.ext ?? null };
  if (mime !== null && mime !== 'application/xml')
    return { refused: 'file_type_refused', found: detected?.ext ?? null };
  if (head.subarray(0, pdfHeaderWithin).includes('%PDF-', 0, 'latin1')) return { accepted: 'application/pdf' };
  if (sniffXml(head).kind === 'not-xml') return { refused: 'file_type_refused', found: null };
  const other = noVouchers.exec(head.toString('latin1').replaceAll('\0', ''))?.[1];
  return other ? { refused: 'file_type_refused', found: other.toLowerCase() } : { accepted: 'application/xml' };
}
