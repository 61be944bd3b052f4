import { type Found, PIECE } from '../answer.ts';
import { isCarried, isPersonal } from '../books/accounts.ts';
import { OPENING, rowsOfKey } from '../books/ledger.ts';
import {
  createLineBuffer,
  isTaxLine,
  type LineBuffer,
  layLines,
  lineAccount,
  lineContra,
  lineSigned,
} from '../books/lines.ts';
import { dueDateOf, fieldOf } from '../books/openItems.ts';
import { type Tax, taxes } from '../books/taxRules.ts';
import type { YearInside } from '../books/types.ts';
import { costCenterOf, entryId, findRow } from '../books/year.ts';
import { midnight } from '../days.ts';
import { type Filter, holds } from '../query.ts';
import type { Wire } from '../wire.ts';
import { euros } from './money.ts';
import { comparable, type YearReads } from './read.ts';

/** Account postings: no paging, narrow by account or by date (onprem.md A.5); the paid licence is asked for before. */
const reason = 'independent_from_accounting_reason';
const expandable = ['open_item_information'];

export const postingReads: YearReads = {
  'account-postings': {
    filter: { account_number: comparable, date: comparable, accounting_reason: ['eq'] },
    expandable,
    stream: true,
    read: ({ year, query }) => {
      // Most callers want everything, and a year has a million of them: then no object is made.
      const plain = query.get('select') === null && (query.get('expand') ?? 'none') === 'none';
      return plain ? { pieces: (filter) => writePostings(year.inside, filter) } : slowly(year.inside);
    },
  },
  'account-postings/*': {
    expandable,
    read: ({ books, year, ids: [id = ''] }) => {
      const [, entry = '', line = ''] = /^(.+)_(\d+)$/.exec(id) ?? [];
      const found = findRow(books, entry);
      const postings = found?.year === year ? postingsOf(year.inside, found.row) : [];
      const one = postings[Number(line) - 1];
      return one ? { one } : 'notFound';
    },
  },
};

/** The same as `writePostings`, by way of objects. */
function slowly(inside: YearInside): Found {
  return {
    *list(filter, _page, shown) {
      let separator = '[';
      for (const row of rowsIn(inside, filter)) {
        for (const posting of postingsOf(inside, row)) {
          if (!fitsAccount(filter, Number(posting['account_number']))) continue;
          yield separator + JSON.stringify(shown(posting));
          separator = ',';
        }
      }
      yield separator === '[' ? '[]' : ']';
    },
  };
}

/** Rows by day, of the days that fit. */
function* rowsIn(inside: YearInside, filter: Filter): Generator<number> {
  const conditions = filter[0] ?? [];
  if (conditions.some((one) => one.property === 'accounting_reason' && one.value !== reason)) return;
  const dates = conditions.filter(({ property }) => property === 'date');
  const index = inside.byDay();
  for (const [day, date] of inside.days.entries()) {
    const rows = rowsOfKey(index, day);
    if (rows.length > 0 && dates.every((condition) => holds(condition, midnight(date)))) yield* rows;
  }
}

const fitsAccount = (filter: Filter, account: number) =>
  (filter[0] ?? []).every((condition) => condition.property !== 'account_number' || holds(condition, account));

/** The lines of a row as they come over the wire. */
function postingsOf(inside: YearInside, row: number): Wire[] {
  const pieces = createWriter(inside);
  const count = pieces.lay(row);
  const dueDate = dueDateOf(inside, row);
  return Array.from({ length: count }, (_, line) => {
    // Written by ourselves just above.
    const posting = JSON.parse(pieces.line(row, line)) as Wire;
    return {
      ...posting,
      open_item_information:
        isPersonal(Number(posting['account_number'])) && dueDate !== null ? { due_date: dueDate } : undefined,
    };
  });
}

function* writePostings(inside: YearInside, filter: Filter): Generator<string> {
  const writer = createWriter(inside);
  const anyAccount = (filter[0] ?? []).every(({ property }) => property !== 'account_number');
  let text = '[';
  let separator = '';
  for (const row of rowsIn(inside, filter)) {
    const count = writer.lay(row);
    for (let line = 0; line < count; line += 1) {
      if (!anyAccount && !fitsAccount(filter, writer.account(line))) continue;
      text += separator + writer.line(row, line);
      separator = ',';
    }
    if (text.length < PIECE) continue;
    yield text;
    text = '';
  }
  yield `${text}]`;
}

/** Writes lines of rows as JSON without making objects. `lay` a row first. */
function createWriter(inside: YearInside) {
  const { ledger, books, sequences, days } = inside;
  const { words } = books.inside;
  const lines: LineBuffer = createLineBuffer();
  const ruled = taxes(books.chart);
  const batches = sequences.map(
    ({ number, closing, origin }) =>
      `"accounting_sequence_id":"${number}","mark_of_origin":"${origin}","record_type":"${closing ? 'annual_financial_statements' : 'financial_accounting'}"`,
  );
  const dates = days.map((day) => `"date":"${midnight(day)}"`);
  const isResult = (account: number) => !isPersonal(account) && !isCarried(account, books.chart);
  let tax: Tax | null = null;
  let shared = '';
  return {
    /** Answers how many lines the row has. */
    lay(row: number): number {
      tax = ruled[ledger.tax[row] ?? 0] ?? null;
      const amount = ledger.amount[row] ?? 0;
      const field = fieldOf(inside, row);
      const link = ledger.links.get(row);
      const opening = ((ledger.flags[row] ?? 0) & OPENING) !== 0;
      shared = `,"accounting_reason":"${reason}",${batches[ledger.sequence[row] ?? 0]},${dates[ledger.day[row] ?? 0]},"amount_entered":${euros(amount)},"currency_code":"EUR","posting_description":${words.json(ledger.text[row] ?? 0)}`;
      if (field !== null) shared += `,"document_field1":${JSON.stringify(field)}`;
      if (link !== undefined) shared += `,"document_link":${JSON.stringify(link)}`;
      if (opening) shared += ',"is_opening_balance_posting":true';
      if (tax !== null) shared += `,"tax_rate":${tax.percent}`;
      if (tax !== null && tax.key !== null) shared += `,"accounting_transaction_key":${tax.key}`;
      return layLines(lines, ledger.account[row] ?? 0, ledger.contra[row] ?? 0, amount, tax);
    },
    account: (line: number) => lineAccount(lines, line),
    line(row: number, line: number): string {
      const [account, signed] = [lineAccount(lines, line), lineSigned(lines, line)];
      const amount = signed < 0 ? `"amount_credit":${euros(-signed)}` : `"amount_debit":${euros(signed)}`;
      const center = isTaxLine(lines, line) || !isResult(account) ? null : costCenterOf(inside, row);
      return `{"id":"${entryId(inside, row)}_${line + 1}","account_number":${account},${amount},"contra_account_number":${lineContra(lines, line)}${shared}${center === null ? '' : `,"kost1_cost_center_id":"${center}"`}}`;
    },
  };
}
