import { defaultPdfLimits, type OpenedPdf, openPdf, type PdfFile, type PdfLimits } from './pdf-reader.ts';
import { readInvoice } from './read-invoice.ts';
import { sniffXml } from './sniff-xml.ts';
import type { VoucherRead } from './voucher-fields.ts';

/** What a PDF shows from outside. */
export type PdfInspection = {
  /** Number of pages; null where the file could not be opened. */
  readonly pages: number | null;
  /** Encrypted; with `pages` it can be read without a password all the same (only rights are locked). */
  readonly encrypted: boolean;
  /** Not a PDF, or damaged beyond what a reader repairs. */
  readonly broken: boolean;
  /** The mark at the end of every PDF is missing: cut off. Readers may repair it, but what was behind the cut is lost. */
  readonly truncated: boolean;
  /** Holds an e-invoice (ZUGFeRD, Factur-X, or another XML invoice as attachment). */
  readonly eInvoice: boolean;
  /** Not fully looked at: took more time or memory than any honest file. */
  readonly gaveUp: boolean;
};

/** Both answers from opening the file once. `pdf` is null for other files. */
export type VoucherInspection = { readonly pdf: PdfInspection | null; readonly read: VoucherRead };

/** Attachment names of the standards, the newest first: Factur-X and ZUGFeRD 2.1+, XRechnung, ZUGFeRD 2.0, ZUGFeRD 1. */
const standardNames: readonly string[] = ['factur-x.xml', 'xrechnung.xml', 'zugferd-invoice.xml'];

/**
 * Looks at a voucher: for a PDF its pages and state, for XML and PDF the fields of the e-invoice in it. Never throws,
 * whatever the bytes are; time and memory are bounded (XML about 2 s, PDF `limits`). XML is parsed on the calling
 * thread, PDFs are opened in a thread of their own, one at a time.
 *
 * @param mediaType as found by content, such as `application/pdf` or `text/xml`
 */
export async function inspectVoucher(
  bytes: Uint8Array,
  mediaType: string,
  limits: PdfLimits = defaultPdfLimits,
): Promise<VoucherInspection> {
  const type = mediaType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/xml' || type === 'text/xml' || type.endsWith('+xml')) {
    return { pdf: null, read: readInvoice(bytes, 'xml') };
  }
  if (type !== 'application/pdf') return { pdf: null, read: { none: 'unsupported_type' } };
  const opened = await openPdf(bytes, limits);
  const invoices = opened.kind === 'open' ? invoiceFiles(opened.files) : [];
  return { pdf: inspectionOf(bytes, opened, invoices.length > 0), read: readOpened(opened, invoices) };
}

/** The fields of the e-invoice in an XML or PDF file. See `inspectVoucher`. */
export async function readVoucherFields(bytes: Uint8Array, mediaType: string): Promise<VoucherRead> {
  return (await inspectVoucher(bytes, mediaType)).read;
}

/** Pages and state of a PDF. See `inspectVoucher`. */
export async function inspectPdf(bytes: Uint8Array, limits: PdfLimits = defaultPdfLimits): Promise<PdfInspection> {
  const opened = await openPdf(bytes, limits);
  return inspectionOf(bytes, opened, opened.kind === 'open' && invoiceFiles(opened.files).length > 0);
}

function inspectionOf(bytes: Uint8Array, opened: OpenedPdf, eInvoice: boolean): PdfInspection {
  const { kind } = opened;
  const truncated = !hasEndMark(bytes);
  if (kind === 'open') {
    const { pages, encrypted } = opened;
    return { pages, encrypted, broken: false, truncated, eInvoice, gaveUp: false };
  }
  return {
    pages: null,
    encrypted: kind === 'encrypted',
    broken: kind === 'broken',
    truncated,
    eInvoice,
    gaveUp: kind === 'gave_up',
  };
}

/** `%%EOF` near the end (ISO 32000-1, 7.5.5); some writers and mail programs put blanks or more behind it. */
function hasEndMark(bytes: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(-4096)).includes('%%EOF');
}

function readOpened(opened: OpenedPdf, invoices: readonly PdfFile[]): VoucherRead {
  if (opened.kind === 'gave_up') return { none: 'too_complex' };
  if (opened.kind !== 'open') return { none: opened.kind };
  const [first] = invoices;
  if (!first) return { none: 'no_invoice' };
  const read = readInvoice(first.bytes, 'pdf');
  if ('none' in read || invoices.length === 1) return read;
  return { ...read, warnings: [...read.warnings, 'several_invoices'] };
}

/** The attachments that are e-invoices by their content, those with a standard name first. */
function invoiceFiles(files: readonly PdfFile[]): readonly PdfFile[] {
  const rank = (file: PdfFile) => {
    const at = standardNames.indexOf(file.name.toLowerCase());
    return at === -1 ? standardNames.length : at;
  };
  return files
    .filter((file) => !['other-xml', 'not-xml'].includes(sniffXml(file.bytes).kind))
    .sort((one, other) => rank(one) - rank(other));
}
