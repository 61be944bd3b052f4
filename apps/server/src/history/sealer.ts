import { type Anchor, type SealedLink, type SigningKey, sealNext, signHead } from '@bruecke/proof';
import { sql } from 'kysely';
import type { Tenancy, Tx } from '../db/withTenant.ts';
import { type EntryRow, entryToJson } from './entry.ts';
import { chainScope, type HistoryClass, historyTables, toScope } from './scopes.ts';

export type SealerOptions = {
  readonly tenancy: Tenancy;
  readonly key: SigningKey;
  readonly now: () => Date;
  /** Most entries per transaction. Default 2000. */
  readonly limit?: number;
};

/** One sealer at a time over all processes ("seal" in ASCII). */
const SEALER_LOCK = 1_936_023_916;

/**
 * Channel that tells of new seals, and so of what changed: live pages hang on it. Not sent by the writing transactions
 * themselves, because NOTIFY makes commits wait for each other; here it costs one per chain and batch.
 */
export const SEALED_CHANNEL = 'history_sealed';

/** Payload, as JSON. `scope` as hashed: `mandant:<id>`, `firm:<id>` or `instance`. */
export type SealedNotice = { readonly scope: string; readonly kinds: readonly string[] };

/**
 * Links the entries that no seal covers yet, each chain in the order written, and signs each chain's new head; all in one
 * transaction, so a crash leaves either all of it or nothing. Returns how many entries were sealed: 0 when there are none, or
 * when another process is at it.
 */
export async function sealPending(options: SealerOptions): Promise<number> {
  const limit = options.limit ?? 2000;
  return options.tenancy.withRole('sealer', async (tx) => {
    const { rows: locks } = await sql<{
      got: boolean;
    }>`select pg_try_advisory_xact_lock(${SEALER_LOCK}) as got`.execute(tx);
    if (!locks[0]?.got) return 0;
    const waiting = await tx
      .selectFrom('unsealed')
      .select(['id', 'class', 'scope_id', 'entry_id'])
      .orderBy('id')
      .limit(limit)
      .execute();
    if (waiting.length === 0) return 0;
    for (const historyClass of ['mandant', 'firm', 'instance'] as const) {
      const ofClass = waiting.filter((row) => row.class === historyClass);
      if (ofClass.length > 0) await sealClass(tx, historyClass, ofClass, options);
    }
    const ids = waiting.map((row) => row.id);
    await sql`delete from unsealed where id = any (${ids}::bigint[])`.execute(tx);
    return waiting.length;
  });
}

type Waiting = { readonly scope_id: string | null; readonly entry_id: string };

async function sealClass(
  tx: Tx,
  historyClass: HistoryClass,
  waiting: readonly Waiting[],
  options: SealerOptions,
): Promise<void> {
  const scopeIds = [...new Set(waiting.map((row) => row.scope_id))];
  const last = await readLastSeals(tx, historyClass, scopeIds);
  const entries = await readEntries(tx, historyClass, waiting);
  const seals: { readonly scopeId: string | null; readonly entryId: string; readonly link: SealedLink }[] = [];
  for (const { scope_id: scopeId, entry_id: entryId } of waiting) {
    const entry = entries.get(keyOf(scopeId, entryId));
    // Seen by the outbox's trigger in the same transaction: its absence means that someone removed it by force.
    if (!entry) throw new Error(`history entry ${entryId} waits for its seal but is gone`);
    const scope = chainScope(toScope(historyClass, scopeId));
    const link = sealNext(scope, last.get(scopeId) ?? null, entryToJson(entry));
    last.set(scopeId, link);
    seals.push({ scopeId, entryId, link });
  }
  const { seals: sealTable, alsoScope } = historyTables(historyClass);
  const scopeValue = historyClass === 'instance' ? sql`` : sql`, new.scope_id`;
  await sql`
    insert into ${sealTable} (seq, entry_id, previous, hash${alsoScope})
    select new.seq, new.entry_id, new.previous, new.hash${scopeValue}
      from unnest(${seals.map((s) => s.link.seq)}::bigint[], ${seals.map((s) => s.entryId)}::uuid[],
                  ${seals.map((s) => s.link.previous)}::text[], ${seals.map((s) => s.link.hash)}::text[],
                  ${seals.map((s) => s.scopeId)}::uuid[]) as new (seq, entry_id, previous, hash, scope_id)`.execute(tx);
  await writeHeads(tx, historyClass, scopeIds, last, options);
  await tell(tx, historyClass, waiting, entries);
}

