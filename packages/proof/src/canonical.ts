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
  return write(value, null, 0);
}

/** Where a value stands, from the innermost step outwards; a text only for an error, as most of the work would be writing it. */
type Path = { readonly above: Path; readonly step: string | number } | null;

function notCanonical(path: Path, reason: string): NotCanonicalError {
  const steps: string[] = [];
  for (let at = path; at; at = at.above) steps.unshift(typeof at.step === 'number' ? `[${at.step}]` : `.${at.step}`);
  return new NotCanonicalError(`$${steps.join('')}`, reason);
}

function write(value: unknown, path: Path, depth: number): string {
  if (depth > maxDepth) throw notCanonical(path, `nested deeper than ${maxDepth}`);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return writeString(value, path);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw notCanonical(path, `${value} is not a JSON number`);
    return JSON.stringify(value);
  }
  if (typeof value !== 'object') throw notCanonical(path, `${typeof value} is not JSON`);
  if (Array.isArray(value)) return writeArray(value, path, depth);
  return writeObject(value, path, depth);
}

function writeString(value: string, path: Path): string {
  if (loneSurrogate.test(value)) throw notCanonical(path, 'text with a lone surrogate');
  return JSON.stringify(value);
}

function writeArray(value: readonly unknown[], path: Path, depth: number): string {
  const parts: string[] = [];
  // Indexed on purpose: map() and join() would skip holes, which are not JSON either.
  for (let i = 0; i < value.length; i++) parts.push(write(value[i], { above: path, step: i }, depth + 1));
  return `[${parts.join(',')}]`;
}

function writeObject(value: object, path: Path, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw notCanonical(path, 'an instance of a class is not JSON');
  }
  if (Object.getOwnPropertySymbols(value).length > 0) throw notCanonical(path, 'a symbol key is not JSON');
  // An object's own fields, of which only the names are known: Object.keys() gives those alone.
  const fields = value as Readonly<Record<string, unknown>>;
  // The default order of sort() is by UTF-16 code units, which is what RFC 8785 section 3.2.3 asks for.
  const parts = Object.keys(fields)
    .sort()
    .map((key) => {
      const at = { above: path, step: key };
      return `${writeString(key, at)}:${write(fields[key], at, depth + 1)}`;
    });
  return `{${parts.join(',')}}`;
}
