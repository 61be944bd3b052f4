import type { AccountSheet } from '../read/accountSheet.ts';
import type { Bwa } from '../read/bwa.ts';
import type { OpenItems } from '../read/openItems.ts';
import type { PostingLine } from '../read/postingRows.ts';
import type { ShownYear } from '../read/shownYear.ts';
import type { Sums } from '../read/sums.ts';
import type { Cell, CellKind, Column, Language } from './table.ts';

const column = <Row>(
  key: keyof Row & string,
  de: string,
  en: string,
  kind: CellKind,
  width: number,
  value?: (row: Row) => Cell,
): Column<Row> => ({
  key,
  label: { de, en },
  kind,
  width,
  // Without a value of its own a column shows the member it is named after, which is one of these.
  value: value ?? ((row) => (row[key] ?? null) as Cell),
});

/** A posting, or a line about several, which has only some of its members. */
type Line = Partial<PostingLine>;
const posting = {
  date: column<Line>('date', 'Datum', 'Date', 'date', 10),
  number: column<Line>('number', 'Konto', 'Account', 'text', 9),
  caption: column<Line>('caption', 'Bezeichnung', 'Caption', 'text', 22),
  contraNumber: column<Line>('contraNumber', 'Gegenkonto', 'Contra account', 'text', 9),
  contraCaption: column<Line>('contraCaption', 'Bezeichnung Gegenkonto', 'Contra caption', 'text', 22),
  text: column<Line>('text', 'Buchungstext', 'Text', 'text', 28),
  documentField1: column<Line>('documentField1', 'Belegfeld 1', 'Document no.', 'text', 14),
  documentField2: column<Line>('documentField2', 'Belegfeld 2', 'Document field 2', 'text', 9),
  batchNumber: column<Line>('batchNumber', 'Stapel', 'Batch', 'text', 12),
  debit: column<Line>('debit', 'Soll', 'Debit', 'cents', 13, (row) => row.debit || null),
  credit: column<Line>('credit', 'Haben', 'Credit', 'cents', 13, (row) => row.credit || null),
  taxKey: column<Line>('taxKey', 'Steuerschlüssel', 'Tax key', 'integer', 6),
  taxRate: column<Line>('taxRate', 'Steuersatz', 'Tax rate', 'percent', 6),
  costCenter1: column<Line>('costCenter1', 'Kostenstelle 1', 'Cost centre 1', 'text', 9),
  costCenter2: column<Line>('costCenter2', 'Kostenstelle 2', 'Cost centre 2', 'text', 9),
};

export const journalColumns: readonly Column<PostingLine>[] = Object.values(posting);

export type SheetLine = Partial<AccountSheet['rows'][number]> & { strong?: true };
const { number: _number, caption: _caption, ...ofAccount } = posting;
export const accountColumns: readonly Column<SheetLine>[] = [
  ...Object.values(ofAccount),
  column<SheetLine>('balance', 'Saldo', 'Balance', 'cents', 14),
];

/** What stands around the movements of a Kontoblatt: what it begins with, and what they come to. */
export function sheetFrame(sheet: AccountSheet, year: ShownYear, language: Language) {
  const { from, to } = sheet.period;
  const isFirst = from === year.months[0]?.month;
  const isWhole = isFirst && to === year.months.at(-1)?.month;
  const words = {
    de: {
      opening: isFirst ? 'EB-Wert' : 'Anfangssaldo',
      sums: isWhole ? 'Jahresverkehrszahlen' : 'Verkehrszahlen',
      closing: 'Endsaldo',
    },
    en: {
      opening: 'Opening balance',
      sums: isWhole ? 'Movements of the year' : 'Movements',
      closing: 'Closing balance',
    },
  }[language];
  const strong = true as const;
  return {
    begin: { date: isFirst ? year.firstDay : `${from}-01`, text: words.opening, balance: sheet.opening, strong },
    end: [
      { text: words.sums, debit: sheet.debit, credit: sheet.credit, strong },
      { text: words.closing, balance: sheet.balance, strong },
    ],
  } satisfies { begin: SheetLine; end: SheetLine[] };
}

type SumsRow = Sums['rows'][number];
export const sumsColumns: readonly Column<SumsRow>[] = [
  column('number', 'Konto', 'Account', 'text', 9),
  column('caption', 'Bezeichnung', 'Caption', 'text', 34),
  column('opening', 'Anfangssaldo', 'Opening', 'cents', 14),
  column('debit', 'Soll', 'Debit', 'cents', 14),
  column('credit', 'Haben', 'Credit', 'cents', 14),
  column('turnover', 'Bewegung', 'Movement', 'cents', 14),
  column('balance', 'Saldo', 'Balance', 'cents', 14),
  column('rows', 'Buchungen', 'Postings', 'integer', 8),
];

