import type { Wire } from './wire.ts';

/** Query options of DATEVconnect carry no `$`; one with it is silently ignored (onprem.md A.3). */
export type Op = 'eq' | 'ge' | 'le' | 'gt' | 'lt' | 'contains' | 'startswith';
export type Condition = { property: string; op: Op; value: string };

/** Which property of a resource can be asked for by which operators (onprem.md B.3, C). */
export type Filterable = Readonly<Record<string, readonly Op[]>>;

/** Alternatives, each a list of conditions that hold together; an empty list lets everything through. */
export type Filter = readonly (readonly Condition[])[];

const compared = /^(\w+(?:\.\w+)?)\s+(eq|ge|le|gt|lt)\s+(.+)$/;
const called = /^(contains|startswith)\(\s*(\w+(?:\.\w+)?)\s*,\s*(.+?)\s*\)$/;

/**
 * `a ge x and b eq 'y'`; null when a part is not of this form or its property can't be filtered so.
 * @param alternatives whether `or` is known, as in document management alone
 */
export function readFilter(text: string | null, filterable: Filterable, alternatives = false): Filter | null {
  if (text === null || text.trim() === '') return [[]];
  const parts = alternatives ? splitAt(text, 'or') : [text];
  const read = parts.map((part) => splitAt(part, 'and').map((one) => readCondition(one.trim(), filterable)));
  // The check above the types: no part is null any more.
  return read.every((all) => all.every((one) => one !== null)) ? (read as Condition[][]) : null;
}

function readCondition(text: string, filterable: Filterable): Condition | null {
  const [, left = '', op = '', right = ''] = compared.exec(text) ?? [];
  const [, name = '', property = '', given = ''] = called.exec(text) ?? [];
  const condition = { property: left || property, op: (op || name) as Op, value: unquoted(right || given) };
  return condition.value !== null && filterable[condition.property]?.includes(condition.op)
    ? { ...condition, value: condition.value }
    : null;
}

/** At a word of its own that stands outside of quotes. */
const splitAt = (text: string, word: 'and' | 'or') =>
  text.split(new RegExp(`\\s+${word}\\s+(?=(?:[^']*'[^']*')*[^']*$)`));

/** Text stands in quotes or, without spaces, as it is; null for anything else. */
function unquoted(text: string): string | null {
  if (/^'(?:[^']|'')*'$/.test(text)) return text.slice(1, -1).replaceAll("''", "'");
  return /^[^\s']+$/.test(text) ? text : null;
}

export type Scalar = string | number | boolean | null | undefined;

export const fits = (filter: Filter, look: (property: string) => Scalar) =>
  filter.some((all) => all.every((condition) => holds(condition, look(condition.property))));

/** Compares as DATEV does: numbers by value, days and stamps in time, text as text. What has no value fits nothing. */
export function holds({ op, value }: Condition, actual: Scalar): boolean {
  if (actual === null || actual === undefined) return false;
  if (op === 'contains') return String(actual).toLowerCase().includes(value.toLowerCase());
  if (op === 'startswith') return String(actual).toLowerCase().startsWith(value.toLowerCase());
  const order = orderOf(actual, value);
  if (Number.isNaN(order)) return false;
  if (op === 'eq') return order === 0;
  if (op === 'ge') return order >= 0;
  if (op === 'le') return order <= 0;
  return op === 'gt' ? order > 0 : order < 0;
}

const isTime = /^\d{4}-\d\d-\d\d(T|$)/;

function orderOf(actual: string | number | boolean, value: string): number {
  if (typeof actual === 'number') return actual - Number(value);
  const text = String(actual);
  if (!isTime.test(text) || !isTime.test(value)) return compare(text, value);
  if (value.length === 10) return compare(text.slice(0, 10), value);
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(value) && /(Z|[+-]\d\d:?\d\d)$/.test(text);
  // Milliseconds are ignored; a literal without zone is the server's own time (onprem.md A.3).
  return zoned
    ? Math.floor(Date.parse(text) / 1000) - Math.floor(Date.parse(value) / 1000)
    : compare(text.slice(0, 19).padEnd(19, ':00'), value.slice(0, 19).padEnd(19, ':00'));
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

export type Page = { skip: number; top: number };

/** Elements to leave out, and how many at most; null for what is no count. */
export function readPage(query: URLSearchParams, most = Number.POSITIVE_INFINITY): Page | null {
  const [skip, top] = [query.get('skip') ?? '0', query.get('top')];
  if (!/^\d{1,9}$/.test(skip) || (top !== null && !/^\d{1,9}$/.test(top))) return null;
  return { skip: Number(skip), top: Math.min(most, top === null ? most : Number(top)) };
}

/** Limits elements to the properties named; unknown ones are passed over. */
export function selecting(query: URLSearchParams): (wire: Wire) => Wire {
  const named = (query.get('select') ?? '').split(',').map((name) => name.trim());
  const wanted = new Set(named.filter((name) => name !== ''));
  if (wanted.size === 0) return (wire) => wire;
  return (wire) => Object.fromEntries(Object.entries(wire).filter(([name]) => wanted.has(name)));
}
