import { inflateRawSync } from 'node:zlib';
import type { Id } from '@bruecke/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '../../../context.ts';
import { createTestDatabase, type TestDatabase } from '../../../db/testDatabase.ts';
import { testFirms } from '../../../testFirms.ts';
import { createTestServices, ctxOf, type TestServices } from '../../../testServices.ts';
import { layLedger } from '../testLedger.ts';
import { csvCell } from './csv.ts';
import { exportAccount, exportBwa, exportJournal, exportOpenItems, exportSums } from './exportFigures.ts';
import { writePdf } from './pdf.ts';
import { type Column, type ExportTable, limited, shownCell } from './table.ts';

let db: TestDatabase;
let services: TestServices;
let mandantId: Id;
let ctx: Ctx;
beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db);
  const make = testFirms(db, services);
  const ledger = await layLedger(db, services, make, {
    mandant: await (async () => {
      const firm = await make.firm('Kanzlei Nord');
      return make.mandant('Müller & Söhne GmbH', { firmId: firm.id });
    })(),
  });
  const { books } = ledger;
  mandantId = ledger.mandantId;
  const year = books.addYear('2026-01-01', '2026-12-31');
  books.book(year, {
    date: '2026-01-05',
    account: 100_010_000,
    contra: 84_000_000,
    cents: 1_234_56,
    text: '=HYPERLINK("böse");x',
    field1: 'RE-1',
  });
  books.book(year, { date: '2026-02-05', account: 49_300_000, contra: 12_000_000, cents: 5, text: 'Łódź' });
  await ledger.run();
  ctx = ctxOf(services, await make.member(mandantId, 'Clara Eigen'));
});
afterAll(() => db.close());

const at = () => ({ mandantId, yearNo: 1 });

