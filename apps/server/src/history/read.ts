import type { SealedLink, SignedHead } from '@bruecke/proof';
import { sql } from 'kysely';
import type { Tx } from '../db/withTenant.ts';
import { type EntryRow, entryToJson } from './entry.ts';
import { chainScope, type HistoryScope, historyTables, scopeId } from './scopes.ts';

const PAGE = 1000;

type LinkRow = EntryRow & { readonly seq: number; readonly previous: string | null; readonly hash: string };

const linkColumns = sql`seal.seq, seal.previous, seal.hash,
  entry.id, entry.at, entry.kind, entry.actor, entry.subject, entry.data, entry.commitments`;

function toLink(scope: HistoryScope, row: LinkRow): SealedLink {
  const { seq, previous, hash } = row;
  return { scope: chainScope(scope), seq, previous, hash, entry: entryToJson(row) };
}

/** Reads a chain's links in order, page by page, so that its length costs no memory. `after`: the number before the first. */
export async function* readLinks(tx: Tx, scope: HistoryScope, after = 0): AsyncGenerator<SealedLink> {
  const { entries, seals, sameScope } = historyTables(scope.class);
  const id = sql`${scopeId(scope)}::uuid`;
  for (let last = after; ; ) {
    const { rows } = await sql<LinkRow>`
      select ${linkColumns}
        from ${seals} as seal join ${entries} as entry on entry.id = seal.entry_id ${sameScope('entry', id)}
       where seal.seq > ${last} ${sameScope('seal', id)}
       order by seal.seq limit ${PAGE}`.execute(tx);
    for (const row of rows) yield toLink(scope, row);
    const end = rows.at(-1);
    if (!end || rows.length < PAGE) return;
    last = end.seq;
  }
}

/** One entry's link and the first signed head that covers it; undefined while it waits for the sealer. */
export async function findSeal(
  tx: Tx,
  scope: HistoryScope,
  entryId: string,
): Promise<{ readonly link: SealedLink; readonly head: SignedHead | undefined } | undefined> {
  const { entries, seals, sameScope } = historyTables(scope.class);
  const id = sql`${scopeId(scope)}::uuid`;
  const { rows } = await sql<LinkRow>`
    select ${linkColumns}
      from ${seals} as seal join ${entries} as entry on entry.id = seal.entry_id ${sameScope('entry', id)}
     where seal.entry_id = ${entryId} ${sameScope('seal', id)}`.execute(tx);
  const row = rows[0];
  return row && { link: toLink(scope, row), head: await readHead(tx, scope, sql`head.seq asc`, row.seq) };
}

/** The newest signed head of a chain; undefined for a chain without any seal. */
export async function readNewestHead(tx: Tx, scope: HistoryScope): Promise<SignedHead | undefined> {
  return readHead(tx, scope, sql`head.seq desc`, 1);
}

async function readHead(
  tx: Tx,
  scope: HistoryScope,
  order: ReturnType<typeof sql>,
  from: number,
): Promise<SignedHead | undefined> {
  const { heads, sameScope } = historyTables(scope.class);
  const { rows } = await sql<{ seq: number; hash: string; at: Date; key_id: string; signature: string }>`
    select head.seq, head.hash, head.at, head.key_id, head.signature from ${heads} as head
     where head.seq >= ${from} ${sameScope('head', sql`${scopeId(scope)}::uuid`)}
     order by ${order} limit 1`.execute(tx);
  const row = rows[0];
  return (
    row && {
      kind: 'bruecke.head',
      version: 1,
      scope: chainScope(scope),
      seq: row.seq,
      hash: row.hash,
      at: row.at.toISOString(),
      signature: { keyId: row.key_id, alg: 'Ed25519', value: row.signature },
    }
  );
}

/** Entries of a chain that no seal covers: a handful within the last second, more only when the sealer stands still. */
export async function countUnsealed(tx: Tx, scope: HistoryScope): Promise<number> {
  const { entries, seals, sameScope } = historyTables(scope.class);
  const id = sql`${scopeId(scope)}::uuid`;
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${entries} as entry
     where not exists (select from ${seals} as seal where seal.entry_id = entry.id ${sameScope('seal', id)})
       ${sameScope('entry', id)}`.execute(tx);
  return rows[0]?.count ?? 0;
}
