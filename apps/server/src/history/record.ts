import type { HistoryKind } from '@bruecke/model';
import { canonicalize, commit, type JsonObject } from '@bruecke/proof';
import { sql } from 'kysely';
import { tableOf } from '../db/lists.ts';
import type { Tx } from '../db/withTenant.ts';
import type { Actor, PersonalValue } from './entry.ts';
import { type HistoryClass, historyTables } from './scopes.ts';

export type HistoryEntry<Kind extends HistoryKind = HistoryKind> = {
  /** Default: a new one. Chosen by a caller whose other rows name the entry and are written in the same breath. */
  readonly id?: string;
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

/** What was written: the entry's id, the same in all its chains, and its kind. */
export type RecordedEntry<Kind extends HistoryKind = HistoryKind> = { readonly id: string; readonly kind: Kind };

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
): Promise<RecordedEntry<Kind>> {
  const row = toRow(sources, entry);
  await insertRows(tx, [row]);
  return { id: row.id, kind: row.kind };
}

/** As {@link recordHistory} for several entries, in one statement per class of chains however many they are; ids in their order. */
export async function recordHistories<Kind extends HistoryKind>(
  tx: Tx,
  sources: HistorySources,
  entries: readonly HistoryEntry<Kind>[],
): Promise<RecordedEntry<Kind>[]> {
  const rows = entries.map((entry) => toRow(sources, entry));
  await insertRows(tx, rows);
  return rows.map(({ id, kind }) => ({ id, kind }));
}

type Row<Kind extends HistoryKind = HistoryKind> = {
  id: string;
  at: Date;
  kind: Kind;
  actor: string;
  subject: string;
  data: string;
  commitments: string;
  people: (PersonalValue & { salt: string })[];
  scopes: Record<HistoryClass, readonly (string | null)[]>;
};

function toRow<Kind extends HistoryKind>(sources: HistorySources, entry: HistoryEntry<Kind>): Row<Kind> {
  const scopes = scopesOf(entry);
  if (classes.every((historyClass) => scopes[historyClass].length === 0))
    throw new TypeError(`history entry ${entry.kind} names no chain`);
  const people = (entry.people ?? []).map((person) => ({
    ...person,
    salt: Buffer.from(sources.randomBytes(SALT_BYTES)).toString('hex'),
  }));
  const commitments = Object.fromEntries(people.map((person) => [person.label, commit(person.value, person.salt)]));
  if (Object.keys(commitments).length !== people.length)
    throw new TypeError(`history entry ${entry.kind} repeats a label`);
  return {
    id: entry.id ?? sources.newId(),
    at: entry.at,
    kind: entry.kind,
    actor: canonicalize(entry.actor),
    subject: canonicalize(entry.subject),
    data: canonicalize(entry.data ?? {}),
    commitments: canonicalize(commitments),
    people,
    scopes,
  };
}

const classes = ['mandant', 'firm', 'instance'] as const;

/** The instance has one chain and no id; a single row without one stands for it. */
function scopesOf(entry: HistoryEntry): Row['scopes'] {
  return {
    mandant: [...new Set(entry.mandantIds ?? [])],
    firm: [...new Set(entry.firmIds ?? [])],
    instance: entry.instance ? [null] : [],
  };
}

const entryColumns = {
  id: 'uuid',
  at: 'timestamptz',
  kind: 'text',
  actor: 'jsonb',
  subject: 'jsonb',
  data: 'jsonb',
  commitments: 'jsonb',
  scopeId: 'uuid',
} as const;
const peopleColumns = {
  entryId: 'uuid',
  label: 'text',
  userId: 'uuid',
  value: 'text',
  salt: 'text',
  scopeId: 'uuid',
} as const;

async function insertRows(tx: Tx, rows: readonly Row[]): Promise<void> {
  for (const historyClass of classes) {
    const written = rows.flatMap((row) => row.scopes[historyClass].map((scopeId) => ({ ...row, scopeId })));
    if (written.length === 0) continue;
    const { entries, people: beside, alsoScope } = historyTables(historyClass);
    const scopeValue = historyClass === 'instance' ? sql`` : sql`, new."scopeId"`;
    // The seals follow the order in which rows get into the outbox, which is the order of these.
    await sql`
      insert into ${entries} (id, at, kind, actor, subject, data, commitments${alsoScope})
      select new.id, new.at, new.kind, new.actor, new.subject, new.data, new.commitments${scopeValue}
        from ${tableOf('new', entryColumns, written)}`.execute(tx);
    const people = written.flatMap(({ id: entryId, scopeId, people: values }) =>
      values.map((person) => ({ userId: null, ...person, entryId, scopeId })),
    );
    if (people.length === 0) continue;
    await sql`
      insert into ${beside} (entry_id, label, user_id, value, salt${alsoScope})
      select new."entryId", new.label, new."userId", new.value, new.salt${scopeValue}
        from ${tableOf('new', peopleColumns, people)}`.execute(tx);
  }
}
