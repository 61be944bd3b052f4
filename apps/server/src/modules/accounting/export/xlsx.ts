import writeExcelFile from 'write-excel-file/node';
import type { Cell, CellKind, ExportTable } from './table.ts';

const strongStyle = { fontWeight: 'bold' } as const;

/** An Excel file: a sheet with title, lines above the table, and cells that are numbers and days, not texts that look like them. */
export async function writeXlsx<Row>(table: ExportTable<Row>): Promise<Buffer> {
  const { columns, language, strong } = table;
  const sheet: (ReturnType<typeof xlsxCell> | { value: string; fontWeight?: 'bold' })[][] = [
    [{ value: table.title, ...strongStyle }],
    ...table.head.map((line) => [{ value: line }]),
    [],
    columns.map((column) => ({ value: column.label[language], ...strongStyle })),
  ];
  for await (const piece of table.pieces)
    for (const row of piece) {
      const style = strong?.(row) ? strongStyle : {};
      sheet.push(
        columns.map((column) => {
          const cell = xlsxCell(column.value(row), column.kind);
          return cell && { ...cell, ...style };
        }),
      );
    }
  return writeExcelFile(sheet, {
    sheet: sheetName(table.title),
    columns: columns.map((column) => ({ width: column.width + 2 })),
  }).toBuffer();
}

function xlsxCell(value: Cell, kind: CellKind) {
  if (value === null) return null;
  if (typeof value === 'string')
    return kind === 'date'
      ? { value: new Date(`${value}T00:00:00Z`), type: Date, format: 'dd.mm.yyyy' }
      : { value, type: String };
  if (kind === 'cents') return { value: value / 100, type: Number, format: '#,##0.00' };
  return { value, type: Number, ...(kind === 'percent' ? { format: '0.##' } : {}) };
}

/** Excel takes 31 characters, and some of them not at all. */
const sheetName = (title: string) => title.replace(/[\\/?*[\]:]/g, ' ').slice(0, 31);
