import { createRequire } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import { type Column, type ExportTable, shownCell } from './table.ts';

const require = createRequire(import.meta.url);
const font = (weight: string) =>
  require.resolve(`@expo-google-fonts/ibm-plex-sans/${weight}/IBMPlexSans_${weight}.ttf`);

const margin = 36;
const lineHeight = 12;
const gap = 6;
const size = 8;

/** A PDF to print: A4 across, table head on every page, page numbers. Long texts end in an ellipsis. */
export async function writePdf<Row>(table: ExportTable<Row>): Promise<Buffer> {
  const doc = new PDFDocument({
    size: 'A4',
    layout: 'landscape',
    margin,
    bufferPages: true,
    info: { Title: table.title },
  });
  const parts: Buffer[] = [];
  doc.on('data', (part: Buffer) => parts.push(part));
  const ended = new Promise<void>((resolve) => doc.on('end', () => resolve()));
  doc.registerFont('plain', font('400Regular')).registerFont('strong', font('600SemiBold'));
  const page = createPage(doc, table);
  page.begin();
  for await (const piece of table.pieces)
    for (const row of piece) {
      // A page takes some milliseconds: other requests come in between.
      if (page.row(row)) await nextTurn();
    }
  numberPages(doc, table.language);
  doc.end();
  await ended;
  return Buffer.concat(parts);
}

function createPage<Row>(doc: PDFKit.PDFDocument, table: ExportTable<Row>) {
  const { columns, language } = table;
  const widths = widthsOf(columns, doc.page.width - 2 * margin);
  const bottom = doc.page.height - margin - 2 * lineHeight;
  let y = 0;
  const line = (cells: readonly string[], weight: 'plain' | 'strong') => {
    doc.font(weight).fontSize(size);
    let x = margin;
    for (const [at, column] of columns.entries()) {
      const width = widths[at] ?? 0;
      const text = fitted(doc, cells[at] ?? '', width - gap);
      const right = column.kind !== 'text' && column.kind !== 'date';
      if (text !== '') doc.text(text, right ? x + width - gap - doc.widthOfString(text) : x, y, { lineBreak: false });
      x += width;
    }
    y += lineHeight;
  };
  const tableHead = () => {
    line(
      columns.map((column) => column.label[language]),
      'strong',
    );
    doc
      .moveTo(margin, y - 1)
      .lineTo(doc.page.width - margin, y - 1)
      .lineWidth(0.5)
      .stroke();
    y += 3;
  };
  return {
    begin: () => {
      doc.font('strong').fontSize(13).text(table.title, margin, margin, { lineBreak: false });
      y = margin + 20;
      doc.font('plain').fontSize(size + 1);
      for (const text of table.head) {
        doc.text(text, margin, y, { lineBreak: false });
        y += lineHeight;
      }
      y += 6;
      tableHead();
    },
    /** True where it began a new page. */
    row: (row: Row): boolean => {
      const full = y > bottom;
      if (full) {
        doc.addPage();
        y = margin;
        tableHead();
      }
      line(
        columns.map((column) => shownCell(column.value(row), column.kind, language)),
        table.strong?.(row) ? 'strong' : 'plain',
      );
      return full;
    },
  };
}

function widthsOf<Row>(columns: readonly Column<Row>[], all: number): number[] {
  const sum = columns.reduce((total, column) => total + column.width, 0);
  return columns.map((column) => (column.width / sum) * all);
}

/** The text, or as much of it as fits with an ellipsis. */
function fitted(doc: PDFKit.PDFDocument, text: string, width: number): string {
  if (doc.widthOfString(text) <= width) return text;
  let [fits, tooLong] = [0, text.length];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (doc.widthOfString(`${text.slice(0, middle)}…`) <= width) fits = middle;
    else tooLong = middle;
  }
  return `${text.slice(0, fits)}…`;
}

function numberPages(doc: PDFKit.PDFDocument, language: 'de' | 'en'): void {
  const { start, count } = doc.bufferedPageRange();
  for (let at = 0; at < count; at += 1) {
    doc.switchToPage(start + at);
    const text = language === 'de' ? `Seite ${at + 1} von ${count}` : `Page ${at + 1} of ${count}`;
    doc.font('plain').fontSize(size);
    // Below the margin, where pdfkit would begin a new page of itself.
    doc.page.margins.bottom = 0;
    doc.text(text, doc.page.width - margin - doc.widthOfString(text), doc.page.height - margin, { lineBreak: false });
  }
}
