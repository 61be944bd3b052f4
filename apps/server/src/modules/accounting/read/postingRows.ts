import type { AnswerOf, api } from '@bruecke/contract';
import { accountNumber, documentGuid, type Id, mostInBlock } from '@bruecke/model';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../../db/withTenant.ts';
import type { Search } from './search.ts';
import type { ShownYear } from './shownYear.ts';

export type PostingLine = AnswerOf<typeof api.figures.journal>['rows'][number];

/** A row as stored, with its place. */
export type StoredPosting = {
  load: number;
  date: string;
  no: number;
  account: number;
  contra_account: number | null;
  debit: number;
  credit: number;
  document_guid: Id | null;
  tax_key: number | null;
  tax_rate: number | null;
  opening: boolean;
  general_reversal: boolean;
  batch_number: string | null;
  text: string | null;
  document_field1: string | null;
  document_field2: string | null;
  document_link: string | null;
  cost_center1: string | null;
  cost_center2: string | null;
};

const columns = sql`p.date, p.no, p.account, p.contra_account, p.debit, p.credit, p.document_guid, p.tax_key, p.tax_rate,
  p.opening, p.general_reversal, p.batch_number, p.text, p.document_field1, p.document_field2, p.document_link, p.cost_center1,
  p.cost_center2`;
/** Where a page goes on: the place of its last row. The month is for the case that its load is another by then. */
export type PostingPlace = { load: number; month: string; no: number };

/** Whether a number fits PostgreSQL's integer: cursors come from outside. */
export const isInt4 = (value: number) => Number.isInteger(value) && Math.abs(value) <= 2_147_483_647;

/** Rows of one load in order, from a place on. They lie in blocks, which are taken apart one after the other until there are enough. */
export async function readLoad(
  tx: Tx,
  mandantId: Id,
  wanted: {
    load: number;
    account?: number | undefined;
    search?: Search | undefined;
    /** Movements alone: without the opening postings. */
    movements?: boolean | undefined;
    after?: number | undefined;
    /** The last place that is looked at; unless said, the load's last one. */
    through?: number | undefined;
    newestFirst?: boolean | undefined;
    limit: number;
  },
): Promise<StoredPosting[]> {
  const { load, search, newestFirst, limit } = wanted;
  const account = wanted.account === undefined ? sql`` : ofAccount(mandantId, load, wanted.account);
  const movements = wanted.movements ? sql`and not p.opening` : sql``;
  const found = search === undefined ? sql`` : sql`and ${search.blocks} and ${search.postings}`;
  const { rows } = await sql<StoredPosting>`
    select b.load_no as load, ${columns} from posting_blocks b cross join lateral postings_in(b) p
     where b.mandant_id = ${mandantId} and b.load_no = ${load} ${account} ${behind(wanted.after, newestFirst)} ${upTo(wanted.through, newestFirst)} ${movements} ${found}
     order by ${newestFirst ? sql`b.first_no desc, p.no desc` : sql`b.first_no, p.no`} limit ${limit}`.execute(tx);
  return rows;
}

/** A movement on the way of a search: whether it is meant, and by how much the account moved from the start of the stretch to its end. */
export type MovedPosting = StoredPosting & { found: boolean; moved: number };

/** Movements of an account in a stretch of a load that a search finds, and the stretch's last one where there is room for it. */
export async function readMoved(
  tx: Tx,
  mandantId: Id,
  wanted: {
    load: number;
    account: number;
    search: Search;
    after: number | undefined;
    through: number | undefined;
    newestFirst: boolean;
    limit: number;
  },
): Promise<MovedPosting[]> {
  const { load, newestFirst, limit } = wanted;
  const order = newestFirst ? sql`b.first_no desc, p.no desc` : sql`b.first_no, p.no`;
  const { rows } = await sql<MovedPosting>`
    select * from (
      select b.load_no as load, ${columns}, ${wanted.search.postings} as found,
             sum(p.debit - p.credit) over (order by ${order})::bigint as moved, lead(p.no) over (order by ${order}) is null as last
        from posting_blocks b cross join lateral postings_in(b) p
       where b.mandant_id = ${mandantId} and b.load_no = ${load} ${ofAccount(mandantId, load, wanted.account)}
         ${behind(wanted.after, newestFirst)} ${upTo(wanted.through, newestFirst)} and not p.opening) p
     where found or last order by ${newestFirst ? sql`no desc` : sql`no`} limit ${limit}`.execute(tx);
  return rows;
}