async function tell(
  tx: Tx,
  historyClass: HistoryClass,
  waiting: readonly Waiting[],
  entries: ReadonlyMap<string, EntryRow>,
): Promise<void> {
  const kinds = new Map<string, Set<string>>();
  for (const { scope_id: scopeId, entry_id: entryId } of waiting) {
    const scope = chainScope(toScope(historyClass, scopeId));
    const kind = entries.get(keyOf(scopeId, entryId))?.kind;
    if (kind) kinds.set(scope, (kinds.get(scope) ?? new Set()).add(kind));
  }
  const notices = [...kinds].map(([scope, set]): SealedNotice => ({ scope, kinds: [...set] }));
  const payloads = notices.map((notice) => JSON.stringify(notice));
  await sql`select pg_notify(${SEALED_CHANNEL}, payload) from unnest(${payloads}::text[]) as payload`.execute(tx);
}

async function writeHeads(
  tx: Tx,
  historyClass: HistoryClass,
  scopeIds: readonly (string | null)[],
  last: ReadonlyMap<string | null, Anchor>,
  options: SealerOptions,
): Promise<void> {
  const at = options.now();
  const heads = scopeIds.flatMap((scopeId) => {
    const anchor = last.get(scopeId);
    return anchor ? [{ scopeId, head: signHead({ ...anchorOf(anchor), at: at.toISOString() }, options.key) }] : [];
  });
  const { heads: headTable, alsoScope } = historyTables(historyClass);
  const scopeValue = historyClass === 'instance' ? sql`` : sql`, new.scope_id`;
  await sql`
    insert into ${headTable} (seq, hash, at, key_id, signature${alsoScope})
    select new.seq, new.hash, ${at}::timestamptz, new.key_id, new.signature${scopeValue}
      from unnest(${heads.map((h) => h.head.seq)}::bigint[], ${heads.map((h) => h.head.hash)}::text[],
                  ${heads.map((h) => h.head.signature.keyId)}::text[], ${heads.map((h) => h.head.signature.value)}::text[],
                  ${heads.map((h) => h.scopeId)}::uuid[]) as new (seq, hash, key_id, signature, scope_id)`.execute(tx);
}

function anchorOf({ scope, seq, hash }: Anchor): Anchor {
  return { scope, seq, hash };
}

async function readLastSeals(
  tx: Tx,
  historyClass: HistoryClass,
  scopeIds: readonly (string | null)[],
): Promise<Map<string | null, Anchor>> {
  const { seals, sameScope } = historyTables(historyClass);
  const { rows } = await sql<{ scope_id: string | null; seq: number; hash: string }>`
    select scope.id as scope_id, last.seq, last.hash
      from unnest(${scopeIds}::uuid[]) as scope (id),
           lateral (select seal.seq, seal.hash from ${seals} as seal
                     where true ${sameScope('seal', sql`scope.id`)} order by seal.seq desc limit 1) as last`.execute(
    tx,
  );
  return new Map(
    rows.map((row) => [
      row.scope_id,
      { scope: chainScope(toScope(historyClass, row.scope_id)), seq: row.seq, hash: row.hash },
    ]),
  );
}

async function readEntries(
  tx: Tx,
  historyClass: HistoryClass,
  waiting: readonly Waiting[],
): Promise<Map<string, EntryRow>> {
  const { entries, sameScope } = historyTables(historyClass);
  const { rows } = await sql<EntryRow & { scope_id: string | null }>`
    select wanted.scope_id, entry.id, entry.at, entry.kind, entry.actor, entry.subject, entry.data, entry.commitments
      from unnest(${waiting.map((w) => w.scope_id)}::uuid[], ${waiting.map((w) => w.entry_id)}::uuid[]) as wanted (scope_id, entry_id)
      join ${entries} as entry on entry.id = wanted.entry_id ${sameScope('entry', sql`wanted.scope_id`)}`.execute(tx);
  return new Map(rows.map((row) => [keyOf(row.scope_id, row.id), row]));
}

function keyOf(scopeId: string | null, entryId: string): string {
  return `${scopeId ?? ''} ${entryId}`;
}
