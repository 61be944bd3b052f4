import type { HistoryEntry } from '@bruecke/contract';
import type { HistoryKind } from '@bruecke/model';
import { type RawBuilder, sql } from 'kysely';
import { decodeCursor, encodeCursor } from '../../db/cursor.ts';
import type { Tx } from '../../db/withTenant.ts';
import { type HistoryScope, historyTables, scopeId } from '../../history/scopes.ts';
import { type ActorJson, idsOf, type Names, resolveNames } from './names.ts';

const PAGE = 50;

export type HistoryPage = { entries: HistoryEntry[]; next: string | null };

type Row = {
  id: string;
  at: Date;
  kind: HistoryKind;
  actor: ActorJson;
  subject: Record<string, unknown>;
  data: Record<string, unknown>;
  seq: number | null;
  hash: string | null;
};

/**
 * A page of one chain, newest first, as far as the transaction's role and person may read it. `kind`: one kind, or all of a noun
 * (`voucher`). Names stand beside the chain as they were then; where they have been erased, ids stay.
 */
export async function readHistoryPage(
  tx: Tx,
  scope: HistoryScope,
  query: { cursor?: string; kind?: string },
): Promise<HistoryPage> {
  const rows = await readRows(tx, scope, query);
  const page = rows.slice(0, PAGE);
  const people = await readPeople(
    tx,
    scope,
    page.map((row) => row.id),
  );
  const names = await resolveNames(tx, idsOf(page), scope.class);
  const last = rows.length > PAGE ? page.at(-1) : undefined;
  return {
    entries: page.map((row) => toEntry(row, people.get(row.id) ?? new Map(), names)),
    next: last ? encodeCursor([last.at.toISOString(), last.id]) : null,
  };
}

async function readRows(tx: Tx, scope: HistoryScope, query: { cursor?: string; kind?: string }): Promise<Row[]> {
  const { entries, seals, sameScope } = historyTables(scope.class);
  const id = sql`${scopeId(scope)}::uuid`;
  const after = decodeCursor(query.cursor, ['time', 'id']);
  const beyond = after
    ? sql`and entry.at <= ${after[0]}::timestamptz and (entry.at < ${after[0]}::timestamptz or entry.id > ${after[1]}::uuid)`
    : sql``;
  const { rows } = await sql<Row>`
    select entry.id, entry.at, entry.kind, entry.actor, entry.subject, entry.data, seal.seq, seal.hash
      from ${entries} as entry
      left join ${seals} as seal on seal.entry_id = entry.id ${sameScope('seal', id)}
     where true ${sameScope('entry', id)} ${ofKind(query.kind)} ${beyond}
     order by entry.at desc, entry.id limit ${PAGE + 1}`.execute(tx);
  return rows;
}

function ofKind(kind: string | undefined): RawBuilder<unknown> {
  if (!kind) return sql``;
  return kind.includes('.')
    ? sql`and entry.kind = ${kind}`
    : sql`and entry.kind like ${`${kind.replace(/[%_\\]/g, '')}.%`}`;
}

async function readPeople(
  tx: Tx,
  scope: HistoryScope,
  entryIds: readonly string[],
): Promise<Map<string, Map<string, string>>> {
  const { people, sameScope } = historyTables(scope.class);
  const { rows } = await sql<{ entry_id: string; label: string; value: string }>`
    select beside.entry_id, beside.label, beside.value from ${people} as beside
     where beside.entry_id = any (${entryIds}::uuid[]) ${sameScope('beside', sql`${scopeId(scope)}::uuid`)}`.execute(
    tx,
  );
  const found = new Map<string, Map<string, string>>();
  for (const row of rows)
    found.set(row.entry_id, (found.get(row.entry_id) ?? new Map<string, string>()).set(row.label, row.value));
  return found;
}

function toEntry(row: Row, beside: ReadonlyMap<string, string>, names: Names): HistoryEntry {
  const data = { ...row.subject, ...row.data };
  return {
    id: row.id,
    at: row.at.toISOString(),
    kind: row.kind,
    actor: toActor(row.actor, beside.get('actor.name') ?? null, names),
    data,
    names: namesOf(data, beside, names),
    seq: row.seq,
    hash: row.hash,
  };
}

function toActor(actor: ActorJson, written: string | null, names: Names): HistoryEntry['actor'] {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  switch (actor.type) {
    case 'user':
      return {
        kind: 'person',
        id: text(actor.id),
        name: written ?? names.user.get(text(actor.id) ?? '') ?? null,
      };
    case 'apiKey':
      return {
        kind: 'apiKey',
        id: text(actor.id),
        name: written ?? names.user.get(text(actor.userId) ?? '') ?? null,
      };
    case 'rule':
      return { kind: 'rule', id: null, name: text(actor.name) };
    default:
      return { kind: 'system', id: null, name: null };
  }
}

/** By noun (`mandant`, `user`, `firm`, `voucher`): today's name where the reader sees it, else the one written then; the rest by label. */
function namesOf(
  data: Record<string, unknown>,
  beside: ReadonlyMap<string, string>,
  names: Names,
): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [label, value] of beside) {
    if (label === 'actor.name') continue;
    result[label.endsWith('.name') ? label.slice(0, -'.name'.length) : label] = value;
  }
  for (const noun of ['mandant', 'firm', 'user', 'voucher'] as const) {
    const id = data[`${noun}Id`];
    const name = typeof id === 'string' ? names[noun].get(id) : undefined;
    if (name !== undefined) result[noun] = name;
  }
  return result;
}
