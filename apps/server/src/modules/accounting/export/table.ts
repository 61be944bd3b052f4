import type { Sentence } from '@bruecke/model';
import { refuse } from '../../../refusal.ts';

export type Language = 'de' | 'en';
/** `cents` are amounts; `percent` has up to two decimals. */
export type CellKind = 'text' | 'date' | 'cents' | 'integer' | 'percent';
export type Cell = string | number | null;

export type Column<Row> = {
  /** As the answer of the endpoint calls it; what a request names. */
  key: string;
  label: Sentence;
  kind: CellKind;
  /** Characters that mostly fit. */
  width: number;
  value: (row: Row) => Cell;
};

/** A table on its way into a file. Rows come in pieces, so that not all of them are held at once. */
export type ExportTable<Row> = {
  title: string;
  /** Lines above the table: whose figures, which period, Stand, what is missing. */
  head: readonly string[];
  language: Language;
  columns: readonly Column<Row>[];
  pieces: AsyncIterable<readonly Row[]>;
  /** Rows that stand out, like results. */
  strong?: (row: Row) => boolean;
};

export type ExportFormat = 'csv' | 'xlsx' | 'pdf';

/** Most rows per kind of file; above it an export is refused. XLSX and PDF are built in memory, 40 and 200 µs a row. */
export const mostRows: Readonly<Record<ExportFormat, number>> = { csv: 250_000, xlsx: 50_000, pdf: 5_000 };

/** The named columns in the order named, all where none are. Refuses a name that the table does not have. */
export function chooseColumns<Row>(columns: readonly Column<Row>[], names: string | undefined): Column<Row>[] {
  if (names === undefined) return [...columns];
  return names.split(',').map((name) => {
    const found = columns.find((column) => column.key === name);
    if (!found) throw refuse('invalid_input', { fields: [{ path: 'query.columns', message: `no column ${name}` }] });
    return found;
  });
}

/** Hands pieces on and refuses once there are more rows than this kind of file takes. */
export async function* limited<Row>(pieces: AsyncIterable<readonly Row[]>, format: ExportFormat) {
  let count = 0;
  for await (const piece of pieces) {
    count += piece.length;
    if (count > mostRows[format]) throw tooLarge(format);
    yield piece;
  }
}

function tooLarge(format: ExportFormat) {
  const most = mostRows[format];
  return refuse('export_too_large', {
    detail: {
      de: `Eine Datei dieser Art fasst ${most.toLocaleString('de-DE')} Zeilen.`,
      en: `A file of this kind takes ${most.toLocaleString('en-GB')} rows.`,
    },
  });
}

const german = new Intl.NumberFormat('de-DE', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const english = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** A cell as people read it in their language. */
export function shownCell(value: Cell, kind: CellKind, language: Language): string {
  if (value === null) return '';
  if (typeof value === 'string') return kind === 'date' ? shownDay(value, language) : value;
  const numbers = language === 'de' ? german : english;
  if (kind === 'cents') return numbers.format(value / 100);
  return kind === 'percent' ? numbers.format(value) : String(value);
}

/** `2026-03-02` as 02.03.2026, or 02/03/2026. */
export function shownDay(day: string, language: Language): string {
  const [year, month, dayOfMonth] = day.split('-');
  return [dayOfMonth, month, year].join(language === 'de' ? '.' : '/');
}
