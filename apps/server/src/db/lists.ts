import { type RawBuilder, sql } from 'kysely';

type ListType = 'uuid' | 'text' | 'int' | 'bigint' | 'boolean' | 'jsonb' | 'timestamptz';

/**
 * Rows as a table in SQL: `update … from ${tableOf('new', { id: 'uuid', phase: 'text' }, rows)} where d.id = new.id`. One statement
 * for any number of them. Values of jsonb columns are JSON texts.
 */
export function tableOf<Name extends string>(
  alias: string,
  columns: Readonly<Record<Name, ListType>>,
  rows: readonly Readonly<Record<NoInfer<Name>, unknown>>[],
): RawBuilder<unknown> {
  // Object.keys() only knows strings; these are the keys of the record given.
  const names = Object.keys(columns) as Name[];
  const lists = names.map((name) => {
    const values = rows.map((row) => row[name]);
    return sql`${values}::${sql.raw(columns[name])}[]`;
  });
  return sql`unnest(${sql.join(lists)}) as ${sql.id(alias)} (${sql.join(names.map((name) => sql.id(name)))})`;
}
