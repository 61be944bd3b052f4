import type { JsonObject } from '@bruecke/proof';

/** Who or what did it. A person acting through an API key stays named by both ids. */
export type Actor =
  | { readonly type: 'user'; readonly id: string }
  | { readonly type: 'apiKey'; readonly id: string; readonly userId: string }
  | { readonly type: 'connector'; readonly id: string }
  | { readonly type: 'rule'; readonly name: string }
  | { readonly type: 'system' };

/** A personal value that the entry commits to: it stands beside the chain and can be erased. */
export type PersonalValue = {
  /** Where it belongs in the entry, as in `actor.name` or `invited.email`; unique within the entry. */
  readonly label: string;
  readonly value: string;
  /** Whose it is; found by this when the person is to be forgotten. */
  readonly userId?: string;
};

/** A row of one of the three history tables. */
export type EntryRow = {
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly actor: unknown;
  readonly subject: unknown;
  readonly data: unknown;
  readonly commitments: unknown;
};

/** The entry as it is hashed, the same when sealing, when verifying, and for whoever checks an export. */
export function entryToJson(row: EntryRow): JsonObject {
  return {
    id: row.id,
    at: row.at.toISOString(),
    kind: row.kind,
    actor: fromJsonb(row.actor),
    subject: fromJsonb(row.subject),
    data: fromJsonb(row.data),
    commitments: fromJsonb(row.commitments),
  };
}

/** A jsonb column is JSON by its type in the database, which TypeScript cannot know; hashing checks it once more. */
function fromJsonb(value: unknown): JsonObject {
  return value as JsonObject;
}
