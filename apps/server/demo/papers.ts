/** Vouchers of the demo, made anew each time: small, valid, and read like any real one. */
export type Paper = { name: string; bytes: Buffer; documentType: string | null };

export type Invoice = { number: string; date: string; seller: string; buyer: string; text: string; netCents: number };

/** With 19 % VAT, cents. */
export const grossOf = ({ netCents }: Invoice) => Math.round(netCents * 1.19);
const euros = (cents: number) => (cents / 100).toFixed(2);

/** A one-page PDF with the invoice as text. Offsets are counted, so that strict readers take it. */
export function pdfInvoice(invoice: Invoice): Buffer {
  const gross = grossOf(invoice);
  const lines = [
    [20, 780, invoice.seller],
    [11, 750, `Rechnung ${invoice.number}`],
    [11, 732, `Datum ${invoice.date.split('-').reverse().join('.')}`],
    [11, 700, `An: ${invoice.buyer}`],
    [11, 660, invoice.text],
    [11, 620, `Netto ${euros(invoice.netCents)} EUR`],
    [11, 604, `19 % Umsatzsteuer ${euros(gross - invoice.netCents)} EUR`],
    [13, 580, `Gesamt ${euros(gross)} EUR`],
  ] as const;
  const content = lines.map(([size, y, text]) => `BT /F1 ${size} Tf 60 ${y} Td (${pdfText(text)}) Tj ET`).join('\n');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>',
    `<< /Length ${Buffer.byteLength(content, 'latin1')} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = Buffer.byteLength(text, 'latin1');
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const start = Buffer.byteLength(text, 'latin1');
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

function pdfText(text: string): string {
  return text.replace(/[\\()]/g, (c) => `\\${c}`);
}

/** An XRechnung (UBL) with one line. */
export function xmlInvoice(invoice: Invoice): Buffer {
  const tax = Math.round(invoice.netCents * 0.19);
  const money = (cents: number) => `currencyID="EUR">${euros(cents)}`;
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0</cbc:CustomizationID>
  <cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>
  <cbc:ID>${xmlText(invoice.number)}</cbc:ID>
  <cbc:IssueDate>${invoice.date}</cbc:IssueDate>
  <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>${xmlText(invoice.seller)}</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>${xmlText(invoice.buyer)}</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingCustomerParty>
  <cac:TaxTotal><cbc:TaxAmount ${money(tax)}</cbc:TaxAmount></cac:TaxTotal>
  <cac:LegalMonetaryTotal><cbc:LineExtensionAmount ${money(invoice.netCents)}</cbc:LineExtensionAmount><cbc:TaxExclusiveAmount ${money(invoice.netCents)}</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount ${money(invoice.netCents + tax)}</cbc:TaxInclusiveAmount><cbc:PayableAmount ${money(invoice.netCents + tax)}</cbc:PayableAmount></cac:LegalMonetaryTotal>
  <cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity><cbc:LineExtensionAmount ${money(invoice.netCents)}</cbc:LineExtensionAmount><cac:Item><cbc:Name>${xmlText(invoice.text)}</cbc:Name></cac:Item><cac:Price><cbc:PriceAmount ${money(invoice.netCents)}</cbc:PriceAmount></cac:Price></cac:InvoiceLine>
</Invoice>
`,
    'utf8',
  );
}

function xmlText(text: string): string {
  return text.replace(/[&<>]/g, (c) => (c === '&' ? '&amp;' : c === '<' ? '&lt;' : '&gt;'));
}

export const sellers = [
  'Mühle Kerner GmbH',
  'Stadtwerke Neustadt',
  'Bürobedarf Falk',
  'Telekontor AG',
  'Spedition Ost',
  'Werkzeug Maier',
  'Reinigung Sauber & Co.',
  'Versicherungsdienst Süd',
];
const things = [
  'Mehl Type 550, 40 Sack',
  'Strom, Abschlag',
  'Druckerpapier und Toner',
  'Festnetz und Internet',
  'Transport, 3 Paletten',
  'Bohrer und Sägeblätter',
  'Unterhaltsreinigung',
  'Betriebshaftpflicht',
];

/** What the n-th voucher of a Mandant says; always the same for the same number. */
export function invoiceOf(buyer: string, index: number, date: string): Invoice {
  return {
    number: `${date.slice(0, 4)}-${String(1000 + index * 37)}`,
    date,
    seller: sellers[index % sellers.length] ?? 'Lieferant',
    buyer,
    text: things[index % things.length] ?? 'Lieferung',
    netCents: 1_990 + ((index * 7_919) % 180_000),
  };
}

/** The n-th voucher of a Mandant: every third an XRechnung, the rest PDF. */
export function paperOf(buyer: string, index: number, date: string): Paper {
  const invoice = invoiceOf(buyer, index, date);
  const stem = `${invoice.seller.replace(/[^A-Za-zÄÖÜäöüß]+/g, '_')}_${invoice.number}`;
  return index % 3 === 1
    ? { name: `${stem}.xml`, bytes: xmlInvoice(invoice), documentType: 'Rechnungseingang' }
    : { name: `${stem}.pdf`, bytes: pdfInvoice(invoice), documentType: 'Rechnungseingang' };
}
