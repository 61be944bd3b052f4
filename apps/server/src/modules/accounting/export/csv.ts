import { type Cell, type CellKind, type ExportTable, shownDay } from './table.ts';

/**
 * CSV as German spreadsheet programs open it by double click: UTF-8 with BOM, semicolons, decimal commas, CRLF; in both languages, because
 * these are rules of the format, not words. Text that a spreadsheet would run as a formula gets an apostrophe before it.
 */
export async function writeCsv<Row>(table: ExportTable<Row>): Promise<Buffer> {
  const { columns, language } = table;
  const parts = [Buffer.from(`\ufeff${columns.map((column) => quoted(column.label[language])).join(';')}\r\n`)];
  for await (const piece of table.pieces) {
    const lines = piece.map((row) => columns.map((column) => csvCell(column.value(row), column.kind)).join(';'));
    if (lines.length > 0) parts.push(Buffer.from(`${lines.join('\r\n')}\r\n`));
  }
  return Buffer.concat(parts);
}

export function csvCell(value: Cell, kind: CellKind): string {
  if (value === null) return '';
  if (typeof value === 'string')
    return kind === 'date' ? shownDay(value, 'de') : quoted(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value);
  if (kind === 'cents') return (value / 100).toFixed(2).replace('.', ',');
  return String(value).replace('.', ',');
}

function quoted(text: string): string {
  return /[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
