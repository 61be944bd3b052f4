import { type ConnectionState, connectionStates, connectionTone, connectionView, type Id } from '@bruecke/model';
import { type RawBuilder, sql } from 'kysely';
import { inFirm } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { decodeCursor, encodeCursor } from '../../db/cursor.ts';
import type { Tx } from '../../db/withTenant.ts';
import { type ConnectionStateRow, connectionFacts, type GrantStateRow } from '../connectionHealth/index.ts';

export type MandantRow = {
  id: Id;
  name: string;
  mandantNumber: number;
  since: string;
  restricted: boolean;
  connectionState: ConnectionState;
  connectionSince: string | null;
  waiting: number;
  questions: number;
  errors: number;
  lastHandedInAt: string | null;
  assignedTo: { userId: Id; name: string }[];
};

type Order = 'number' | 'name' | 'need';

/**
 * Mandantenstammdaten: the Mandanten of the firm that the person sees, each with the state of its living connection.
 * `need`: broken connections and what waits for a person first, which needs every row's state; the others are cut to the page
 * before anything is counted. One query. `limit` at most 1000, 200 unless given.
 */
export async function listMandantenOfFirm(
  ctx: Ctx,
  input: { firmId: Id; text?: string; order?: Order; cursor?: string; limit?: number },
): Promise<{ rows: MandantRow[]; total: number; next: string | null }> {
  const limit = input.limit ?? 200;
  const [from] = decodeCursor(input.cursor, ['number']) ?? [0];
  const offset = Math.max(0, Math.trunc(from));
  const order = input.order ?? 'number';
  return inFirm(ctx, input.firmId, 'staff', async (tx) => {
    const text = input.text?.trim() || null;
    const found = await select(tx, { firmId: input.firmId, text, order, offset, limit });
    const now = ctx.now().toISOString();
    const all = found.map((row) => toMandantRow(row, now));
    const rows = order === 'need' ? all.sort(byNeed).slice(offset, offset + limit) : all;
    // A page beyond the end has no row that could carry the number of all.
    const total = found[0]?.total ?? (offset === 0 ? 0 : await count(tx, input.firmId, text));
    return {
      rows,
      total,
      next: offset + rows.length < total && rows.length > 0 ? encodeCursor([offset + rows.length]) : null,
    };
  });
}

type Found = {
  id: Id;
  name: string;
  number: number;
  since: Date;
  restricted: boolean;
  total: number;
  connection: Json<ConnectionStateRow> | null;
  grant: Json<GrantStateRow> | null;
  waiting: number;
  questions: number;
  errors: number;
  last: Date | null;
  assigned: { userId: Id; name: string }[];
};
/** Times inside jsonb arrive as text. */
type Json<T> = { [K in keyof T]: T[K] extends Date ? string : T[K] extends Date | null ? string | null : T[K] };

function seen(firmId: Id, text: string | null): RawBuilder<unknown> {
  const filter = text
    ? sql`and (position(lower(${text}) in lower(t.name)) > 0 or e.mandant_number::text like ${`${text.replace(/[%_\\]/g, '')}%`})`
    : sql``;
  return sql`
    engagements e join mandanten t on t.mandant_id = e.mandant_id
    where e.firm_id = ${firmId} and e.ended_at is null
      and e.mandant_id in (select mandant_id from access where via = 'firm') ${filter}`;
}

