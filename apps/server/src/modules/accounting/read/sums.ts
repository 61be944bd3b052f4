import type { AnswerOf, api } from '@bruecke/contract';
import { accountClass, accountNumber, type Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import { decodeCursor, encodeCursor } from '../../../db/cursor.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { refuse } from '../../../refusal.ts';
import { isInt4 } from './postingRows.ts';
import { likeAnywhere } from './search.ts';
import { findYear, loadsOf, type Period, periodOf, type ShownMonth, type ShownYear } from './shownYear.ts';

export type Sums = AnswerOf<typeof api.figures.sums>;
export type SumsFilter = {
  from?: string | undefined;
  to?: string | undefined;
  class?: 'general' | 'debtor' | 'creditor' | undefined;
  text?: string | undefined;
};
export type SumsInput = SumsFilter & {
  mandantId: Id;
  yearNo: number;
  cursor?: string | undefined;
  limit?: number | undefined;
};

/** Summen und Salden: one row per account by number, with its movement in the period and its balance at the end. */
export function showSums(ctx: Ctx, input: SumsInput): Promise<Sums> {
  return inMandant(ctx, input.mandantId, 'read', (tx) => readSums(tx, input, input.limit ?? 200), { readOnly: true });
}

type Row = {
  account: number;
  caption: string;
  opening: number;
  turnover: number;
  debit: number;
  credit: number;
  rows: number;
  count: number;
  allOpening: number;
  allTurnover: number;
  allDebit: number;
  allCredit: number;
};

export async function readSums(tx: Tx, input: SumsInput, limit: number): Promise<Sums> {
  const year = await findYear(tx, input.mandantId, input.yearNo);
  const period = periodOf(year, input);
  const after = decodeCursor(input.cursor, ['number'])?.[0] ?? -1;
  if (!isInt4(after))
    throw refuse('invalid_input', { fields: [{ path: 'query.cursor', message: 'not of this list' }] });
  const found = await readRows(tx, year, period, input, { after, limit: limit + 1 });
  const rows = found.slice(0, limit);
  const [first] = found.length > 0 ? found : await readRows(tx, year, period, input, { after: -1, limit: 1 });
  const last = rows.at(-1);
  return {
    basis: year.basis,
    period: { from: period.from, to: period.to },
    rows: rows.map((row) => ({
      account: row.account,
      number: accountNumber(row.account, year.accountLength),
      caption: row.caption,
      class: accountClass(row.account),
      opening: row.opening,
      debit: row.debit,
      credit: row.credit,
      turnover: row.turnover,
      balance: row.opening + row.turnover,
      rows: row.rows,
    })),
    totals: {
      accounts: first?.count ?? 0,
      opening: first?.allOpening ?? 0,
      debit: first?.allDebit ?? 0,
      credit: first?.allCredit ?? 0,
      turnover: first?.allTurnover ?? 0,
      balance: (first?.allOpening ?? 0) + (first?.allTurnover ?? 0),
    },
    next: found.length > limit && last ? encodeCursor([last.account]) : null,
  };
}

/** Opening and turnover are DATEV's; debit and credit of the period come from the postings, as DATEV tells turnovers per month only net. */
async function readRows(
  tx: Tx,
  year: ShownYear,
  period: Period,
  filter: SumsFilter,
  page: { after: number; limit: number },
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    with moved as materialized (
      select account, sum(debit)::bigint as debit, sum(credit)::bigint as credit, sum(row_count)::int as rows
        from load_sums where mandant_id = ${year.mandantId} and load_no = any (${loadsOf(period.within)}::int[]) group by account
    ), found as materialized (
      select b.account, b.caption, coalesce(m.debit, 0) as debit, coalesce(m.credit, 0) as credit, coalesce(m.rows, 0) as rows,
             b.opening + (select coalesce(sum(b.turnovers[n]), 0)::bigint from unnest(${numbersOf(period.before)}::int[]) n) as opening,
             (select coalesce(sum(b.turnovers[n]), 0)::bigint from unnest(${numbersOf(period.within)}::int[]) n) as turnover
        from account_balances b left join moved m on m.account = b.account
       where b.mandant_id = ${year.mandantId} and b.year_no = ${year.yearNo} and ${conditionOf(filter)}
    )
    select * from (
      select *, count(*) over () as count, sum(opening) over ()::bigint as "allOpening", sum(turnover) over ()::bigint as "allTurnover",
             sum(debit) over ()::bigint as "allDebit", sum(credit) over ()::bigint as "allCredit"
        from found) rows
     where account > ${page.after} order by account limit ${page.limit}`.execute(tx);
  return rows;
}

const numbersOf = (months: readonly ShownMonth[]) => months.filter((one) => one.counted).map((one) => one.number);

const ranges = {
  general: [0, 99_999_999],
  debtor: [100_000_000, 699_999_999],
  creditor: [700_000_000, 999_999_999],
} as const;

function conditionOf(filter: SumsFilter) {
  const [from, to] = filter.class ? ranges[filter.class] : [0, 999_999_999];
  const words = filter.text?.trim() ?? '';
  const between = sql`b.account between ${from} and ${to}`;
  if (words === '') return between;
  // Numbers as technical ones begin: 4400 finds 44000000.
  const number = /^\d+$/.test(words)
    ? sql`or lpad(b.account::text, case when b.account >= 100000000 then 9 else 8 end, '0') like ${`${words}%`}`
    : sql``;
  return sql`${between} and (b.caption ilike ${likeAnywhere(words)} ${number})`;
}
