import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inspectPdf, inspectVoucher, readVoucherFields, sniffXml } from './index.ts';
import { cii, pdf, ubl, zugferd1 } from './test-files.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const readXml = (text: string) => readVoucherFields(bytes(text), 'text/xml');

const expected = {
  number: 'RE-2026-0815',
  date: '2026-03-04',
  grossCents: 11900,
  currency: 'EUR',
  seller: 'Gärtnerei Öztürk & Söhne',
  buyer: 'Blumen Müller KG',
  kind: 'invoice',
  selfBilled: false,
  typeCode: '380',
};

describe('XML', () => {
  test('a UBL invoice', async () => {
    expect(await readXml(ubl())).toEqual({
      fields: expected,
      format: 'ubl-invoice',
      container: 'xml',
      profile: {
        id: 'urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0',
        name: 'xrechnung',
        version: '3.0',
      },
      warnings: [],
    });
  });

  test('a UBL credit note counts against the seller', async () => {
    expect(await readXml(ubl({}, 'CreditNote'))).toMatchObject({
      fields: { ...expected, grossCents: -11900, kind: 'creditNote', typeCode: '381' },
      format: 'ubl-credit-note',
      warnings: [],
    });
  });

  test('a CII invoice', async () => {
    expect(await readXml(cii())).toEqual({
      fields: expected,
      format: 'cii',
      container: 'xml',
      profile: { id: 'urn:cen.eu:en16931:2017', name: 'en16931', version: '2017' },
      warnings: [],
    });
  });

  test('a CII credit note, a corrected invoice, a self-billed invoice', async () => {
    expect(await readXml(cii({ typeCode: '381' }))).toMatchObject({
      fields: { kind: 'creditNote', grossCents: -11900 },
    });
    expect(await readXml(cii({ typeCode: '384', gross: '-119.00' }))).toMatchObject({
      fields: { kind: 'invoice', grossCents: -11900 },
      warnings: [],
    });
    expect(await readXml(cii({ typeCode: '389' }))).toMatchObject({
      fields: { kind: 'invoice', selfBilled: true, grossCents: 11900 },
    });
  });

  test('a negative credit note is read as it stands, with a warning', async () => {
    expect(await readXml(ubl({ gross: '-5' }, 'CreditNote'))).toMatchObject({
      fields: { grossCents: 500 },
      warnings: ['negative_credit_note'],
    });
  });

  test('ZUGFeRD 1', async () => {
    expect(await readXml(zugferd1())).toMatchObject({
      fields: { number: 'RE-1', date: '2016-03-01', grossCents: 2380, seller: 'Alt GmbH', buyer: 'Neu GmbH' },
      format: 'zugferd-1',
      profile: { name: 'en16931', version: '1.0' },
    });
  });

  test.each([
    ['urn:factur-x.eu:1p0:minimum', 'minimum', '1.0', ['booking_aid_only']],
    ['urn:factur-x.eu:1p0:basicwl', 'basic-wl', '1.0', ['booking_aid_only']],
    ['urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic', 'basic', '1.0', []],
    ['urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended', 'extended', '1.0', []],
    ['urn:cen.eu:en16931:2017#compliant#urn:zugferd.de:2p0:basic', 'basic', '2.0', []],
    ['urn:cen.eu:en16931:2017#compliant#urn:xoev-de:kosit:standard:xrechnung_2.1', 'xrechnung', '2.1', []],
    ['urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0', 'peppol', '3.0', []],
    ['something', 'other', null, []],
  ])('profile %s', async (profile, name, version, warnings) => {
    expect(await readXml(cii({ profile }))).toMatchObject({ profile: { id: profile, name, version }, warnings });
  });

  test.each([
    [{ number: '' }, { number: null }, ['number_missing']],
    [{ date: '' }, { date: null }, ['date_missing']],
    [{ date: '2026-02-30' }, { date: null }, ['date_invalid']],
    [{ date: '04.03.2026' }, { date: null }, ['date_invalid']],
    [{ date: '2026-03-04+01:00' }, { date: '2026-03-04' }, []],
    [{ gross: '' }, { grossCents: null }, ['gross_missing']],
    [{ gross: '119,00' }, { grossCents: null }, ['gross_invalid']],
    [{ gross: '1e3' }, { grossCents: null }, ['gross_invalid']],
    [{ gross: '119.005' }, { grossCents: null }, ['gross_invalid']],
    [{ gross: '119.0000' }, { grossCents: 11900 }, []],
    [{ gross: '0.1' }, { grossCents: 10 }, []],
    [{ gross: '1234567890123.45' }, { grossCents: 123456789012345 }, []],
    [{ currency: 'Euro' }, { currency: null }, ['currency_missing']],
    [{ number: ' A&#49;&#x32;\n 3 ' }, { number: 'A12 3' }, []],
    [{ seller: '<![CDATA[A & B]]>' }, { seller: 'A & B' }, []],
    [{ buyer: '&amp;lt;' }, { buyer: '&lt;' }, []],
  ])('field %j', async (texts, fields, warnings) => {
    expect(await readXml(ubl(texts))).toMatchObject({ fields, warnings });
  });

  test('encodings: byte order marks, UTF-16, ISO 8859-1, damaged UTF-8', async () => {
    const utf16 = Buffer.from(`\ufeff${cii()}`, 'utf16le');
    expect(await readVoucherFields(utf16, 'application/xml')).toMatchObject({ fields: expected, warnings: [] });
    expect(await readVoucherFields(Buffer.from(utf16).swap16(), 'text/xml')).toMatchObject({ fields: expected });
    expect(await readXml(`\ufeff${ubl()}`)).toMatchObject({ fields: expected, warnings: [] });
    const latin = Buffer.from(ubl().replace('UTF-8', 'ISO-8859-1'), 'latin1');
    expect(await readVoucherFields(latin, 'text/xml; charset=utf-8')).toMatchObject({ fields: expected, warnings: [] });
    const damaged = Buffer.from(ubl(), 'latin1');
    expect(await readVoucherFields(damaged, 'text/xml')).toMatchObject({
      fields: { number: 'RE-2026-0815', grossCents: 11900 },
      warnings: ['encoding_damaged'],
    });
  });

  test('large files inside an invoice do not matter', async () => {
    const attached = ubl().replace(
      '<cac:BillingReference>',
      `<cac:A><cbc:EmbeddedDocumentBinaryObject>${'QUJD'.repeat(2_500_000)}=</cbc:EmbeddedDocumentBinaryObject></cac:A>$&`,
    );
    expect(await readXml(attached)).toMatchObject({ fields: expected, warnings: [] });
  });

  test.each([
    ['other XML', '<note>hi</note>', 'no_invoice'],
    ['an Invoice of another namespace', '<Invoice xmlns="urn:x"><ID>1</ID></Invoice>', 'no_invoice'],
    ['empty', '', 'broken'],
    ['text', 'Rechnung', 'broken'],
    ['NUL bytes', '\0\0\0\0', 'broken'],
    ['a truncated invoice', ubl().slice(0, 900), 'broken'],
    ['tags that do not close', ubl().replace('</cbc:ID>', ''), 'broken'],
    ['two roots', `${ubl()}${ubl().slice(39)}`, 'broken'],
    ['deep nesting', ubl().replace('<cbc:ID>', `${'<a>'.repeat(90_000)}${'</a>'.repeat(90_000)}$&`), 'too_complex'],
    ['too many elements', ubl().replace('<cbc:ID>', `${'<a/>'.repeat(400_001)}$&`), 'too_complex'],
    ['too many attributes', `<a ${'b="" '.repeat(100_001)}/>`, 'too_complex'],
    ['too much text', ubl().replace('<cbc:ID>', `${`<a>${'x'.repeat(4000)}</a>`.repeat(1300)}$&`), 'too_complex'],
    ['reserved names', ubl().replace('<cbc:ID>', '<__proto__><ID>1</ID></__proto__>$&'), 'too_complex'],
    ['unclosed comments', `<a>${'<!--'.repeat(100_000)}`, 'broken'],
    ['unclosed tags', `<a>${'<a '.repeat(100_000)}`, 'broken'],
    ['an external entity', `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${ubl().slice(39)}`, 'unsafe'],
    ['a DTD hidden further down', ubl().replace('<cbc:ID>', '<!DOCTYPE a [<!ENTITY x "y">]>$&'), 'unsafe'],
  ])('%s is told apart', async (_name, text, none) => {
    expect(await readXml(text)).toEqual({ none });
  });

  test('a billion laughs are not told', async () => {
    const entities = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
    const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">${entities}]>${ubl({ seller: '&l9;' }).slice(39)}`;
    expect(await readXml(bomb)).toEqual({ none: 'unsafe' });
  });

  test('100 MB are refused before they are decoded', async () => {
    expect(await readVoucherFields(new Uint8Array(100 * 1024 * 1024), 'text/xml')).toEqual({ none: 'too_complex' });
  });

  test('an entity that nobody declared stays as written', async () => {
    expect(await readXml(ubl({ seller: '&x;&#0;&#xD800;' }))).toMatchObject({ fields: { seller: '&x;&#0;&#xD800;' } });
  });

  test('a media type that is neither XML nor PDF', async () => {
    expect(await readVoucherFields(bytes(ubl()), 'image/png')).toEqual({ none: 'unsupported_type' });
  });

  test('property: nothing makes it throw', async () => {
    const invoice = ubl();
    const cut = fc.tuple(fc.nat(invoice.length), fc.nat(80), fc.string({ maxLength: 20 }));
    await fc.assert(
      fc.asyncProperty(cut, fc.uint8Array({ maxLength: 300 }), async ([at, length, put], noise) => {
        const spoiled = invoice.slice(0, at) + put + invoice.slice(at + length);
        expect(await readXml(spoiled)).toBeTypeOf('object');
        expect(await readVoucherFields(noise, 'text/xml')).toHaveProperty('none');
      }),
    );
  });
});

