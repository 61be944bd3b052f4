import type { Id } from '@bruecke/model';
import { inMandant } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { germanDay } from '../plan/calendar.ts';
import { type AccountFilter, readAccount } from '../read/accountSheet.ts';
import { readBwa } from '../read/bwa.ts';
import { type JournalFilter, readJournal } from '../read/journal.ts';
import { type ItemsFilter, readOpenItems } from '../read/openItems.ts';
import { findYear, periodOf, type ShownYear } from '../read/shownYear.ts';
import { readSums, type SumsFilter } from '../read/sums.ts';
import { keepYear } from '../yearLock.ts';
import {
  accountColumns,
  bwaColumns,
  bwaRows,
  comparisonColumns,
  itemColumns,
  journalColumns,
  monthColumns,
  type SheetLine,
  sheetFrame,
  sumsColumns,
} from './columns.ts';
import { writeCsv } from './csv.ts';
import { writePdf } from './pdf.ts';
import { chooseColumns, type ExportFormat, type ExportTable, type Language, limited, shownDay } from './table.ts';
import { writeXlsx } from './xlsx.ts';

export type ExportInput = {
  mandantId: Id;
  yearNo: number;
  format: ExportFormat;
  /** Keys of columns, comma between; all unless said. */
  columns?: string | undefined;
  language?: Language | undefined;
};
export type ExportedFile = { bytes: Buffer; mediaType: string; size: number; name: string; inline: boolean };

/** Rows read in one go. */
const pieceRows = 5000;

/** The journal, or what a search found in it, as displayed. */
export function exportJournal(ctx: Ctx, input: ExportInput & JournalFilter): Promise<ExportedFile> {
  return inExport(ctx, input, async (tx, year, language) => {
    const { from, to } = periodOf(year, input);
    return table(tx, ctx, year, {
      language,
      title: { de: `Journal ${from} bis ${to}`, en: `Journal ${from} to ${to}` }[language],
      columns: chooseColumns(journalColumns, input.columns),
      pieces: allPieces((cursor) => readJournal(tx, { ...input, cursor }, pieceRows)),
    });
  });
}

/** A Kontoblatt as displayed, with what it begins with and the sums of its movements. */
export function exportAccount(
  ctx: Ctx,
  input: ExportInput & AccountFilter & { account: number },
): Promise<ExportedFile> {
  return inExport(ctx, input, async (tx, year, language) => {
    const sheet = await readAccount(tx, { ...input, text: undefined }, 1);
    const { account, period } = sheet;
    const name = `${account.number} ${account.caption ?? ''}`.trim();
    const pieces = allPieces((cursor) => readAccount(tx, { ...input, cursor }, pieceRows));
    return table(tx, ctx, year, {
      language,
      title: {
        de: `Kontoblatt ${name}, ${period.from} bis ${period.to}`,
        en: `Account ${name}, ${period.from} to ${period.to}`,
      }[language],
      columns: chooseColumns(accountColumns, input.columns),
      // What a search finds leads from no balance to another.
      pieces: input.text?.trim()
        ? pieces
        : framed(pieces, sheetFrame(sheet, year, language), input.order === 'newestFirst'),
      strong: (row) => row.strong ?? false,
    });
  });
}

/** Summen und Salden as displayed. */
export function exportSums(ctx: Ctx, input: ExportInput & SumsFilter): Promise<ExportedFile> {
  return inExport(ctx, input, async (tx, year, language) => {
    const { from, to } = periodOf(year, input);
    return table(tx, ctx, year, {
      language,
      title: { de: `Summen und Salden ${from} bis ${to}`, en: `Sums and balances ${from} to ${to}` }[language],
      columns: chooseColumns(sumsColumns, input.columns),
      pieces: allPieces((cursor) => readSums(tx, { ...input, cursor }, pieceRows)),
    });
  });
}

/** Offene Posten of one side as displayed. */
export function exportOpenItems(ctx: Ctx, input: ExportInput & ItemsFilter): Promise<ExportedFile> {
  const asOf = germanDay(ctx.now());
  return inExport(ctx, input, async (tx, year, language) => {
    const titles = {
      receivable: { de: 'Offene Posten Debitoren', en: 'Open items of debtors' },
      payable: { de: 'Offene Posten Kreditoren', en: 'Open items of creditors' },
    };
    return table(tx, ctx, year, {
      language,
      title: `${titles[input.side][language]} ${shownDay(asOf, language)}`,
      columns: chooseColumns(itemColumns, input.columns),
      pieces: allPieces((cursor) => readOpenItems(tx, { ...input, cursor }, asOf, pieceRows)),
    });
  });
}

