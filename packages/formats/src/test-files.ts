// Small files for the tests, written anew. No real vouchers.
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

export type Texts = {
  readonly number?: string;
  readonly date?: string;
  readonly gross?: string;
  readonly currency?: string;
  readonly seller?: string;
  readonly buyer?: string;
  readonly typeCode?: string;
  readonly profile?: string;
};

const defaults = {
  number: 'RE-2026-0815',
  gross: '119.00',
  currency: 'EUR',
  seller: 'Gärtnerei Öztürk &amp; Söhne',
  buyer: 'Blumen Müller KG',
};

/** A UBL invoice or credit note with only what is read. */
export function ubl(texts: Texts = {}, root: 'Invoice' | 'CreditNote' = 'Invoice'): string {
  const t = { ...defaults, date: '2026-03-04', typeCode: root === 'Invoice' ? '380' : '381', ...texts };
  const party = (role: string, name: string) =>
    `<cac:${role}><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>${name}</cbc:RegistrationName>` +
    `</cac:PartyLegalEntity></cac:Party></cac:${role}>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<!-- made for a test -->\n` +
    `<ubl:${root} xmlns:ubl="urn:oasis:names:specification:ubl:schema:xsd:${root}-2"\n` +
    `  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"\n` +
    `  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">` +
    `<cbc:CustomizationID>${t.profile ?? 'urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0'}</cbc:CustomizationID>` +
    `<cbc:ID>${t.number}</cbc:ID><cbc:IssueDate>${t.date}</cbc:IssueDate>` +
    `<cbc:${root}TypeCode>${t.typeCode}</cbc:${root}TypeCode>` +
    `<cbc:DocumentCurrencyCode>${t.currency}</cbc:DocumentCurrencyCode>` +
    `<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>not the number</cbc:ID>` +
    `</cac:InvoiceDocumentReference></cac:BillingReference>` +
    party('AccountingSupplierParty', t.seller) +
    party('AccountingCustomerParty', t.buyer) +
    `<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="EUR">100.00</cbc:TaxExclusiveAmount>` +
    `<cbc:TaxInclusiveAmount currencyID="EUR">${t.gross}</cbc:TaxInclusiveAmount>` +
    `<cbc:PayableAmount currencyID="EUR">1.00</cbc:PayableAmount></cac:LegalMonetaryTotal></ubl:${root}>`
  );
}

/** A CII invoice (XRechnung, ZUGFeRD 2, Factur-X) with only what is read. */
export function cii(texts: Texts = {}): string {
  const t = { ...defaults, date: '20260304', typeCode: '380', profile: 'urn:cen.eu:en16931:2017', ...texts };
  return (
    `<?xml version='1.0'?><rsm:CrossIndustryInvoice` +
    ` xmlns:rsm='urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100'` +
    ` xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"` +
    ` xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"><rsm:ExchangedDocumentContext>` +
    `<ram:BusinessProcessSpecifiedDocumentContextParameter><ram:ID>process</ram:ID>` +
    `</ram:BusinessProcessSpecifiedDocumentContextParameter><ram:GuidelineSpecifiedDocumentContextParameter>` +
    `<ram:ID>${t.profile}</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>` +
    `<rsm:ExchangedDocument><ram:ID>${t.number}</ram:ID><ram:TypeCode>${t.typeCode}</ram:TypeCode>` +
    `<ram:IssueDateTime><udt:DateTimeString format="102">${t.date}</udt:DateTimeString></ram:IssueDateTime>` +
    `</rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction><ram:ApplicableHeaderTradeAgreement>` +
    `<ram:SellerTradeParty><ram:Name>${t.seller}</ram:Name></ram:SellerTradeParty>` +
    `<ram:BuyerTradeParty><ram:Name>${t.buyer}</ram:Name></ram:BuyerTradeParty></ram:ApplicableHeaderTradeAgreement>` +
    `<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>${t.currency}</ram:InvoiceCurrencyCode>` +
    `<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount>` +
    `<ram:GrandTotalAmount>${t.gross}</ram:GrandTotalAmount><ram:DuePayableAmount>1.00</ram:DuePayableAmount>` +
    `</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>` +
    `</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>`
  );
}

/** A ZUGFeRD 1 invoice with only what is read. */
export function zugferd1(): string {
  return (
    `<rsm:CrossIndustryDocument xmlns:rsm="urn:ferd:CrossIndustryDocument:invoice:1p0" xmlns:ram="r" xmlns:udt="u">` +
    `<rsm:SpecifiedExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>` +
    `<ram:ID>urn:ferd:CrossIndustryDocument:invoice:1p0:comfort</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter>` +
    `</rsm:SpecifiedExchangedDocumentContext><rsm:HeaderExchangedDocument><ram:ID>RE-1</ram:ID>` +
    `<ram:TypeCode>380</ram:TypeCode><ram:IssueDateTime><udt:DateTimeString format="102">20160301</udt:DateTimeString>` +
    `</ram:IssueDateTime></rsm:HeaderExchangedDocument><rsm:SpecifiedSupplyChainTradeTransaction>` +
    `<ram:ApplicableSupplyChainTradeAgreement><ram:SellerTradeParty><ram:Name>Alt GmbH</ram:Name></ram:SellerTradeParty>` +
    `<ram:BuyerTradeParty><ram:Name>Neu GmbH</ram:Name></ram:BuyerTradeParty></ram:ApplicableSupplyChainTradeAgreement>` +
    `<ram:ApplicableSupplyChainTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>` +
    `<ram:SpecifiedTradeSettlementMonetarySummation><ram:GrandTotalAmount currencyID="EUR">23.80</ram:GrandTotalAmount>` +
    `</ram:SpecifiedTradeSettlementMonetarySummation></ram:ApplicableSupplyChainTradeSettlement>` +
    `</rsm:SpecifiedSupplyChainTradeTransaction></rsm:CrossIndustryDocument>`
  );
}