type Item = OpenItems['rows'][number];
export const itemColumns: readonly Column<Item>[] = [
  column('number', 'Konto', 'Account', 'text', 9),
  column('caption', 'Name', 'Name', 'text', 28),
  column('documentField1', 'Belegfeld 1', 'Document no.', 'text', 14),
  column('date', 'Datum', 'Date', 'date', 10),
  column('dueDate', 'Fällig', 'Due', 'date', 10),
  column('daysOverdue', 'Tage überfällig', 'Days overdue', 'integer', 8, (row) => row.daysOverdue || null),
  column('text', 'Text', 'Text', 'text', 26),
  column('amount', 'Betrag', 'Amount', 'cents', 13),
  column('open', 'Offen', 'Open', 'cents', 13),
  column('dunningLevel', 'Mahnstufe', 'Dunning level', 'text', 6),
];

type BwaValues = Pick<Bwa['lines'][number], 'months' | 'month' | 'previousMonth' | 'cumulated' | 'previousCumulated'>;
/** A line, or an account of the line above it. */
export type BwaRow = BwaValues & { label: string; strong: boolean };

const isUsed = (line: Bwa['lines'][number]) =>
  line.accounts.length > 0 || [...line.months, line.previousCumulated].some((cents) => cents !== null && cents !== 0);

/** Rows of the BWA as the page shows them. `accounts`: each line with its accounts below it; `used`: without lines in which nothing was booked. */
export function bwaRows(
  bwa: Bwa,
  language: 'de' | 'en',
  { accounts, used }: { accounts: boolean; used: boolean },
): BwaRow[] {
  const lines = bwa.lines
    .filter((line) => !used || isUsed(line))
    .map((line) => ({
      ...line,
      label: line.label[language],
      strong: line.total,
    }));
  const unassigned = {
    ...bwa.unassigned,
    label: language === 'de' ? 'Nicht zugeordnete Konten' : 'Unassigned accounts',
    strong: false,
  };
  const shown = bwa.unassigned.accounts.length > 0 ? [...lines, unassigned] : lines;
  return shown.flatMap((line) => [
    line,
    ...(accounts
      ? line.accounts.map((one) => ({ ...one, label: `    ${one.number} ${one.caption ?? ''}`, strong: false }))
      : []),
  ]);
}

/** `months` stands for one column per month of the year. */
export function bwaColumns(bwa: Bwa): Column<BwaRow>[] {
  const month = shownMonth(bwa.month);
  const before = bwa.previousYear ? shownMonth(`${Number(bwa.month.slice(0, 4)) - 1}${bwa.month.slice(4)}`) : '';
  return [
    column<BwaRow>('label', 'Bezeichnung', 'Line', 'text', 34),
    column<BwaRow>('month', month, month, 'cents', 14),
    column<BwaRow>('previousMonth', `Vorjahr ${before}`.trim(), `Previous year ${before}`.trim(), 'cents', 14),
    column<BwaRow>('cumulated', `kumuliert bis ${month}`, `Cumulated to ${month}`, 'cents', 16),
    column<BwaRow>('previousCumulated', 'Vorjahr kumuliert', 'Previous year cumulated', 'cents', 16),
  ];
}

/** What the page shows beside the amounts: shares of the total output, differences to the year before. */
export function comparisonColumns(bwa: Bwa): Column<BwaRow>[] {
  const output = bwa.lines.find((line) => line.key === 'totalOutput');
  const share = (part: number, whole: number | undefined) => (whole ? Math.round((part / whole) * 10_000) / 100 : null);
  const change = (now: number, before: number | null) => (before === null ? null : now - before);
  const shared = { kind: 'percent', width: 10 } as const;
  const changed = { kind: 'cents', width: 14 } as const;
  return [
    {
      key: 'share',
      label: { de: '% Gesamtleistung', en: '% of total output' },
      ...shared,
      value: (row) => share(row.month, output?.month),
    },
    {
      key: 'change',
      label: { de: 'Abweichung', en: 'Difference' },
      ...changed,
      value: (row) => change(row.month, row.previousMonth),
    },
    {
      key: 'cumulatedShare',
      label: { de: '% kumuliert', en: '% cumulated' },
      ...shared,
      value: (row) => share(row.cumulated, output?.cumulated),
    },
    {
      key: 'cumulatedChange',
      label: { de: 'Abweichung kumuliert', en: 'Difference cumulated' },
      ...changed,
      value: (row) => change(row.cumulated, row.previousCumulated),
    },
  ];
}

export function monthColumns(bwa: Bwa): Column<BwaRow>[] {
  return bwa.allMonths.map((name, at) => ({
    key: `m${name.replace('-', '')}`,
    label: { de: shownMonth(name), en: shownMonth(name) },
    kind: 'cents',
    width: 12,
    value: (row) => row.months[at] ?? 0,
  }));
}

const shownMonth = (month: string) => `${month.slice(5)}/${month.slice(0, 4)}`;
