import type { FigureBasis } from '@bruecke/contract';
import type { Day, Id } from '@bruecke/model';
import type { Selectable } from 'kysely';
import type { FiscalMonthsTable, FiscalYearsTable } from '../../../db/accountingTables.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { refuse } from '../../../refusal.ts';
import { monthsOfYear } from '../plan/months.ts';

export type ShownMonth = {
  /** `YYYY-MM`. */
  month: string;
  /** 1–12. */
  number: number;
  /** False for the second month with this number, in a year that begins within one: DATEV's turnovers are those of both. */
  counted: boolean;
  /** Load of the postings shown; null: none. */
  load: number | null;
  rows: number;
  rebuilt: boolean;
  openBatch: boolean;
  readAt: Date | null;
};

/** A fiscal year as pages show it. */
export type ShownYear = {
  mandantId: Id;
  yearNo: number;
  ledgerNo: number;
  label: string;
  firstDay: Day;
  lastDay: Day;
  accountLength: number;
  accountSystem: number | null;
  openItemsAt: Date | null;
  /** All of the year, in order. */
  months: ShownMonth[];
  basis: FigureBasis;
};

/** The year, where there is one by this number that the caller may see; else refuses with `not_found`. */
export async function findYear(tx: Tx, mandantId: Id, yearNo: number): Promise<ShownYear> {
  const row = await tx
    .selectFrom('fiscal_years')
    .selectAll()
    .where('mandant_id', '=', mandantId)
    .where('year_no', '=', yearNo)
    .executeTakeFirst();
  if (!row) throw refuse('not_found');
  const months = await tx
    .selectFrom('fiscal_months')
    .selectAll()
    .where('mandant_id', '=', mandantId)
    .where('year_no', '=', yearNo)
    .execute();
  return toShownYear(row, months);
}

/** The fiscal year of the same books that ended right before this one began; null: none. */
export async function findPreviousYear(tx: Tx, year: ShownYear): Promise<ShownYear | null> {
  const before = await tx
    .selectFrom('fiscal_years')
    .select('year_no')
    .where('mandant_id', '=', year.mandantId)
    .where('ledger_no', '=', year.ledgerNo)
    .where('last_day', '<', year.firstDay)
    .where('stand', 'is not', null)
    .orderBy('last_day', 'desc')
    .executeTakeFirst();
  return before ? findYear(tx, year.mandantId, before.year_no) : null;
}

export function toShownYear(
  row: Selectable<FiscalYearsTable>,
  stored: readonly Selectable<FiscalMonthsTable>[],
): ShownYear {
  const months = monthsOfYear(row.first_day, row.last_day).map((own, at, all): ShownMonth => {
    const found = stored.find((one) => one.month === own.month);
    return {
      month: own.month.slice(0, 7),
      number: own.number,
      counted: all.findIndex((one) => one.number === own.number) === at,
      load: found?.load_no ?? null,
      rows: found?.row_count ?? 0,
      rebuilt: found?.rebuilt ?? false,
      openBatch: found?.open_batch ?? false,
      readAt: found?.read_at ?? null,
    };
  });
  const rebuilt = months.some((month) => month.rebuilt);
  return {
    mandantId: row.mandant_id,
    yearNo: row.year_no,
    ledgerNo: row.ledger_no,
    label: yearLabel(row.first_day, row.last_day),
    firstDay: row.first_day,
    lastDay: row.last_day,
    accountLength: row.account_length,
    accountSystem: row.account_system,
    openItemsAt: row.open_items_at,
    months,
    basis: {
      yearNo: row.year_no,
      stand: row.stand?.toISOString() ?? null,
      partial: partialOf(row, rebuilt),
      rebuilt,
      currency: row.currency,
    },
  };
}

/** What outweighs what: nothing there, not adding up, tax lines missing. */
function partialOf(row: Selectable<FiscalYearsTable>, rebuilt: boolean): FigureBasis['partial'] {
  if (row.stand === null) return 'notYetRead';
  if (row.difference_count > 0) return 'sumsDiffer';
  return rebuilt ? 'postingLicenceMissing' : null;
}

/** `2026`; `2025/26` where the year goes over the turn of the year; a short year keeps its first and last month. */
export function yearLabel(firstDay: Day, lastDay: Day): string {
  const [from, to] = [firstDay.slice(0, 4), lastDay.slice(0, 4)];
  if (from !== to) return `${from}/${to.slice(2)}`;
  const whole = firstDay.slice(5) === '01-01' && lastDay.slice(5) === '12-31';
  return whole ? from : `${from} (${firstDay.slice(5, 7)}–${lastDay.slice(5, 7)})`;
}

export type Period = { from: string; to: string; before: ShownMonth[]; within: ShownMonth[] };

/** The months from `from` to `to` (`YYYY-MM`, both included), the whole year unless said. Refuses months that are not of the year. */
export function periodOf(year: ShownYear, given: { from?: string | undefined; to?: string | undefined }): Period {
  const at = (month: string | undefined, otherwise: number) =>
    month === undefined ? otherwise : year.months.findIndex((one) => one.month === month);
  const from = at(given.from, 0);
  const to = at(given.to, year.months.length - 1);
  if (from < 0) throw wrongMonth('query.from');
  if (to < from) throw wrongMonth('query.to');
  return {
    from: year.months[from]?.month ?? '',
    to: year.months[to]?.month ?? '',
    before: year.months.slice(0, from),
    within: year.months.slice(from, to + 1),
  };
}

export function wrongMonth(path: string) {
  return refuse('invalid_input', { fields: [{ path, message: 'not a month of this fiscal year, in this order' }] });
}

/** The numbers of the loads that hold these months. */
export function loadsOf(months: readonly ShownMonth[]): number[] {
  return months.flatMap((month) => month.load ?? []);
}