export type PdfParts = {
  readonly pages?: number;
  readonly files?: readonly {
    readonly name: string;
    readonly content: Uint8Array | string;
    readonly packed?: boolean;
  }[];
  /** Encrypts with the old 40-bit handler; with '' anyone can open it. */
  readonly userPassword?: string;
};

/** A PDF with empty pages and attachments, byte for byte after ISO 32000-1. */
export function pdf(parts: PdfParts = {}): Uint8Array {
  const pages = parts.pages ?? 1;
  const files = parts.files ?? [];
  const cipher = parts.userPassword === undefined ? null : encryption(parts.userPassword);
  const firstFile = 3 + pages;
  const kids = Array.from({ length: pages }, (_, i) => `${3 + i} 0 R`).join(' ');
  const names = files.map((_, i) => `${string(`f${i}`, 1, cipher)} ${firstFile + 2 * i} 0 R`).join(' ');
  const objects: Buffer[] = [
    Buffer.from(`<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [${names}] >> >> >>`, 'latin1'),
    Buffer.from(`<< /Type /Pages /Count ${pages} /Kids [${kids}] >>`),
  ];
  for (let i = 0; i < pages; i++) objects.push(Buffer.from('<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>'));
  files.forEach(({ name, content, packed }, i) => {
    const spec = firstFile + 2 * i;
    const file = string(name, spec, cipher);
    objects.push(Buffer.from(`<< /Type /Filespec /F ${file} /UF ${file} /EF << /F ${spec + 1} 0 R >> >>`, 'latin1'));
    const plain = typeof content === 'string' ? Buffer.from(content) : content;
    const packedData = packed ? deflateSync(plain) : plain;
    const data = cipher ? cipher.encrypt(packedData, spec + 1) : packedData;
    const filter = packed ? '/Filter /FlateDecode ' : '';
    const head = `<< /Type /EmbeddedFile /Subtype /text#2Fxml ${filter}/Length ${data.length} >>\nstream\n`;
    objects.push(Buffer.concat([Buffer.from(head), data, Buffer.from('\nendstream')]));
  });
  return assemble(objects, cipher?.dictionary ?? null);
}

function assemble(objects: readonly Buffer[], encrypt: string | null): Uint8Array {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const offsets: number[] = [];
  let length = 9;
  const all = encrypt === null ? objects : [...objects, Buffer.from(encrypt, 'latin1')];
  all.forEach((object, i) => {
    const whole = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    offsets.push(length);
    length += whole.length;
    parts.push(whole);
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const encryptEntry = encrypt === null ? '' : `/Encrypt ${all.length} 0 R `;
  parts.push(
    Buffer.from(
      `xref\n0 ${all.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${all.length + 1} /Root 1 0 R ` +
        `${encryptEntry}/ID [<${fileId.toString('hex')}> <${fileId.toString('hex')}>] >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

type Cipher = { readonly dictionary: string; readonly encrypt: (data: Uint8Array, object: number) => Buffer };

const fileId = Buffer.alloc(16, 7);
const padding = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');
const md5 = (...parts: readonly Uint8Array[]) => createHash('md5').update(Buffer.concat(parts)).digest();

/** ISO 32000-1, 7.6.3: standard security handler, revision 2. */
function encryption(userPassword: string): Cipher {
  const padded = Buffer.concat([Buffer.from(userPassword, 'latin1'), padding]).subarray(0, 32);
  const owner = rc4(md5(Buffer.concat([Buffer.from('owner'), padding]).subarray(0, 32)).subarray(0, 5), padded);
  const permissions = Buffer.from([0xc0, 0xff, 0xff, 0xff]);
  const key = md5(padded, owner, permissions, fileId).subarray(0, 5);
  const user = rc4(key, padding);
  return {
    dictionary: `<< /Filter /Standard /V 1 /R 2 /P -64 /O <${owner.toString('hex')}> /U <${user.toString('hex')}> >>`,
    encrypt: (data, object) => rc4(md5(key, Buffer.from([object & 255, object >> 8, 0, 0, 0])).subarray(0, 10), data),
  };
}

function string(text: string, object: number, cipher: Cipher | null): string {
  const bytes = Buffer.from(text, 'latin1');
  return `<${(cipher ? cipher.encrypt(bytes, object) : bytes).toString('hex')}>`;
}

function rc4(key: Uint8Array, data: Uint8Array): Buffer {
  const state = Array.from({ length: 256 }, (_, i) => i);
  const swap = (a: number, b: number) => {
    [state[a], state[b]] = [state[b] ?? 0, state[a] ?? 0];
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + (state[i] ?? 0) + (key[i % key.length] ?? 0)) & 255;
    swap(i, j);
  }
  let i = 0;
  let j = 0;
  return Buffer.from(data).map((byte) => {
    i = (i + 1) & 255;
    j = (j + (state[i] ?? 0)) & 255;
    swap(i, j);
    return byte ^ (state[((state[i] ?? 0) + (state[j] ?? 0)) & 255] ?? 0);
  }) as Buffer; // map() of a Buffer gives a Buffer; its type says Uint8Array.
}
