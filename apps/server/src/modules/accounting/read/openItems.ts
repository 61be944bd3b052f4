import type { AnswerOf, api } from '@bruecke/contract';
import { accountNumber, type Day, type Id } from '@bruecke/model';
import { type RawBuilder, sql } from 'kysely';
import { inMandant } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import { decodeCursor, encodeCursor } from '../../../db/cursor.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { refuse } from '../../../refusal.ts';
import { daysBetween, germanDay } from '../plan/calendar.ts';
import { findVouchers, isInt4 } from './postingRows.ts';
import { likeAnywhere } from './search.ts';
import { findYear, type ShownYear } from './shownYear.ts';

export type OpenItems = AnswerOf<typeof api.figures.openItems>;
export type Ageing = OpenItems['ageing'];
export type Side = 'receivable' | 'payable';
export type ItemsFilter = {
  side: Side;
  state?: 'open' | 'overdue' | 'notDue' | undefined;
  account?: number | undefined;
  text?: string | undefined;
  order?: 'dueDate' | 'amount' | 'account' | undefined;
};
export type ItemsInput = ItemsFilter & {
  mandantId: Id;
  yearNo: number;
  cursor?: string | undefined;
  limit?: number | undefined;
};

/** Offene Posten of one side: what is still open, what of it is overdue today, and for how long. */
export function showOpenItems(ctx: Ctx, input: ItemsInput): Promise<OpenItems> {
  const asOf = germanDay(ctx.now());
  return inMandant(ctx, input.mandantId, 'read', (tx) => readOpenItems(tx, input, asOf, input.limit ?? 100), {
    readOnly: true,
  });
}

export async function readOpenItems(tx: Tx, input: ItemsInput, asOf: Day, limit: number): Promise<OpenItems> {
  const year = await findYear(tx, input.mandantId, input.yearNo);
  const where = conditionsOf(year, input, asOf);
  const rows = await readPage(tx, input, where, limit + 1);
  const shown = rows.slice(0, limit);
  const ageing = await readAgeing(tx, input.side, where, asOf);
  const vouchers = await findVouchers(
    tx,
    year.mandantId,
    shown.flatMap((row) => row.guid ?? []),
  );
  const last = shown.at(-1);
  return {
    basis: year.basis,
    stand: year.openItemsAt?.toISOString() ?? null,
    asOf,
    totals: {
      count: ageing.reduce((sum, one) => sum + one.count, 0),
      open: ageing.reduce((sum, one) => sum + one.open, 0),
      overdue: ageing.reduce((sum, one) => sum + (one.bucket === 'notDue' ? 0 : one.open), 0),
    },
    ageing,
    rows: shown.map((row) => ({
      key: String(row.no),
      account: row.account,
      number: accountNumber(row.account, year.accountLength),
      caption: row.name,
      date: row.date,
      dueDate: row.dueDate,
      daysOverdue: row.dueDate === null ? 0 : Math.max(0, daysBetween(row.dueDate, asOf)),
      amount: signOf(input.side) * row.amount,
      open: signOf(input.side) * row.open,
      text: row.text,
      documentField1: row.field1,
      dunningLevel: row.dunningLevel,
      dunningBlock: row.dunningBlock,
      voucherId: row.guid === null ? null : (vouchers.get(row.guid) ?? null),
    })),
    next: rows.length > limit && last ? encodeCursor([last.sort, last.no]) : null,
  };
}

/** What debtors owe is debit, what creditors are owed is credit: on pages both are positive. */
const signOf = (side: Side) => (side === 'receivable' ? 1 : -1);

type Row = {
  no: number;
  account: number;
  name: string | null;
  date: Day | null;
  dueDate: Day | null;
  amount: number;
  open: number;
  text: string | null;
  field1: string | null;
  dunningLevel: string | null;
  dunningBlock: boolean;
  guid: Id | null;
  sort: number;
};

const tables = sql`open_items i
  left join partners p on p.mandant_id = i.mandant_id and p.ledger_no = i.ledger_no and p.account = i.account
  left join account_balances b on b.mandant_id = i.mandant_id and b.year_no = i.year_no and b.account = i.account`;

