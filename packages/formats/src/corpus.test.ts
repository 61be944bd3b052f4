// Real e-invoices from beside the repository, where they are there. The expected values were read from the files by hand.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { inspectVoucher } from './index.ts';

const folder = fileURLToPath(new URL('../../../../shared/vouchers/', import.meta.url));
const there = existsSync(folder);
if (!there) console.log(`SKIPPED: real e-invoices, because ${folder} is not there`);

const lieferant = ['Lieferant GmbH', 'Kunden AG Mitte'];
const kosit = ['[Seller name]', '[Buyer name]'];

/** File, number, date, gross in cents, seller and buyer, profile, and what else is special. */
const expected: readonly (readonly [string, string, string, number, readonly string[], string, object])[] = [
  ['EN16931_Einfach.cii.xml', '471102', '2018-03-05', 52987, lieferant, 'en16931', {}],
  ['EN16931_Einfach.ubl.xml', '471102', '2018-03-05', 52987, lieferant, 'peppol', {}],
  ['EN16931_Gutschrift.cii.xml', '471102', '2018-03-05', 52987, lieferant, 'en16931', { selfBilled: true }],
  ['EN16931_Gutschrift.ubl.xml', '471102', '2018-03-05', 52987, lieferant, 'peppol', { selfBilled: true }],
  ['xrechnung-01.01a-INVOICE_ubl.xml', '123456XX', '2016-04-04', 33690, kosit, 'xrechnung', {}],
  ['xrechnung-01.01a-INVOICE_uncefact.xml', '123456XX', '2016-04-04', 33690, kosit, 'xrechnung', {}],
  ['xrechnung-01.05a-INVOICE_ubl.xml', 'PRG1502112', '2015-04-24', 1055530, kosit, 'xrechnung', {}],
  ['xrechnung-01.15a-INVOICE_uncefact.xml', '0000123456', '2017-12-11', 1068620, kosit, 'xrechnung', {}],
  [
    'zugferd-EN16931_Betriebskostenabrechnung.pdf',
    '471102',
    '2018-03-05',
    1831063,
    ['Grundbesitz GmbH & Co.', 'Beispielmieter GmbH'],
    'en16931',
    {},
  ],
  ['zugferd-EN16931_Einfach.pdf', '471102', '2018-03-05', 52987, lieferant, 'en16931', {}],
  ['zugferd-EN16931_Gutschrift.pdf', '471102', '2018-03-05', 52987, lieferant, 'en16931', { selfBilled: true }],
  [
    'zugferd-EN16931_Miete.pdf',
    '9314110911/00/M/00/N',
    '2018-10-01',
    34096,
    ['MUSTER-Autovermietung', 'MUSTER-KUNDE GMBH'],
    'en16931',
    { typeCode: '387' },
  ],
  ['zugferd-EN16931_Rabatte.pdf', '471102', '2018-06-05', 21507, lieferant, 'en16931', {}],
  ['zugferd-EN16931_Reisekostenabrechnung.pdf', '280081', '2018-07-13', 23048, lieferant, 'en16931', {}],
];

test.skipIf(!there)('the table names every file there is', async () => {
  const files = (await readdir(folder)).filter((name) => /\.(xml|pdf)$/.test(name));
  expect(expected.map(([name]) => name).sort()).toEqual(files.sort());
});

test.skipIf(!there).each(expected)('%s', async (name, number, date, grossCents, [seller, buyer], profile, more) => {
  const isPdf = name.endsWith('.pdf');
  const { pdf, read } = await inspectVoucher(await readFile(folder + name), isPdf ? 'application/pdf' : 'text/xml');
  const fields = { number, date, grossCents, currency: 'EUR', seller, buyer, kind: 'invoice', selfBilled: false };
  expect(read).toMatchObject({ fields: { ...fields, ...more }, profile: { name: profile }, warnings: [] });
  expect(pdf).toEqual(
    isPdf
      ? { pages: expect.any(Number), encrypted: false, broken: false, truncated: false, eInvoice: true, gaveUp: false }
      : null,
  );
});
