import {
  type Filter,
  type Filterable,
  fits,
  type Page,
  readFilter,
  readPage,
  type Scalar,
  selecting,
} from './query.ts';
import type { Wire } from './wire.ts';

/** What a resource found. `list` and `pieces` are JSON text in pieces, written while it is sent. */
export type Found =
  | { list(filter: Filter, page: Page, shown: (wire: Wire) => Wire): Iterable<string> }
  | { pieces(filter: Filter): Iterable<string> }
  | { one: Wire | string }
  /** Content of a file. */
  | { bytes: string }
  | 'notFound'
  | 'badRequest';

/** How a resource may be asked. */
export type Options = {
  readonly filter?: Filterable;
  /** `or` in filters. */
  readonly alternatives?: boolean;
  /** Knows `top` and `skip`. */
  readonly paged?: boolean;
  /** Properties that come only with `expand`. */
  readonly expandable?: readonly string[];
  /** Elements of a page at most, whatever `top` says. */
  readonly mostPerPage?: number;
  /** Can be asked for as `application/octet-stream`. */
  readonly stream?: boolean;
  /** Is a file: must be asked for as `application/octet-stream` (onprem.md A.2). */
  readonly file?: boolean;
};

export type Form = 'json' | 'stream';

/** JSON text in pieces; null when filter or page are not allowed here. */
export function writeFound(
  found: Exclude<Found, string>,
  options: Options,
  query: URLSearchParams,
  form: Form,
): Iterable<string> | null {
  const select = selecting(query);
  const expanded = query.get('expand') !== null && query.get('expand') !== 'none';
  const shown = (wire: Wire) => filled(select(expanded ? wire : without(wire, options.expandable)));
  // A resource that knows no filter passes one over, as any option it does not know.
  const filter = options.filter ? readFilter(query.get('filter'), options.filter, options.alternatives) : [[]];
  // Streams know no paging (onprem.md B.3).
  const page =
    options.paged && form === 'json'
      ? readPage(query, options.mostPerPage)
      : { skip: 0, top: Number.POSITIVE_INFINITY };
  if (filter === null || page === null) return null;
  if ('bytes' in found) return [found.bytes];
  if ('one' in found) return [JSON.stringify(typeof found.one === 'string' ? found.one : shown(found.one))];
  return 'pieces' in found ? found.pieces(filter) : found.list(filter, page, shown);
}

/**
 * Elements that are written one by one when they are sent.
 * @param given.look for filters, where writing a row only to look at it would cost; else the written property counts
 */
export function list<T>(given: {
  rows: readonly T[];
  write(row: T): Wire;
  look?(row: T, property: string): Scalar;
}): Found {
  const { rows, write } = given;
  const look = given.look ?? ((row: T, property: string) => scalarAt(write(row), property));
  return {
    list(filter, { skip, top }, shown) {
      const all = filter.every((conditions) => conditions.length === 0);
      const fitting = all ? rows : rows.filter((row) => fits(filter, (property) => look(row, property)));
      return writeList(fitting.slice(skip, skip + top), (row) => shown(write(row)));
    },
  };
}

export const listOf = (wires: readonly Wire[]): Found => list({ rows: wires, write: (wire) => wire });

/** The one with this id, or nothing. */
export function oneOf(wires: readonly Wire[], id: string | undefined): Found {
  const one = wires.find((wire) => String(wire['id']) === id);
  return one ? { one } : 'notFound';
}

/** `a.b` reaches into an object. */
function scalarAt(wire: Wire, property: string): Scalar {
  const [first = '', second] = property.split('.');
  const value = wire[first];
  if (second !== undefined) return isWire(value) ? scalarAt(value, second) : null;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

const isWire = (value: unknown): value is Wire => typeof value === 'object' && value !== null;

const without = (wire: Wire, names: readonly string[] = []) =>
  names.length === 0 ? wire : Object.fromEntries(Object.entries(wire).filter(([name]) => !names.includes(name)));

const filled = (wire: Wire) =>
  Object.fromEntries(Object.entries(wire).filter(([, value]) => value !== null && value !== undefined));

/** A piece is sent as soon as it is so long, so that a large list never lies in memory whole. Twice as long, V8 would lay each apart (large object space). */
export const PIECE = 32 * 1024;

function* writeList<T>(rows: readonly T[], write: (row: T) => Wire): Generator<string> {
  let text = '[';
  let separator = '';
  for (const row of rows) {
    text += separator + JSON.stringify(write(row));
    separator = ',';
    if (text.length < PIECE) continue;
    yield text;
    text = '';
  }
  yield `${text}]`;
}