/** The blocks with postings of an account are known. */
function ofAccount(mandantId: Id, load: number, account: number): RawBuilder<unknown> {
  return sql`and p.account = ${account} and b.first_no = any (array(
    select unnest(s.blocks) from load_sums s where s.mandant_id = ${mandantId} and s.load_no = ${load} and s.account = ${account}))`;
}

function behind(after: number | undefined, newestFirst: boolean | undefined): RawBuilder<unknown> {
  if (after === undefined) return sql``;
  return newestFirst
    ? sql`and p.no < ${after} and b.first_no < ${after}`
    : sql`and p.no > ${after} and b.first_no > ${after - mostInBlock}`;
}

function upTo(through: number | undefined, newestFirst: boolean | undefined): RawBuilder<unknown> {
  if (through === undefined) return sql``;
  return newestFirst
    ? sql`and p.no >= ${through} and b.first_no > ${through - mostInBlock}`
    : sql`and p.no <= ${through} and b.first_no <= ${through}`;
}

export async function readLinked(tx: Tx, mandantId: Id, guids: readonly Id[]): Promise<StoredPosting[]> {
  const { rows } = await sql<StoredPosting>`
    select p.load_no as load, ${columns} from posting_links l
      join postings p on p.mandant_id = l.mandant_id and p.load_no = l.load_no and p.first_no = l.first_no
       and p.document_guid = l.document_guid
     where l.mandant_id = ${mandantId} and l.document_guid = any (${guids}::uuid[])
     order by p.date, p.load_no, p.no`.execute(tx);
  return rows;
}

/** Rows as pages show them: accounts with captions, vouchers where this person may see them. */
export async function toPostingLines(tx: Tx, year: ShownYear, rows: readonly StoredPosting[]): Promise<PostingLine[]> {
  const captions = await readCaptions(
    tx,
    year,
    rows.flatMap((row) => [row.account, ...(row.contra_account === null ? [] : [row.contra_account])]),
  );
  const vouchers = await findVouchers(
    tx,
    year.mandantId,
    rows.flatMap((row) => row.document_guid ?? []),
  );
  const number = (account: number) => accountNumber(account, year.accountLength);
  return rows.map((row) => ({
    key: `${row.load}-${row.no}`,
    date: row.date,
    account: row.account,
    number: number(row.account),
    caption: captions.get(row.account) ?? null,
    contraAccount: row.contra_account,
    contraNumber: row.contra_account === null ? null : number(row.contra_account),
    contraCaption: row.contra_account === null ? null : (captions.get(row.contra_account) ?? null),
    debit: row.debit,
    credit: row.credit,
    text: row.text,
    documentField1: row.document_field1,
    documentField2: row.document_field2,
    batchNumber: row.batch_number,
    taxKey: row.tax_key,
    taxRate: row.tax_rate === null ? null : row.tax_rate / 100,
    opening: row.opening,
    generalReversal: row.general_reversal,
    costCenter1: row.cost_center1,
    costCenter2: row.cost_center2,
    voucherId: row.document_guid === null ? null : (vouchers.get(row.document_guid) ?? null),
    documentLink: row.document_link,
  }));
}

export async function readCaptions(tx: Tx, year: ShownYear, accounts: readonly number[]): Promise<Map<number, string>> {
  if (accounts.length === 0) return new Map();
  const { rows } = await sql<{ account: number; caption: string }>`
    select account, caption from account_balances
     where mandant_id = ${year.mandantId} and year_no = ${year.yearNo} and account = any (${[...new Set(accounts)]}::int[])`.execute(
    tx,
  );
  return new Map(rows.map((row) => [row.account, row.caption]));
}

/** The vouchers that were sent to DATEV under these GUIDs, as far as this person may see them. */
export async function findVouchers(tx: Tx, mandantId: Id, guids: readonly Id[]): Promise<Map<Id, Id>> {
  if (guids.length === 0) return new Map();
  const spelt = [...new Set(guids)].map(documentGuid);
  const { rows } = await sql<{ guid: string; voucherId: Id }>`
    select guid, voucher_id as "voucherId" from deliveries where mandant_id = ${mandantId} and guid = any (${spelt}::text[])`.execute(
    tx,
  );
  return new Map(rows.map((row) => [row.guid.toLowerCase(), row.voucherId]));
}