/** The BWA as displayed; the column `months` stands for one per month, `accounts` for the accounts of each line. */
export function exportBwa(
  ctx: Ctx,
  input: ExportInput & { month?: string | undefined; accounts?: boolean | undefined; used?: boolean | undefined },
): Promise<ExportedFile> {
  return inExport(ctx, input, async (tx, year, language) => {
    const bwa = await readBwa(tx, input);
    const months = monthColumns(bwa);
    const names = input.columns
      ?.split(',')
      .flatMap((name) => (name === 'months' ? months.map((one) => one.key) : name));
    const rows = bwaRows(bwa, language, { accounts: input.accounts ?? false, used: input.used ?? false });
    return table(tx, ctx, year, {
      language,
      title: `BWA ${bwa.month}`,
      columns: names
        ? chooseColumns([...bwaColumns(bwa), ...comparisonColumns(bwa), ...months], names.join(','))
        : bwaColumns(bwa),
      pieces: onePiece(rows),
      strong: (row) => row.strong,
    });
  });
}

const mediaTypes = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
} as const;

/** One transaction, in which the year cannot change under the export: a swap of its months waits for the end of it. */
function inExport<Row>(
  ctx: Ctx,
  input: ExportInput,
  tableOf: (tx: Tx, year: ShownYear, language: Language) => Promise<ExportTable<Row>>,
): Promise<ExportedFile> {
  const { mandantId, yearNo, format } = input;
  return inMandant(ctx, mandantId, 'read', async (tx) => {
    await keepYear(tx, mandantId, yearNo);
    const year = await findYear(tx, mandantId, yearNo);
    const given = await tableOf(tx, year, input.language ?? ctx.caller.language);
    const wanted = { ...given, pieces: limited(given.pieces, format) };
    const write = { csv: writeCsv<Row>, xlsx: writeXlsx<Row>, pdf: writePdf<Row> }[format];
    const bytes = await write(wanted);
    const name = `${given.head[0] ?? ''} ${year.label} ${given.title}, ${standIn(year)}.${format}`;
    return { bytes, mediaType: mediaTypes[format], size: bytes.length, name: fileName(name), inline: false };
  });
}

const standIn = (year: ShownYear) => `Stand ${year.basis.stand?.slice(0, 10) ?? '-'}`;
const fileName = (name: string) => name.replace(/[\\/:*?"<>|\p{Cc}]/gu, '-').slice(0, 200);

async function table<Row>(
  tx: Tx,
  ctx: Ctx,
  year: ShownYear,
  given: Omit<ExportTable<Row>, 'head'>,
): Promise<ExportTable<Row>> {
  const mandant = await tx
    .selectFrom('mandanten')
    .select('name')
    .where('mandant_id', '=', year.mandantId)
    .executeTakeFirstOrThrow();
  return { ...given, head: [mandant.name, ...standLines(year, given.language, ctx.now())] };
}

const partialTexts = {
  notYetRead: { de: 'Noch keine Daten gelesen.', en: 'No data read yet.' },
  sumsDiffer: {
    de: 'Buchungen und Salden weichen voneinander ab.',
    en: 'Postings and balances differ.',
  },
  postingLicenceMissing: {
    de: 'Aus Buchungsstapeln nachgebildet: automatische Steuerbuchungen fehlen.',
    en: 'Rebuilt from batches: automatic tax postings are missing.',
  },
} as const;

function standLines(year: ShownYear, language: Language, now: Date): string[] {
  const at = (time: Date) =>
    new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', {
      dateStyle: 'medium',
      timeStyle: 'short',
      timeZone: 'Europe/Berlin',
    }).format(time);
  const { stand, partial, currency } = year.basis;
  const word = { de: 'erstellt', en: 'made' }[language];
  const first = `Wirtschaftsjahr ${year.label} · ${currency} · Stand: ${stand ? at(new Date(stand)) : '–'} · ${word} ${at(now)}`;
  return [
    language === 'de' ? first : first.replace('Wirtschaftsjahr', 'Fiscal year').replace('Stand:', 'as of'),
    ...(partial ? [partialTexts[partial][language]] : []),
  ];
}

async function* allPieces<Row>(
  read: (cursor: string | undefined) => Promise<{ rows: Row[]; next: string | null }>,
): AsyncGenerator<Row[]> {
  let cursor: string | undefined;
  do {
    const piece = await read(cursor);
    yield piece.rows;
    cursor = piece.next ?? undefined;
  } while (cursor !== undefined);
}

/** Movements from the first on begin with the opening balance; from the last on they lead to it. */
async function* framed(
  pieces: AsyncIterable<SheetLine[]>,
  { begin, end }: ReturnType<typeof sheetFrame>,
  newestFirst: boolean,
): AsyncGenerator<SheetLine[]> {
  if (!newestFirst) yield [begin];
  yield* pieces;
  yield newestFirst ? [begin, ...end] : end;
}

async function* onePiece<Row>(rows: Row[]): AsyncGenerator<Row[]> {
  yield rows;
}
