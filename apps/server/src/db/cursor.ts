import { isId } from '@bruecke/model';
import { refuse } from '../refusal.ts';

/** Where a list goes on: the sort key of the last row given, opaque to whoever carries it. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** What a member of a key can be: a text that PostgreSQL can hold, a finite number, one of our ids, a time as `toISOString` writes it. */
const kinds = {
  text: (value: unknown) => typeof value === 'string' && !value.includes('\0') && isWellFormed(value),
  number: (value: unknown) => typeof value === 'number' && Number.isFinite(value),
  id: isId,
  time: isTime,
};
type Kind = keyof typeof kinds;
type Key<Kinds extends readonly Kind[]> = { [I in keyof Kinds]: Kinds[I] extends 'number' ? number : string };

/**
 * The key back, null for none. Refuses with `invalid_input` what is not a key of these kinds: cursors come from outside.
 */
export function decodeCursor<const Kinds extends readonly Kind[]>(
  cursor: string | undefined,
  wanted: Kinds,
): Key<Kinds> | null {
  if (cursor === undefined) return null;
  const key = parse(cursor);
  if (!Array.isArray(key) || key.length !== wanted.length || !wanted.every((kind, i) => kinds[kind](key[i]))) {
    throw refuse('invalid_input', { fields: [{ path: 'query.cursor', message: 'not a cursor of this list' }] });
  }
  // Checked member by member just above.
  return key as Key<Kinds>;
}

/** Of a year that PostgreSQL and JavaScript write alike, 1 to 9999. */
function isTime(value: unknown): boolean {
  if (typeof value !== 'string' || !/^(?!0000)\d{4}-/.test(value)) return false;
  const time = new Date(value);
  return !Number.isNaN(time.getTime()) && time.toISOString() === value;
}

function isWellFormed(text: string): boolean {
  return Buffer.from(text, 'utf8').toString('utf8') === text;
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
