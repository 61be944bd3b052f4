/** Plain JSON, the only thing that can be hashed or signed here. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [key: string]: JsonValue };

/** Thrown for a value that JSON cannot carry unchanged. `path` says where, as in `$.by.userId`. */
export class NotCanonicalError extends Error {
  readonly code = 'not_canonical';
  readonly path: string;

  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
    this.name = 'NotCanonicalError';
    this.path = path;
  }
}

/** Deeper than anything we write; a hostile file must not end in a stack overflow. */
const maxDepth = 100;

/** RFC 8785 asks for an error here: a lone half of a surrogate pair has no UTF-8 form, so two texts would hash alike. */
const loneSurrogate = /\p{Surrogate}/u;

/**
 * The canonical text of a JSON value: RFC 8785 (JSON Canonicalization Scheme). Equal values give equal text whatever
 * order their keys were written in, so the UTF-8 bytes of this text can be hashed and signed.
 *
 * Own code rather than a library: ECMAScript's `JSON.stringify` already writes numbers and strings as the RFC wants
 * them, so only sorting and refusing is left; the libraries silently drop `undefined` and functions, which for a proof
 * would mean that something was not proven.
 *
 * @throws NotCanonicalError for undefined, NaN, infinities, bigint, functions, symbols, class instances (Date, Map …),
 * lone surrogates, and nesting deeper than 100.
 */
export function canonicalize(value: unknown): string {
  return write(value, '$', 0);
}

function write(value: unknown, path: string, depth: number): string {
  if (depth > maxDepth) throw new NotCanonicalError(path, `nested deeper than ${maxDepth}`);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return writeString(value, path);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new NotCanonicalError(path, `${value} is not a JSON number`);
    return JSON.stringify(value);
  }
  if (typeof value !== 'object') throw new NotCanonicalError(path, `${typeof value} is not JSON`);
  if (Array.isArray(value)) return writeArray(value, path, depth);
  return writeObject(value, path, depth);
}

function writeString(value: string, path: string): string {
  if (loneSurrogate.test(value)) throw new NotCanonicalError(path, 'text with a lone surrogate');
  return JSON.stringify(value);
}

function writeArray(value: readonly unknown[], path: string, depth: number): string {
  const parts: string[] = [];
  // Indexed on purpose: map() and join() would skip holes, which are not JSON either.
  for (let i = 0; i < value.length; i++) parts.push(write(value[i], `${path}[${i}]`, depth + 1));
  return `[${parts.join(',')}]`;
}

function writeObject(value: object, path: string, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new NotCanonicalError(path, 'an instance of a class is not JSON');
  }
  if (Object.getOwnPropertySymbols(value).length > 0) throw new NotCanonicalError(path, 'a symbol key is not JSON');
  const record = new Map<string, unknown>(Object.entries(value));
  // The default order of sort() is by UTF-16 code units, which is what RFC 8785 section 3.2.3 asks for.
  const parts = [...record.keys()].sort().map((key) => {
    const at = `${path}.${key}`;
    return `${writeString(key, at)}:${write(record.get(key), at, depth + 1)}`;
  });
  return `{${parts.join(',')}}`;
}
