import { profileOf } from './profile.ts';
import { sniffXmlText } from './sniff-xml.ts';
import { parseCents, parseCurrency, parseDate } from './values.ts';
import type { FieldWarning, InvoiceSyntax, VoucherFields, VoucherRead } from './voucher-fields.ts';
import { decodeXml } from './xml-text.ts';
import { nodeAt, parseXml, textAt, type XmlNode } from './xml-tree.ts';

/** The texts of an invoice as they stand in the file, whatever its syntax. */
type RawFields = {
  readonly profile: string | null;
  readonly number: string | null;
  readonly typeCode: string | null;
  readonly date: string | null;
  readonly currency: string | null;
  readonly gross: string | null;
  readonly seller: string | null;
  readonly buyer: string | null;
};

/** Larger than any limit of a target (DUO: 20 MB); above it not even decoded. */
const maxBytes = 50 * 1024 * 1024;

/** UNTDID 1001 codes that EN 16931 takes as credit notes. */
const creditNoteCodes: ReadonlySet<string> = new Set('81 83 261 262 296 308 381 396 420 458 532'.split(' '));
const selfBilledCodes: ReadonlySet<string> = new Set(['261', '389', '527']);

/** Reads an e-invoice from XML bytes. Never throws. */
export function readInvoice(bytes: Uint8Array, container: 'xml' | 'pdf'): VoucherRead {
  if (bytes.length > maxBytes) return { none: 'too_complex' };
  const { text, damaged } = decodeXml(bytes);
  const { kind, hasDoctype } = sniffXmlText(text);
  if (hasDoctype) return { none: 'unsafe' };
  if (kind === 'not-xml') return { none: 'broken' };
  // Other XML is parsed too: "broken" and "not an invoice" are different news to a person.
  const tree = parseXml(text);
  if ('refused' in tree) return { none: tree.refused };
  if (kind === 'other-xml') return { none: 'no_invoice' };
  const raw = rawFields(kind, tree.root);
  if (!raw) return { none: 'no_invoice' };
  const profile = profileOf(raw.profile);
  const { fields, warnings } = interpret(raw, kind);
  if (damaged) warnings.push('encoding_damaged');
  if (profile.name === 'minimum' || profile.name === 'basic-wl') warnings.push('booking_aid_only');
  return { fields, format: kind, container, profile, warnings };
}

function rawFields(kind: InvoiceSyntax, root: XmlNode): RawFields | null {
  switch (kind) {
    case 'ubl-invoice':
      return fromUbl(nodeAt(root, 'Invoice'), 'InvoiceTypeCode');
    case 'ubl-credit-note':
      return fromUbl(nodeAt(root, 'CreditNote'), 'CreditNoteTypeCode');
    case 'cii':
      return fromCii(nodeAt(root, 'CrossIndustryInvoice'), ciiNames);
    case 'zugferd-1':
      return fromCii(nodeAt(root, 'CrossIndustryDocument'), zugferd1Names);
  }
}

function fromUbl(invoice: XmlNode | null, typeCode: string): RawFields | null {
  if (!invoice) return null;
  const party = (role: string) =>
    textAt(invoice, role, 'Party', 'PartyLegalEntity', 'RegistrationName') ??
    textAt(invoice, role, 'Party', 'PartyName', 'Name');
  return {
    profile: textAt(invoice, 'CustomizationID'),
    number: textAt(invoice, 'ID'),
    typeCode: textAt(invoice, typeCode),
    date: textAt(invoice, 'IssueDate'),
    currency: textAt(invoice, 'DocumentCurrencyCode'),
    gross: textAt(invoice, 'LegalMonetaryTotal', 'TaxInclusiveAmount'),
    seller: party('AccountingSupplierParty'),
    buyer: party('AccountingCustomerParty'),
  };
}

const ciiNames = {
  context: 'ExchangedDocumentContext',
  document: 'ExchangedDocument',
  transaction: 'SupplyChainTradeTransaction',
  agreement: 'ApplicableHeaderTradeAgreement',
  settlement: 'ApplicableHeaderTradeSettlement',
  summation: 'SpecifiedTradeSettlementHeaderMonetarySummation',
};

const zugferd1Names: typeof ciiNames = {
  context: 'SpecifiedExchangedDocumentContext',
  document: 'HeaderExchangedDocument',
  transaction: 'SpecifiedSupplyChainTradeTransaction',
  agreement: 'ApplicableSupplyChainTradeAgreement',
  settlement: 'ApplicableSupplyChainTradeSettlement',
  summation: 'SpecifiedTradeSettlementMonetarySummation',
};

function fromCii(invoice: XmlNode | null, names: typeof ciiNames): RawFields | null {
  if (!invoice) return null;
  const agreement = nodeAt(invoice, names.transaction, names.agreement);
  const settlement = nodeAt(invoice, names.transaction, names.settlement);
  const party = (role: string) =>
    textAt(agreement, role, 'Name') ?? textAt(agreement, role, 'SpecifiedLegalOrganization', 'TradingBusinessName');
  return {
    profile: textAt(invoice, names.context, 'GuidelineSpecifiedDocumentContextParameter', 'ID'),
    number: textAt(invoice, names.document, 'ID'),
    typeCode: textAt(invoice, names.document, 'TypeCode'),
    date: textAt(invoice, names.document, 'IssueDateTime', 'DateTimeString'),
    currency: textAt(settlement, 'InvoiceCurrencyCode'),
    gross: textAt(settlement, names.summation, 'GrandTotalAmount'),
    seller: party('SellerTradeParty'),
    buyer: party('BuyerTradeParty'),
  };
}

function interpret(raw: RawFields, syntax: InvoiceSyntax): { fields: VoucherFields; warnings: FieldWarning[] } {
  const warnings: FieldWarning[] = [];
  const isCreditNote = syntax === 'ubl-credit-note' || creditNoteCodes.has(raw.typeCode ?? '');
  const date = raw.date === null ? null : parseDate(raw.date);
  const total = raw.gross === null ? null : parseCents(raw.gross);
  const currency = parseCurrency(raw.currency);
  if (raw.number === null) warnings.push('number_missing');
  if (raw.date === null) warnings.push('date_missing');
  else if (date === null) warnings.push('date_invalid');
  if (raw.gross === null) warnings.push('gross_missing');
  else if (total === null) warnings.push('gross_invalid');
  if (currency === null) warnings.push('currency_missing');
  if (isCreditNote && total !== null && total < 0) warnings.push('negative_credit_note');
  const fields: VoucherFields = {
    number: raw.number,
    date,
    // 0 - total, so that a zero does not become -0.
    grossCents: total !== null && isCreditNote ? 0 - total : total,
    currency,
    seller: raw.seller,
    buyer: raw.buyer,
    kind: isCreditNote ? 'creditNote' : 'invoice',
    selfBilled: selfBilledCodes.has(raw.typeCode ?? ''),
    typeCode: raw.typeCode,
  };
  return { fields, warnings };
}
