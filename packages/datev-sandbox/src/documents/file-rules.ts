import type { SandboxClient } from '../world.ts';
import type { DocumentCode } from './errors.ts';
import type { Part } from './multipart.ts';

/** 20 MB, read as 20 × 1024 × 1024 bytes; one file, or all files of one stapled document together. */
export const MAX_FILE_BYTES = 20 * 1024 * 1024;
const MAX_NAME_LENGTH = 255;

const MEDIA_TYPES: Record<string, readonly string[]> = {
  bmp: ['image/bmp', 'image/x-ms-bmp'],
  csv: ['text/csv', 'text/plain', 'application/csv'],
  doc: ['application/msword'],
  docx: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  gif: ['image/gif'],
  jpeg: ['image/jpeg'],
  jpg: ['image/jpeg'],
  odt: ['application/vnd.oasis.opendocument.text'],
  pdf: ['application/pdf'],
  png: ['image/png'],
  rtf: ['application/rtf', 'text/rtf'],
  tif: ['image/tiff'],
  tiff: ['image/tiff'],
  txt: ['text/plain'],
  xls: ['application/vnd.ms-excel'],
  xlsx: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  xml: ['application/xml', 'text/xml'],
};

/** The new Belege online ("DuoNext") names these eight; the old one ("DuoNow") takes office files as well (cloud.md B.2). */
const EXTENSIONS = {
  next: ['gif', 'jpeg', 'jpg', 'pdf', 'png', 'tif', 'tiff', 'xml'],
  now: Object.keys(MEDIA_TYPES),
} as const;

/** What `duo-version` lists for one client. XML is never stapled. */
export function allowedExtensions(client: SandboxClient): { single: string[]; stapled: string[] } {
  const single = [...EXTENSIONS[client.duo]];
  const stapled = ['gif', 'jpeg', 'jpg', 'pdf', 'png', 'tif', 'tiff'];
  return { single, stapled };
}

/** A file that passed every rule. */
export type CheckedFile = { name: string; extension: string; mediaType: string; data: Buffer };

/** Name, size, type by extension, declared type, content and virus check of one file, in this order. */
export function checkFile(part: Part, client: SandboxClient): CheckedFile | DocumentCode {
  const given = part.fileName;
  if (given === undefined) return 'DCO01252';
  if (given.trim() === '') return 'DCO01233';
  if ([...given].length > MAX_NAME_LENGTH) return 'DCO01222';
  if (part.data.length === 0) return 'DCO01220';
  if (part.data.length > MAX_FILE_BYTES) return sizeCode(client);
  const extension = /\.([^.]+)$/.exec(given)?.[1]?.toLowerCase() ?? '';
  const mediaTypes = MEDIA_TYPES[extension];
  if (mediaTypes === undefined || !allowedExtensions(client).single.includes(extension)) {
    return client.duo === 'next' ? 'DCO01215' : 'DCO01015';
  }
  const declared = (part.contentType?.split(';')[0] ?? '').trim().toLowerCase();
  if (!mediaTypes.includes(declared) || !contentFits(extension, part.data)) return 'DCO01219';
  if (part.data.includes(EICAR)) return 'DCO01243';
  if (extension === 'pdf' && !isReadablePdf(part.data)) return 'DCO01245';
  return { name: storedName(given), extension, mediaType: declared, data: part.data };
}

export function sizeCode(client: SandboxClient): DocumentCode {
  return client.duo === 'next' ? 'DCO01216' : 'DCO01016';
}

/** Why a file cannot be part of a stapled document, or undefined when it can. */
export function stapleObstacle(file: CheckedFile): DocumentCode | undefined {
  if (file.extension === 'xml') return 'DCO01248';
  if (file.extension !== 'pdf') return undefined;
  if (file.data.includes('/ByteRange') && file.data.includes('/Sig')) return 'DCO01246';
  if (file.data.includes('/Encrypt')) return 'DCO01247';
  if (/factur-x\.xml|zugferd-invoice\.xml|xrechnung\.xml/i.test(file.data.toString('latin1'))) return 'DCO01250';
  return file.data.includes('pdfaid:part') ? 'DCO01249' : undefined;
}

/**
 * The name as Belege online keeps it: everything outside the white-list becomes an underscore, one per character. Decomposed
 * umlauts are not on the list, so their accent turns into an underscore too.
 */
export function storedName(name: string): string {
  return name.replace(/[^ &()+\-._0-9A-Za-zÀ-ÖØ-öø-ÿ]/gu, '_');
}

// Split so that no scanner takes this source file for the test virus itself.
const EICAR = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('-'));

function isReadablePdf(data: Buffer): boolean {
  const tail = data.subarray(Math.max(0, data.length - 2048));
  return tail.includes('%%EOF') || tail.includes('startxref');
}

function contentFits(extension: string, data: Buffer): boolean {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, i) => data[i] === byte);
  switch (extension) {
    case 'pdf':
      return data.subarray(0, 1024).includes('%PDF-');
    case 'png':
      return starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
    case 'jpg':
    case 'jpeg':
      return starts(0xff, 0xd8, 0xff);
    case 'gif':
      return starts(0x47, 0x49, 0x46, 0x38);
    case 'tif':
    case 'tiff':
      return starts(0x49, 0x49, 0x2a, 0x00) || starts(0x4d, 0x4d, 0x00, 0x2a);
    case 'bmp':
      return starts(0x42, 0x4d);
    case 'docx':
    case 'xlsx':
    case 'odt':
      return starts(0x50, 0x4b);
    case 'doc':
    case 'xls':
      return starts(0xd0, 0xcf, 0x11, 0xe0);
    case 'rtf':
      return data.subarray(0, 5).includes('{\\rtf');
    case 'xml':
      return isXmlStart(data);
    default:
      return !data.subarray(0, 4096).includes(0);
  }
}

/** `<` after an optional byte order mark and white space; UTF-16 is allowed, as XML allows it. */
function isXmlStart(data: Buffer): boolean {
  const bigEndian = data[0] === 0xfe && data[1] === 0xff;
  const littleEndian = data[0] === 0xff && data[1] === 0xfe;
  const head = data.subarray(0, 512);
  const text = bigEndian
    ? Buffer.from(head.subarray(0, head.length - (head.length % 2)))
        .swap16()
        .toString('utf16le')
    : head.toString(littleEndian ? 'utf16le' : 'utf8');
  return /^\uFEFF?\s*</.test(text);
}
