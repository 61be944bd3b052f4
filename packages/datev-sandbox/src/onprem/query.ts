/** Query options of DATEVconnect: no `$`; one with it is silently ignored (onprem.md A.3). */
export type Condition = { property: string; op: 'eq' | 'ge' | 'le' | 'gt' | 'lt'; value: string };

/** Which property of a resource can be asked for by which operators (onprem.md B.3). */
export type Filterable = Readonly<Record<string, readonly Condition['op'][]>>;

/** `a ge x and b eq y`; null when a part is not of this form or its property can't be filtered so. */
export function readFilter(text: string | null, filterable: Filterable): Condition[] | null {
  if (text === null || text.trim() === '') return [];
  const conditions = text.split(/\s+and\s+/).map((part): Condition | null => {
    const [, property = '', op = '', value = ''] = /^\s*(\w+)\s+(eq|ge|le|gt|lt)\s+(.+?)\s*$/.exec(part) ?? [];
    // The expression above lets no other operator through.
    const known = op as Condition['op'];
    return filterable[property]?.includes(known)
      ? { property, op: known, value: value.replace(/^'(.*)'$/, '$1') }
      : null;
  });
  return conditions.every((condition) => condition !== null) ? conditions : null;
}

/** Compares as DATEV does: numbers by value, days and stamps by their text, truth by its word. */
export function fits(conditions: readonly Condition[], property: string, actual: string | number | boolean): boolean {
  return conditions
    .filter((condition) => condition.property === property)
    .every(({ op, value }) => {
      const order = typeof actual === 'number' ? actual - Number(value) : compare(String(actual), value);
      if (op === 'eq') return order === 0;
      if (op === 'ge') return order >= 0;
      if (op === 'le') return order <= 0;
      return op === 'gt' ? order > 0 : order < 0;
    });
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

/** Leaves out and cuts off, where the resource knows paging. */
export function page<T>(list: readonly T[], query: URLSearchParams): readonly T[] {
  const skip = Number(query.get('skip') ?? 0);
  const top = query.get('top');
  return list.slice(skip, top === null ? undefined : skip + Number(top));
}