async function count(tx: Tx, firmId: Id, text: string | null): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${seen(firmId, text)}`.execute(tx);
  return rows[0]?.count ?? 0;
}

async function select(
  tx: Tx,
  page: { firmId: Id; text: string | null; order: Order; offset: number; limit: number },
): Promise<Found[]> {
  const cut = page.order === 'need' ? sql`` : sql`limit ${page.limit} offset ${page.offset}`;
  const sorted = page.order === 'name' ? sql`lower(name), number` : sql`number`;
  const { rows } = await sql<Found>`
    with seen as materialized (
      select e.mandant_id as id, t.name, e.mandant_number as number, e.since, t.restricted_to is not null as restricted,
             count(*) over () as total
        from ${seen(page.firmId, page.text)}
       order by ${page.order === 'name' ? sql`lower(t.name), e.mandant_number` : sql`e.mandant_number`} ${cut}
    )
    select seen.*, connection.state as connection, consent.state as grant,
           open.waiting, open.questions, open.errors, newest.received_at as last, assigned.people as assigned
      from seen
      left join lateral (
        select c.id, to_jsonb(c) - 'dataset' - 'findings' as state from connections c
         where c.mandant_id = seen.id and c.severed_at is null limit 1) connection on true
      left join lateral (
        select jsonb_build_object('state', g.state, 'consented_at', g.consented_at, 'refresh_expires_at', g.refresh_expires_at,
                                  'granted_by', g.granted_by, 'lost_at', g.lost_at, 'lost_reason', g.lost_reason) as state
          from grants g
         where g.mandant_id = seen.id and g.connection_id = connection.id and g.state in ('valid', 'lost')
         order by g.state = 'valid' desc, g.consented_at desc limit 1) consent on true
      left join lateral (
        select count(*) filter (where v.status = 'waiting') as waiting, count(*) filter (where v.status = 'question') as questions,
               count(*) filter (where v.status = 'error') as errors
          from vouchers v where v.mandant_id = seen.id and v.status in ('waiting', 'question', 'error')) open on true
      left join lateral (
        select v.received_at from vouchers v where v.mandant_id = seen.id order by v.received_at desc, v.id desc limit 1) newest on true
      left join lateral (
        select coalesce(jsonb_agg(jsonb_build_object('userId', p.user_id, 'name', p.name) order by p.name, p.user_id), '[]') as people
          from (select distinct a.user_id, u.name from assignments a join users u on u.id = a.user_id where a.mandant_id = seen.id) p
      ) assigned on true
     order by ${sorted}`.execute(tx);
  return rows;
}

function toMandantRow(row: Found, now: string): MandantRow {
  const view = row.connection
    ? connectionView(connectionFacts(toConnection(row.connection), row.grant && toGrant(row.grant)), now)
    : null;
  return {
    id: row.id,
    name: row.name,
    mandantNumber: row.number,
    since: row.since.toISOString(),
    restricted: row.restricted,
    connectionState: view?.state ?? 'not_set_up',
    connectionSince: view?.since ?? null,
    waiting: row.waiting,
    questions: row.questions,
    errors: row.errors,
    lastHandedInAt: row.last?.toISOString() ?? null,
    assignedTo: row.assigned,
  };
}

const toDate = (text: string | null): Date | null => (text === null ? null : new Date(text));

function toConnection(row: Json<ConnectionStateRow>): ConnectionStateRow {
  return {
    ...row,
    switched_at: new Date(row.switched_at),
    checked_at: toDate(row.checked_at),
    reachable_since: toDate(row.reachable_since),
    last_success_at: toDate(row.last_success_at),
    severed_at: toDate(row.severed_at),
  };
}

function toGrant(row: Json<GrantStateRow>): GrantStateRow {
  return {
    ...row,
    consented_at: new Date(row.consented_at),
    refresh_expires_at: new Date(row.refresh_expires_at),
    lost_at: toDate(row.lost_at),
  };
}

const toneRank = { bad: 0, warning: 1, neutral: 2, good: 2 } as const;

/** Broken first, then errors and questions, then warnings; among equals by number. */
function byNeed(a: MandantRow, b: MandantRow): number {
  return needOf(a) - needOf(b) || stateRank(a) - stateRank(b) || a.mandantNumber - b.mandantNumber;
}

function needOf(row: MandantRow): number {
  const tone = toneRank[connectionTone[row.connectionState]];
  if (tone === 0) return 0;
  if (row.errors > 0 || row.questions > 0) return 1;
  return tone + 1;
}

const stateRank = (row: MandantRow): number => connectionStates.indexOf(row.connectionState);