describe('the kind of XML', () => {
  test.each([
    ['ubl-invoice', ubl()],
    ['ubl-credit-note', ubl({}, 'CreditNote')],
    ['cii', cii()],
    ['zugferd-1', zugferd1()],
    ['ubl-invoice', '\ufeff \n<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'],
    ['other-xml', '<Invoice/>'],
    ['other-xml', '<?xml version="1.0"?><!DOCTYPE html><html></html>'],
    ['other-xml', '<!DOCTYPE html'],
    ['not-xml', '%PDF-1.7'],
    ['not-xml', '< a'],
    ['not-xml', ''],
    ['not-xml', '<!-- never closed'],
  ])('%s', (kind, text) => {
    expect(sniffXml(bytes(text)).kind).toBe(kind);
  });
});

describe('PDF', () => {
  const invoice = { name: 'factur-x.xml', content: cii(), packed: true };

  test('a hybrid invoice: fields, pages, state', async () => {
    const made = pdf({ pages: 3, files: [{ name: 'note.txt', content: 'hi' }, invoice] });
    expect(await inspectVoucher(made, 'application/pdf')).toMatchObject({
      pdf: { pages: 3, encrypted: false, broken: false, truncated: false, eInvoice: true, gaveUp: false },
      read: { fields: expected, format: 'cii', container: 'pdf', warnings: [] },
    });
  });

  test('a plain PDF, and one with other XML inside', async () => {
    const state = { pages: 1, encrypted: false, broken: false, truncated: false, eInvoice: false, gaveUp: false };
    for (const made of [pdf(), pdf({ files: [{ name: 'factur-x.xml', content: '<note/>' }] })]) {
      expect(await inspectVoucher(made, 'application/pdf')).toEqual({ pdf: state, read: { none: 'no_invoice' } });
    }
  });

  test('an attachment of another name, and the one with the standard name first', async () => {
    const other = { name: 'Rechnung.XML', content: ubl({ number: 'other' }) };
    expect(await readVoucherFields(pdf({ files: [other] }), 'application/pdf')).toMatchObject({
      fields: { number: 'other' },
      warnings: [],
    });
    expect(await readVoucherFields(pdf({ files: [other, invoice] }), 'application/pdf')).toMatchObject({
      fields: expected,
      warnings: ['several_invoices'],
    });
  });

  test('a broken invoice inside a good PDF', async () => {
    const made = pdf({ files: [{ name: 'factur-x.xml', content: cii().slice(0, -30) }] });
    expect(await inspectVoucher(made, 'application/pdf')).toMatchObject({
      pdf: { broken: false, truncated: false, eInvoice: true },
      read: { none: 'broken' },
    });
  });

  test('encrypted with a password: flagged, not read', async () => {
    const made = pdf({ files: [invoice], userPassword: 'geheim' });
    expect(await inspectVoucher(made, 'application/pdf')).toEqual({
      pdf: { pages: null, encrypted: true, broken: false, truncated: false, eInvoice: false, gaveUp: false },
      read: { none: 'encrypted' },
    });
  });

  test('encrypted without a password (only rights are locked): flagged and read', async () => {
    const made = pdf({ files: [invoice], userPassword: '' });
    expect(await inspectVoucher(made, 'application/pdf')).toMatchObject({
      pdf: { pages: 1, encrypted: true, eInvoice: true },
      read: { fields: expected },
    });
  });

  test.each([
    ['empty', new Uint8Array()],
    ['text', bytes('Rechnung')],
    ['only a header', bytes('%PDF-1.7\n')],
    ['a header and noise', bytes(`%PDF-1.7\n${'\0x'.repeat(1000)}%%EOF`)],
    ['cut off before the pages', pdf().slice(0, 60)],
  ])('%s: broken', async (_name, made) => {
    const state = { pages: null, encrypted: false, broken: true, eInvoice: false, gaveUp: false };
    expect(await inspectVoucher(made, 'application/pdf')).toMatchObject({ pdf: state, read: { none: 'broken' } });
  });

  test('cut off in the middle: a reader repairs it, but it is told', async () => {
    const whole = pdf({ pages: 2, files: [invoice] });
    const cut = whole.subarray(0, Buffer.from(whole).indexOf('startxref'));
    expect(await inspectPdf(cut)).toMatchObject({ pages: 2, broken: false, truncated: true });
    const trailed = Buffer.concat([whole, Buffer.alloc(1000, '\r\n')]);
    expect(await inspectPdf(trailed)).toMatchObject({ pages: 2, broken: false, truncated: false });
  });

  test('a packed bomb is given up, and the next file is read', async () => {
    const bomb = pdf({ files: [{ name: 'factur-x.xml', content: Buffer.alloc(300 * 1024 * 1024), packed: true }] });
    expect(bomb.length).toBeLessThan(1024 * 1024);
    const limits = { timeoutMs: 5_000, growthBytes: 100 * 1024 * 1024 };
    const [given, next] = await Promise.all([inspectVoucher(bomb, 'application/pdf', limits), inspectPdf(pdf())]);
    expect(given).toEqual({
      pdf: { pages: null, encrypted: false, broken: false, truncated: false, eInvoice: false, gaveUp: true },
      read: { none: 'too_complex' },
    });
    expect(next).toMatchObject({ pages: 1, broken: false, gaveUp: false });
  });

  test('property: a PDF spoiled anywhere makes nothing throw', async () => {
    const whole = pdf({ files: [invoice] });
    const spoiled = fc.tuple(fc.nat(whole.length - 1), fc.uint8Array({ minLength: 1, maxLength: 40 }));
    await fc.assert(
      fc.asyncProperty(spoiled, fc.nat(whole.length), async ([at, noise], end) => {
        const made = new Uint8Array(whole);
        made.set(noise.subarray(0, made.length - at), at);
        expect(await inspectVoucher(made, 'application/pdf')).toHaveProperty('read');
        expect(await inspectPdf(whole.subarray(0, end))).toHaveProperty('broken');
      }),
      { numRuns: 40 },
    );
  });
});
