/** Status of a voucher as people see it; derived from its newest delivery, stored for filtering. */
export const voucherStatuses = ['received', 'waiting', 'delivered', 'question', 'error'] as const;
export type VoucherStatus = (typeof voucherStatuses)[number];

/** Media types Brücke stores as vouchers, decided by content, never by name. */
export const acceptedMediaTypes = [
  'application/pdf',
  'image/jpeg',
  'image/png',
  'image/tiff',
  'image/gif',
  'application/xml',
] as const;
export type AcceptedMediaType = (typeof acceptedMediaTypes)[number];

/** File extension by content, used for the name sent to DATEV. */
export const extensionByMediaType: Record<AcceptedMediaType, string> = {
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/tiff': 'tif',
  'image/gif': 'gif',
  'application/xml': 'xml',
};

/** Facts read from an e-invoice or entered by hand beside the viewer. */
export type VoucherFields = {
  number?: string;
  /** ISO date, YYYY-MM-DD. */
  date?: string;
  /** Cents, signed: a credit note is negative. */
  grossCents?: number;
  /** ISO 4217, three capitals. */
  currency?: string;
  /** The other side: seller on incoming, buyer on outgoing vouchers. */
  partner?: string;
};

/** Remarks found at hand-in. A remark never refuses the storing. */
export const voucherRemarks = [
  'encryptedPdf',
  'brokenPdf',
  'eInvoice',
  'aboveForwardingLimit',
  'aboveSizeAdvice',
  'duplicateBytes',
] as const;
export type VoucherRemark = (typeof voucherRemarks)[number];

/** Belegtypen to choose from while no Bestand of DUO says which ones the Mandant has; named as DUO names them at the start. */
export const defaultDocumentTypes = [
  { name: 'Rechnungseingang', category: 'invoices_received', debitCredit: 'debit' },
  { name: 'Rechnungsausgang', category: 'outgoing_invoices', debitCredit: 'credit' },
  { name: 'Kasse', category: 'other_documents', debitCredit: null },
  { name: 'Sonstige', category: 'other_documents', debitCredit: null },
] as const;
