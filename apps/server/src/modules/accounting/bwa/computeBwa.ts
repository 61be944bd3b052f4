import { type BwaStructure, bwaForm } from './structure.ts';
import { isIn } from './structures.ts';

/** A general-ledger account with its turnovers, one per month of the year in order; cents, debit positive. */
export type AccountTurnovers = { account: number; caption: string; months: readonly number[] };

export type BwaAccount = { account: number; caption: string; months: number[] };
export type BwaLine = { key: string; months: number[]; accounts: BwaAccount[] };
export type BwaResult = {
  lines: BwaLine[];
  unassigned: BwaLine;
  /** Result and unassigned, and the change of all other accounts: by double entry the same, whatever the structure says. */
  result: number[];
  balanceSheet: number[];
};

/**
 * The short-term result of a year, month by month. Income and results are positive when they are good, costs when they cost. Without a
 * structure nothing is assigned and nothing is a result.
 */
export function computeBwa(
  structure: BwaStructure | null,
  accounts: readonly AccountTurnovers[],
  monthCount: number,
): BwaResult {
  const values = new Map<string, number[]>();
  const assigned = new Set<number>();
  const lines = bwaForm.map((form): BwaLine => {
    const sign = form.kind === 'cost' ? 1 : -1;
    if (!('plus' in form)) {
      const ranges = structure?.lines[form.key] ?? [];
      const own = accounts.filter((one) => isIn(ranges, one.account)).map((one) => signed(one, sign));
      for (const one of own) assigned.add(one.account);
      const months = sumOf(
        own.map((one) => one.months),
        monthCount,
      );
      values.set(form.key, months);
      return { key: form.key, months, accounts: own.filter((one) => one.months.some((month) => month !== 0)) };
    }
    const of = (keys: readonly string[]) =>
      sumOf(
        keys.map((key) => values.get(key) ?? []),
        monthCount,
      );
    const minus = of(form.minus);
    const months = of(form.plus).map((value, at) => value - (minus[at] ?? 0));
    values.set(form.key, months);
    return { key: form.key, months, accounts: [] };
  });
  const inProfitAndLoss = (account: number) => structure !== null && isIn(structure.profitAndLoss, account);
  const others = accounts.filter((one) => !assigned.has(one.account));
  const loose = others.filter((one) => inProfitAndLoss(one.account)).map((one) => signed(one, -1));
  const unassigned = {
    key: 'unassigned',
    months: sumOf(
      loose.map((one) => one.months),
      monthCount,
    ),
    accounts: loose.filter((one) => one.months.some((month) => month !== 0)),
  };
  const result = sumOf([values.get('result') ?? [], unassigned.months], monthCount);
  const rest = others.filter((one) => !inProfitAndLoss(one.account));
  return {
    lines,
    unassigned,
    result,
    balanceSheet: sumOf(
      rest.map((one) => one.months),
      monthCount,
    ),
  };
}

/** `-0` is none of the numbers that are shown. */
const signed = (one: AccountTurnovers, sign: number): BwaAccount => ({
  account: one.account,
  caption: one.caption,
  months: one.months.map((month) => month * sign || 0),
});

function sumOf(rows: readonly (readonly number[])[], length: number): number[] {
  return Array.from({ length }, (_, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0));
}

/** Income, costs and result of each month, for charts: operating and neutral together, taxes among the costs. */
export function incomeAndCosts(bwa: BwaResult): { revenue: number; costs: number; result: number }[] {
  const of = (key: string) => bwa.lines.find((line) => line.key === key)?.months ?? [];
  const revenue = of('revenue');
  return bwa.result.map((result, at) => ({ revenue: revenue[at] ?? 0, costs: (revenue[at] ?? 0) - result, result }));
}