describe('CSV', () => {
  it('opens in German spreadsheets, and runs nothing there', async () => {
    const file = await exportJournal(ctx, { ...at(), format: 'csv', columns: 'date,number,text,debit,credit' });
    const text = file.bytes.toString('utf8');
    expect(text.split('\r\n')).toEqual([
      '\ufeffDatum;Konto;Buchungstext;Soll;Haben',
      `05.01.2026;10001;"'=HYPERLINK(""böse"");x";1234,56;`,
      `05.01.2026;8400;"'=HYPERLINK(""böse"");x";;1234,56`,
      '05.02.2026;4930;Łódź;0,05;',
      '05.02.2026;1200;Łódź;;0,05',
      '',
    ]);
    expect(file).toMatchObject({ mediaType: 'text/csv; charset=utf-8', inline: false, size: file.bytes.length });
    expect(file.name).toBe('Müller & Söhne GmbH 2026 Journal 2026-01 bis 2026-12, Stand 2026-03-02.csv');
  });

  it('is what is displayed: the same filter', async () => {
    const lines = async (given: object) =>
      (await exportJournal(ctx, { ...at(), format: 'csv', columns: 'number', ...given })).bytes
        .toString()
        .trim()
        .split('\r\n')
        .slice(1);
    expect(await lines({ text: 'łódź' })).toEqual(['4930', '1200']);
    expect(await lines({ from: '2026-02', order: 'newestFirst' })).toEqual(['1200', '4930']);
    const sheet = await exportAccount(ctx, { ...at(), account: 12_000_000, format: 'csv', columns: 'credit,balance' });
    expect(sheet.bytes.toString().split('\r\n').slice(1)).toEqual([';0,00', '0,05;-0,05', '0,05;', ';-0,05', '']);
    const sums = await exportSums(ctx, {
      ...at(),
      class: 'debtor',
      format: 'csv',
      columns: 'number,balance',
      language: 'en',
    });
    expect(sums.bytes.toString()).toBe('\ufeffAccount;Balance\r\n10001;1234,56\r\n');
    const items = await exportOpenItems(ctx, { ...at(), side: 'payable', format: 'csv' });
    expect(items.bytes.toString()).toMatch(/^\ufeffKonto;Name;[^\r]*\r\n$/);
  });

  it('has a Kontoblatt from the EB-Wert over the movements to sums and Endsaldo, from either end', async () => {
    const linesOf = async (given: object) =>
      (
        await exportAccount(ctx, {
          ...at(),
          account: 12_000_000,
          format: 'csv',
          columns: 'date,text,debit,credit,balance',
          ...given,
        })
      ).bytes
        .toString()
        .trim()
        .split('\r\n')
        .slice(1);
    const [first, row, sums, closing] = await linesOf({});
    expect([first, row, sums, closing]).toEqual([
      '01.01.2026;EB-Wert;;;0,00',
      '05.02.2026;Łódź;;0,05;-0,05',
      ';Jahresverkehrszahlen;;0,05;',
      ';Endsaldo;;;-0,05',
    ]);
    expect(await linesOf({ order: 'newestFirst' })).toEqual([row, first, sums, closing]);
    expect(await linesOf({ from: '2026-03' })).toEqual([
      '01.03.2026;Anfangssaldo;;;-0,05',
      ';Verkehrszahlen;;;',
      ';Endsaldo;;;-0,05',
    ]);
    // What a search finds leads from no balance to another.
    expect(await linesOf({ text: 'łódź' })).toEqual([row]);
    expect(await linesOf({ text: 'nirgends' })).toEqual([]);
    expect(await linesOf({ language: 'en' })).toEqual([
      '01.01.2026;Opening balance;;;0,00',
      row,
      ';Movements of the year;;0,05;',
      ';Closing balance;;;-0,05',
    ]);
  });

  it('has the lines of the BWA, with months and accounts where they are shown', async () => {
    const file = await exportBwa(ctx, { ...at(), format: 'csv', columns: 'label,months', accounts: true });
    const [head, ...lines] = file.bytes.toString().trim().split('\r\n');
    expect(head).toContain('Bezeichnung;01/2026;02/2026');
    expect(lines).toContain('Umsatzerlöse;1234,56;0,00;0,00;0,00;0,00;0,00;0,00;0,00;0,00;0,00;0,00;0,00');
    expect(lines).toContain('    4930 Konto 49300000;0,00;0,05;0,00;0,00;0,00;0,00;0,00;0,00;0,00;0,00;0,00;0,00');
  });

  it('has shares and differences, and leaves out lines without postings where the page does', async () => {
    const columns = 'label,month,share,previousMonth,change,cumulated,cumulatedShare';
    const shown = { ...at(), month: '2026-02', format: 'csv', columns } as const;
    const linesOf = (file: { bytes: Buffer }) => file.bytes.toString().trim().split('\r\n').slice(1);
    const all = linesOf(await exportBwa(ctx, shown));
    const used = linesOf(await exportBwa(ctx, { ...shown, used: true }));
    expect(used).toEqual([
      'Umsatzerlöse;0,00;;;;1234,56;100',
      'Gesamtleistung;0,00;;;;1234,56;100',
      'Rohertrag;0,00;;;;1234,56;100',
      'Betrieblicher Rohertrag;0,00;;;;1234,56;100',
      'Sonstige Kosten;0,05;;;;0,05;0',
      'Gesamtkosten;0,05;;;;0,05;0',
      'Betriebsergebnis;-0,05;;;;1234,51;100',
      'Ergebnis vor Steuern;-0,05;;;;1234,51;100',
      'Vorläufiges Ergebnis;-0,05;;;;1234,51;100',
    ]);
    expect(all).toContain('Personalkosten;0,00;;;;0,00;0');
    expect(all.filter((line) => used.includes(line))).toEqual(used);
  });

  it('refuses columns that the table has not', async () => {
    await expect(exportJournal(ctx, { ...at(), format: 'csv', columns: 'date,password' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });

  it('writes cells by their kind', () => {
    expect([
      csvCell(-5, 'cents'),
      csvCell(19.5, 'percent'),
      csvCell(null, 'cents'),
      csvCell('2026-03-02', 'date'),
    ]).toEqual(['-0,05', '19,5', '', '02.03.2026']);
    expect(['+49', '-x', '@a', 'a=b'].map((text) => csvCell(text, 'text'))).toEqual(["'+49", "'-x", "'@a", 'a=b']);
  });
});

/** The parts of a ZIP by name; small ones in one piece. */
function unzip(bytes: Buffer): Map<string, string> {
  const parts = new Map<string, string>();
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06'));
  let at = bytes.readUInt32LE(end + 16);
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [nameLength, extra, comment] = [
      bytes.readUInt16LE(at + 28),
      bytes.readUInt16LE(at + 30),
      bytes.readUInt16LE(at + 32),
    ];
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = bytes.subarray(start, start + size);
    parts.set(name, (method === 0 ? content : inflateRawSync(content)).toString('utf8'));
    at += 46 + nameLength + extra + comment;
  }
  return parts;
}

it('XLSX has numbers and days as such, and texts as texts', async () => {
  const file = await exportJournal(ctx, { ...at(), format: 'xlsx', columns: 'date,text,debit' });
  const parts = unzip(file.bytes);
  const sheet = parts.get('xl/worksheets/sheet1.xml') ?? '';
  expect(sheet).toContain('<v>1234.56</v>');
  // 5 January 2026 as Excel counts days.
  expect(sheet).toContain('<v>46027</v>');
  expect(sheet).not.toContain('<f>');
  const texts = parts.get('xl/sharedStrings.xml') ?? sheet;
  expect(texts).toContain('=HYPERLINK');
  expect(texts).toContain('Stand: 02.03.2026');
  expect(file.mediaType).toContain('spreadsheetml');
});

describe('PDF', () => {
  it('has the table on pages with head and number', async () => {
    const file = await exportSums(ctx, { ...at(), format: 'pdf' });
    expect(file.bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect(file.bytes.toString('latin1')).toContain('/Count 1');
  });

  it('goes over pages, and cuts what is too long', async () => {
    const columns: Column<number>[] = [
      {
        key: 'a',
        label: { de: 'Zeile', en: 'Row' },
        kind: 'text',
        width: 5,
        value: (row) => `Zeile ${row} ${'sehr '.repeat(50)}`,
      },
      { key: 'b', label: { de: 'Betrag', en: 'Amount' }, kind: 'cents', width: 5, value: (row) => row },
    ];
    const pieces = (async function* () {
      yield Array.from({ length: 100 }, (_, n) => n);
    })();
    const bytes = await writePdf({ title: 'Lang', head: ['Kopf'], language: 'de', columns, pieces });
    expect(bytes.toString('latin1')).toContain('/Count 3');
  });
});

it('an export above its limit is refused, with the limit', async () => {
  const many = (async function* () {
    for (let piece = 0; piece < 2; piece += 1) yield Array.from({ length: 3000 }, () => 1);
  })();
  const table: Pick<ExportTable<number>, 'pieces'> = { pieces: limited(many, 'pdf') };
  const all = async () => {
    for await (const _ of table.pieces);
  };
  await expect(all()).rejects.toMatchObject({
    code: 'export_too_large',
    details: { detail: { de: expect.stringContaining('5.000') } },
  });
});

it('cells read as the language has them', () => {
  expect([shownCell(123456, 'cents', 'de'), shownCell(123456, 'cents', 'en')]).toEqual(['1.234,56', '1,234.56']);
  expect([shownCell('2026-03-02', 'date', 'de'), shownCell('2026-03-02', 'date', 'en')]).toEqual([
    '02.03.2026',
    '02/03/2026',
  ]);
});
