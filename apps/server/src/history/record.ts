import type { HistoryKind } from '@bruecke/model';
import { canonicalize, commit, type JsonObject } from '@bruecke/proof';
import { sql } from 'kysely';
import type { Tx } from '../db/withTenant.ts';
import type { Actor, PersonalValue } from './entry.ts';
import { type HistoryClass, historyTables } from './scopes.ts';

export type HistoryEntry<Kind extends HistoryKind = HistoryKind> = {
  readonly at: Date;
  /** What happened, as `voucher.received`. */
  readonly kind: Kind;
  readonly actor: Actor;
  /** What it happened to: ids, as `{ voucherId }`. */
  readonly subject: JsonObject;
  /** Ids, states, numbers and hashes; never a name, an address or an IP: those go into `people`. */
  readonly data?: JsonObject;
  readonly people?: readonly PersonalValue[];
  /** Whose chains it is written to: every side concerned, each gets the whole entry. */
  readonly mandantIds?: readonly string[];
  readonly firmIds?: readonly string[];
  readonly instance?: boolean;
};

/** Where ids and salts come from. */
export type HistorySources = {
  /** A UUID not used before. */
  readonly newId: () => string;
  /** Cryptographic random bytes. */
  readonly randomBytes: (size: number) => Uint8Array;
};

/** A salt has 16 random bytes: nobody can find a name by trying all of them. */
const SALT_BYTES = 16;

/**
 * Writes one entry into the chain of each side concerned, in the caller's transaction: it is there exactly if the change is.
 * Sealing comes later (sealer.ts), so writing never waits for a chain. Returns the entry's id, the same in all chains, and its kind:
 * routes hand that on to show that they wrote what their endpoint declares.
 * A transaction as a person may only name that person, a rule or the system as actor (42501 otherwise).
 * @throws TypeError when no side is named or a label is used twice
 * @throws NotCanonicalError when subject or data are not plain JSON
 */
export async function recordHistory<Kind extends HistoryKind>(
  tx: Tx,
  sources: HistorySources,
  entry: HistoryEntry<Kind>,
): Promise<{ readonly id: string; readonly kind: Kind }> {
  const targets = targetsOf(entry);
  if (targets.length === 0) throw new TypeError(`history entry ${entry.kind} names no chain`);
  const id = sources.newId();
  const people = (entry.people ?? []).map((person) => ({
    ...person,
    salt: Buffer.from(sources.randomBytes(SALT_BYTES)).toString('hex'),
  }));
  const commitments = Object.fromEntries(people.map((person) => [person.label, commit(person.value, person.salt)]));
  if (Object.keys(commitments).length !== people.length)
    throw new TypeError(`history entry ${entry.kind} repeats a label`);
  const columns = [entry.actor, entry.subject, entry.data ?? {}, commitments].map((value) => canonicalize(value));
  const [actor, subject, data, committed] = columns;
  for (const [historyClass, scopeIds] of targets) {
    const { entries, people: beside, alsoScope } = historyTables(historyClass);
    const scopes = sql`unnest(${scopeIds}::uuid[]) as scope (id)`;
    const scopeValue = historyClass === 'instance' ? sql`` : sql`, scope.id`;
    await sql`
      insert into ${entries} (id, at, kind, actor, subject, data, commitments${alsoScope})
      select ${id}::uuid, ${entry.at}::timestamptz, ${entry.kind}, ${actor}::jsonb, ${subject}::jsonb, ${data}::jsonb,
             ${committed}::jsonb${scopeValue}
        from ${scopes}`.execute(tx);
    if (people.length === 0) continue;
    await sql`
      insert into ${beside} (entry_id, label, user_id, value, salt${alsoScope})
      select ${id}::uuid, person.label, person.user_id, person.value, person.salt${scopeValue}
        from ${scopes},
             unnest(${people.map((p) => p.label)}::text[], ${people.map((p) => p.userId ?? null)}::uuid[],
                    ${people.map((p) => p.value)}::text[], ${people.map((p) => p.salt)}::text[])
               as person (label, user_id, value, salt)`.execute(tx);
  }
  return { id, kind: entry.kind };
}

/** The instance has one chain and no id; a single row without one stands for it. */
function targetsOf(entry: HistoryEntry): readonly (readonly [HistoryClass, readonly (string | null)[]])[] {
  const all: readonly (readonly [HistoryClass, readonly (string | null)[]])[] = [
    ['mandant', [...new Set(entry.mandantIds ?? [])]],
    ['firm', [...new Set(entry.firmIds ?? [])]],
    ['instance', entry.instance ? [null] : []],
  ];
  return all.filter(([, scopeIds]) => scopeIds.length > 0);
}
