import type { AnswerOf, api } from '@bruecke/contract';
import { accountNumber, type Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { type AccountTurnovers, type BwaAccount, type BwaResult, computeBwa } from '../bwa/computeBwa.ts';
import { bwaForm } from '../bwa/structure.ts';
import { structureOf } from '../bwa/structures.ts';
import { findPreviousYear, findYear, type ShownYear, wrongMonth } from './shownYear.ts';

export type Bwa = AnswerOf<typeof api.figures.bwa>;
export type BwaInput = { mandantId: Id; yearNo: number; month?: string | undefined };

/** BWA: the short-term result of a year by month, with the year before and cumulated up to the chosen month. */
export function showBwa(ctx: Ctx, input: BwaInput): Promise<Bwa> {
  return inMandant(ctx, input.mandantId, 'read', (tx) => readBwa(tx, input), { readOnly: true });
}

export async function readBwa(tx: Tx, input: BwaInput): Promise<Bwa> {
  const year = await findYear(tx, input.mandantId, input.yearNo);
  const structure = structureOf(year.accountSystem);
  const accounts = await readTurnovers(tx, year);
  const own = computeBwa(structure, accounts, year.months.length);
  const at = input.month === undefined ? lastMoved(accounts, year) : indexOf(year, input.month);
  const previousYear = await findPreviousYear(tx, year);
  const previous = previousYear && {
    year: previousYear,
    accounts: await readTurnovers(tx, previousYear),
  };
  const before = previous && {
    bwa: computeBwa(structureOf(previous.year.accountSystem), previous.accounts, previous.year.months.length),
    at: yearEarlier(year, previous.year, at),
  };
  const values = (months: readonly number[], earlier: readonly number[] | undefined) =>
    valuesOf(months, at, before && { months: earlier ?? [], at: before.at });
  const accountsOf = (mine: readonly BwaAccount[], theirs: readonly BwaAccount[]) =>
    mergeAccounts(mine, theirs, year).map((one) => ({
      account: one.account,
      number: accountNumber(one.account, year.accountLength),
      caption: one.caption,
      ...values(one.months, one.earlier),
    }));
  const earlierLine = (key: string) => before?.bwa.lines.find((line) => line.key === key);
  return {
    basis: year.basis,
    chart: structure?.chart ?? null,
    source: structure?.source ?? null,
    month: year.months[at]?.month ?? '',
    allMonths: year.months.map((month) => month.month),
    previousYear: previous && {
      yearNo: previous.year.yearNo,
      label: previous.year.label,
      stand: previous.year.basis.stand,
    },
    lines: own.lines.map((line, n) => ({
      key: line.key,
      label: bwaForm[n]?.label ?? { de: line.key, en: line.key },
      kind: bwaForm[n]?.kind ?? 'result',
      total: 'plus' in (bwaForm[n] ?? {}),
      ...values(line.months, earlierLine(line.key)?.months),
      accounts: accountsOf(line.accounts, earlierLine(line.key)?.accounts ?? []),
    })),
    unassigned: {
      ...values(own.unassigned.months, before?.bwa.unassigned.months),
      accounts: accountsOf(own.unassigned.accounts, before?.bwa.unassigned.accounts ?? []),
    },
    check: checkOf(own),
  };
}

/** General-ledger accounts with one turnover per month of the year, in order. */
export async function readTurnovers(tx: Tx, year: ShownYear): Promise<AccountTurnovers[]> {
  const { rows } = await sql<{ account: number; caption: string; turnovers: number[] }>`
    select account, caption, array_to_json(turnovers) as turnovers from account_balances
     where mandant_id = ${year.mandantId} and year_no = ${year.yearNo} order by account`.execute(tx);
  return rows.map((row) => ({
    account: row.account,
    caption: row.caption,
    months: year.months.map((month) => (month.counted ? (row.turnovers[month.number - 1] ?? 0) : 0)),
  }));
}

function indexOf(year: ShownYear, month: string): number {
  const at = year.months.findIndex((one) => one.month === month);
  if (at < 0) throw wrongMonth('query.month');
  return at;
}

/** The last month in which anything was booked; the first where nothing was. */
export function lastMoved(accounts: readonly AccountTurnovers[], year: ShownYear): number {
  const last = year.months.findLastIndex(
    (month, at) => month.rows > 0 || accounts.some((one) => (one.months[at] ?? 0) !== 0),
  );
  return Math.max(last, 0);
}

/** Where the month a year earlier stands in the year before; -1: it has none such (a short year). */
function yearEarlier(year: ShownYear, previous: ShownYear, at: number): number {
  const month = year.months[at]?.month ?? '';
  const earlier = `${Number(month.slice(0, 4)) - 1}${month.slice(4)}`;
  return previous.months.findIndex((one) => one.month === earlier);
}

function valuesOf(months: readonly number[], at: number, before: { months: readonly number[]; at: number } | null) {
  const upTo = (values: readonly number[], end: number) => values.slice(0, end + 1).reduce((sum, one) => sum + one, 0);
  const known = before !== null && before.at >= 0;
  return {
    months: [...months],
    month: months[at] ?? 0,
    previousMonth: known ? (before.months[before.at] ?? 0) : null,
    cumulated: upTo(months, at),
    previousCumulated: known ? upTo(before.months, before.at) : null,
  };
}

/** Accounts of both years, so that one that fell silent is seen. */
function mergeAccounts(mine: readonly BwaAccount[], theirs: readonly BwaAccount[], year: ShownYear) {
  const earlier = new Map(theirs.map((one) => [one.account, one]));
  const own = mine.map((one) => ({ ...one, earlier: earlier.get(one.account)?.months }));
  const known = new Set(mine.map((one) => one.account));
  const silent = theirs
    .filter((one) => !known.has(one.account))
    .map((one) => ({ ...one, months: year.months.map(() => 0), earlier: one.months }));
  return [...own, ...silent].sort((a, b) => a.account - b.account);
}

function checkOf(own: BwaResult): Bwa['check'] {
  const total = (months: readonly number[]) => months.reduce((sum, one) => sum + one, 0);
  const [result, balanceSheet] = [total(own.result), total(own.balanceSheet)];
  return { result, balanceSheet, difference: result - balanceSheet };
}
