import { type ChainScope, firmScope, instanceScope, mandantScope } from '@bruecke/proof';
import { type RawBuilder, sql } from 'kysely';

/** A class of chains: one per mandant, one per firm, and the instance's single one. */
export type HistoryClass = 'mandant' | 'firm' | 'instance';

/** One chain. */
export type HistoryScope =
  | { readonly class: 'mandant'; readonly id: string }
  | { readonly class: 'firm'; readonly id: string }
  | { readonly class: 'instance' };

/** The scope as it is hashed into each link. */
export function chainScope(scope: HistoryScope): ChainScope {
  switch (scope.class) {
    case 'mandant':
      return mandantScope(scope.id);
    case 'firm':
      return firmScope(scope.id);
    case 'instance':
      return instanceScope;
  }
}

/** The id column's value: the classes differ only in it. */
export function scopeId(scope: HistoryScope): string | null {
  return scope.class === 'instance' ? null : scope.id;
}

export function toScope(historyClass: HistoryClass, id: string | null): HistoryScope {
  if (historyClass === 'instance') return { class: 'instance' };
  if (id === null) throw new TypeError(`a ${historyClass} history without its id`);
  return { class: historyClass, id };
}

/**
 * SQL names of a class's four tables. `scope` is the id column; the instance has none, so there it is the constant null, and
 * comparisons with it use `is not distinct from`.
 */
export function historyTables(historyClass: HistoryClass) {
  return {
    entries: sql.table(`${historyClass}_history`),
    people: sql.table(`${historyClass}_history_people`),
    seals: sql.table(`${historyClass}_history_seals`),
    heads: sql.table(`${historyClass}_history_heads`),
    /** `, mandant_id` for column lists of inserts, empty for the instance. */
    alsoScope: historyClass === 'instance' ? sql`` : sql`, ${sql.ref(`${historyClass}_id`)}`,
    /** `and alias.mandant_id = value`; nothing for the instance. */
    sameScope: (alias: string, value: RawBuilder<unknown>): RawBuilder<unknown> =>
      historyClass === 'instance' ? sql`` : sql`and ${sql.ref(`${alias}.${historyClass}_id`)} = ${value}`,
  };
}
