import { refuse } from '../refusal.ts';

/** Where a list goes on: the sort key of the last row given, opaque to whoever carries it. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * The key back, null for none. Refuses with `invalid_input` what is not a key of these kinds: cursors come from outside.
 */
export function decodeCursor<const Kinds extends readonly ('string' | 'number')[]>(
  cursor: string | undefined,
  kinds: Kinds,
): { [I in keyof Kinds]: Kinds[I] extends 'string' ? string : number } | null {
  if (cursor === undefined) return null;
  const key = parse(cursor);
  if (!Array.isArray(key) || key.length !== kinds.length || !kinds.every((kind, i) => typeof key[i] === kind)) {
    throw refuse('invalid_input', { fields: [{ path: 'cursor', message: 'not a cursor of this list' }] });
  }
  // Checked member by member just above.
  return key as { [I in keyof Kinds]: Kinds[I] extends 'string' ? string : number };
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
