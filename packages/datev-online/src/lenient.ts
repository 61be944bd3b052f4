/**
 * Reading DATEV's JSON. Its examples give numbers and booleans as strings, dates with and without a time, keys in snake
 * and camel case, and leave out what is empty (cloud.md B, B.2, G traps 2 and 3). Each function answers null rather than
 * throwing.
 */

/** A JSON object, keys unknown. */
export type Fields = Readonly<Record<string, unknown>>;

export function asFields(value: unknown): Fields | null {
  // The check above the cast is all there is to know about an object of unknown keys.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** The value under a snake_case key or its camelCase spelling. */
export function field(fields: Fields, key: string): unknown {
  if (fields[key] !== undefined) return fields[key];
  return fields[key.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase())];
}

export function text(value: unknown): string | null {
  if (typeof value === 'string') return storable(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/**
 * Text as every database takes it: PostgreSQL refuses NUL, and in JSON half a character, which a cut at a length leaves as well.
 * An answer that can't be kept would be no answer.
 */
export function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** A whole number, also from `"4"`. */
export function whole(value: unknown): number | null {
  const number = typeof value === 'string' && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}

/** A boolean, also from `"true"` and `"false"`. */
export function flag(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return null;
  const word = value.trim().toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : null;
}

/** A calendar date `YYYY-MM-DD`, from a date or from a timestamp (whose own calendar day counts, not the UTC one). */
export function day(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  return /^(\d{4}-\d{2}-\d{2})(?:$|[T ])/.exec(value.trim())?.[1] ?? null;
}

/** The readable elements of a list; a single element without its list counts as one. */
export function list<T>(value: unknown, read: (element: unknown) => T | null): T[] {
  if (value === undefined || value === null) return [];
  const elements: readonly unknown[] = Array.isArray(value) ? value : [value];
  return elements.flatMap((element) => read(element) ?? []);
}

/** JSON, or null when it is none. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
