/** What an e-invoice says about itself. A field that is missing or unusable is null, and a warning says so. */
export type VoucherFields = {
  /** BT-1, as written. */
  readonly number: string | null;
  /** BT-2 as `YYYY-MM-DD`. */
  readonly date: string | null;
  /**
   * BT-112, total with VAT, in hundredths of the currency. Signed from the seller's view of the claim: an invoice's as
   * written, a credit note's negated, so that sums over vouchers come out right.
   */
  readonly grossCents: number | null;
  /** BT-5, ISO 4217. */
  readonly currency: string | null;
  /** BT-27, else the trading name BT-28. */
  readonly seller: string | null;
  /** BT-44, else the trading name BT-45. */
  readonly buyer: string | null;
  readonly kind: 'invoice' | 'creditNote';
  /** Written by the buyer for the seller (German "Gutschrift" in the sense of § 14 UStG, which is not a credit note). */
  readonly selfBilled: boolean;
  /** BT-3, UNTDID 1001. */
  readonly typeCode: string | null;
};

export type InvoiceSyntax = 'ubl-invoice' | 'ubl-credit-note' | 'cii' | 'zugferd-1';

/** BT-24: which rules the invoice says it follows. `version` where the identifier names one. */
export type InvoiceProfile = {
  readonly id: string | null;
  readonly name: 'xrechnung' | 'peppol' | 'en16931' | 'basic' | 'extended' | 'basic-wl' | 'minimum' | 'other';
  readonly version: string | null;
};

export type FieldWarning =
  | 'number_missing'
  | 'date_missing'
  | 'date_invalid'
  | 'gross_missing'
  | 'gross_invalid'
  | 'currency_missing'
  /** Bytes that are no text in the encoding the file names; some letters are lost. */
  | 'encoding_damaged'
  /** MINIMUM and BASIC WL carry booking data but are no invoices. */
  | 'booking_aid_only'
  /** A credit note with a negative total: it may be meant as a claim or as a refund. */
  | 'negative_credit_note'
  /** The PDF holds more than one e-invoice; the first by name is read. */
  | 'several_invoices';

export type InvoiceRead = {
  readonly fields: VoucherFields;
  readonly format: InvoiceSyntax;
  /** Whether the invoice was the file itself or inside a PDF (ZUGFeRD, Factur-X). */
  readonly container: 'xml' | 'pdf';
  readonly profile: InvoiceProfile;
  readonly warnings: readonly FieldWarning[];
};

export type NoInvoiceReason =
  /** Neither XML nor PDF by its media type. */
  | 'unsupported_type'
  /** Not an e-invoice: a PDF without one inside, or other XML. */
  | 'no_invoice'
  | 'broken'
  /** A PDF that asks for a password. */
  | 'encrypted'
  /** Larger or more deeply nested than any invoice; not read any further. */
  | 'too_complex'
  /** XML with a document type declaration (entities): never in an e-invoice, often an attack. */
  | 'unsafe';

export type VoucherRead = InvoiceRead | { readonly none: NoInvoiceReason };
