export type { PdfLimits } from './pdf-reader.ts';
export {
  inspectPdf,
  inspectVoucher,
  type PdfInspection,
  readVoucherFields,
  type VoucherInspection,
} from './read-voucher.ts';
export { sniffXml, type XmlKind, type XmlSniff } from './sniff-xml.ts';
export type {
  FieldWarning,
  InvoiceProfile,
  InvoiceRead,
  InvoiceSyntax,
  NoInvoiceReason,
  VoucherFields,
  VoucherRead,
} from './voucher-fields.ts';
