import type { AnswerOf, api } from '@bruecke/contract';
import { accountNumber, documentGuid, type Id } from '@bruecke/model';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../../db/withTenant.ts';
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

const columns = sql`p.load_no as load, p.date, p.no, p.account, p.contra_account, p.debit, p.credit, p.document_guid, p.tax_key, p.tax_rate,
  p.opening, p.general_reversal, p.batch_number, p.text, p.document_field1, p.document_field2, p.document_link, p.cost_center1,
  p.cost_center2`;

/** Where a page goes on: the place of its last row. The month is for the case that its load is another by then. */
export type PostingPlace = { load: number; month: string; no: number };

/** Whether a number fits PostgreSQL's integer: cursors come from outside. */
export const isInt4 = (value: number) => Number.isInteger(value) && Math.abs(value) <= 2_147_483_647;

/** Rows of one load in order, from a place on. One month is one load, so that one range of an index answers it. */
export async function readLoad(
  tx: Tx,
  mandantId: Id,
  wanted: {
    load: number;
    account?: number | undefined;
    conditions?: RawBuilder<unknown> | undefined;
    after?: number | undefined;
    newestFirst?: boolean | undefined;
    limit: number;
  },
): Promise<StoredPosting[]> {
  const { after, newestFirst, limit } = wanted;
  const account = wanted.account === undefined ? sql`` : sql`and p.account = ${wanted.account}`;
  const place = after === undefined ? sql`` : sql`and p.no ${newestFirst ? sql`<` : sql`>`} ${after}`;
  const { rows } = await sql<StoredPosting>`
    select ${columns} from postings p
     where p.mandant_id = ${mandantId} and p.load_no = ${wanted.load} ${account} ${place} ${wanted.conditions ?? sql``}
     order by ${newestFirst ? sql`p.no desc` : sql`p.no`} limit ${limit}`.execute(tx);
  return rows;
}

export async function readLinked(tx: Tx, mandantId: Id, guids: readonly Id[]): Promise<StoredPosting[]> {
  const { rows } = await sql<StoredPosting>`
    select ${columns} from postings p
     where p.mandant_id = ${mandantId} and p.document_guid = any (${guids}::uuid[])
     order by p.date, p.no`.execute(tx);
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