function conditionsOf(year: ShownYear, filter: ItemsFilter, asOf: Day): RawBuilder<unknown> {
  const conditions = [
    sql`i.mandant_id = ${year.mandantId} and i.year_no = ${year.yearNo} and i.side = ${filter.side} and not i.cleared and i.open <> 0`,
  ];
  if (filter.state === 'overdue') conditions.push(sql`i.due_date < ${asOf}::date`);
  if (filter.state === 'notDue') conditions.push(sql`(i.due_date is null or i.due_date >= ${asOf}::date)`);
  if (filter.account !== undefined) conditions.push(sql`i.account = ${filter.account}`);
  const words = filter.text?.trim() ?? '';
  if (words !== '') {
    const pattern = likeAnywhere(words);
    conditions.push(
      sql`(coalesce(p.name, b.caption) ilike ${pattern} or i.text ilike ${pattern} or i.document_field1 ilike ${pattern})`,
    );
  }
  return sql.join(conditions, sql` and `);
}

/** Days since 1970, the amount, or the account: a number to sort by and to go on from. */
const sortKeys = {
  dueDate: sql`coalesce(i.due_date, i.date, '1970-01-01'::date) - '1970-01-01'::date`,
  amount: sql`-abs(i.open)`,
  account: sql`i.account`,
};

async function readPage(tx: Tx, input: ItemsInput, where: RawBuilder<unknown>, limit: number): Promise<Row[]> {
  const sort = sortKeys[input.order ?? 'dueDate'];
  const key = decodeCursor(input.cursor, ['number', 'number']);
  if (key && !(Number.isSafeInteger(key[0]) && isInt4(key[1])))
    throw refuse('invalid_input', { fields: [{ path: 'query.cursor', message: 'not of this list' }] });
  const after = key ? sql`and (${sort}, i.no) > (${key[0]}::bigint, ${key[1]}::int)` : sql``;
  const { rows } = await sql<Row>`
    select i.no, i.account, coalesce(p.name, b.caption) as name, i.date, i.due_date as "dueDate", i.amount, i.open, i.text,
           i.document_field1 as field1, i.dunning_level as "dunningLevel", i.dunning_block as "dunningBlock", i.document_guid as guid,
           (${sort})::bigint as sort
      from ${tables} where ${where} ${after} order by ${sort}, i.no limit ${limit}`.execute(tx);
  return rows;
}

const buckets = ['notDue', 'to30', 'to60', 'to90', 'over90'] as const;

async function readAgeing(tx: Tx, side: Side, where: RawBuilder<unknown>, asOf: Day): Promise<Ageing> {
  const days = sql`${asOf}::date - i.due_date`;
  const { rows } = await sql<{ bucket: (typeof buckets)[number]; open: number; count: number }>`
    select case when i.due_date is null or ${days} <= 0 then 'notDue' when ${days} <= 30 then 'to30' when ${days} <= 60 then 'to60'
                when ${days} <= 90 then 'to90' else 'over90' end as bucket,
           sum(i.open)::bigint as open, count(*) as count
      from ${tables} where ${where} group by 1`.execute(tx);
  return buckets.map((bucket) => {
    const found = rows.find((row) => row.bucket === bucket);
    return { bucket, open: found ? signOf(side) * found.open : 0, count: found?.count ?? 0 };
  });
}

/** Ageing of a whole side, and its partners that owe or are owed most. */
export async function readSide(tx: Tx, year: ShownYear, side: Side, asOf: Day, top: number) {
  const where = conditionsOf(year, { side }, asOf);
  const { rows } = await sql<{ account: number; name: string | null; open: number; overdue: number; turnover: number }>`
    select i.account, max(coalesce(p.name, b.caption)) as name, sum(i.open)::bigint as open,
           coalesce(sum(i.open) filter (where i.due_date < ${asOf}::date), 0)::bigint as overdue,
           coalesce(max(case when ${side} = 'receivable' then b.debit else b.credit end), 0)::bigint as turnover
      from ${tables} where ${where} group by i.account
     order by abs(sum(i.open)) desc, i.account limit ${top}`.execute(tx);
  return {
    ageing: await readAgeing(tx, side, where, asOf),
    top: rows.map((row) => ({
      account: row.account,
      number: accountNumber(row.account, year.accountLength),
      caption: row.name,
      open: signOf(side) * row.open,
      overdue: signOf(side) * row.overdue,
      turnover: row.turnover,
    })),
  };
}
