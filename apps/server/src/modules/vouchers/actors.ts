import type { Id } from '@bruecke/model';
import type { StoredActor } from '../../db/storedValues.ts';
import type { Tx } from '../../db/withTenant.ts';

export type ShownActor = { kind: 'person' | 'apiKey' | 'rule' | 'system'; id: Id | null; name: string | null };

/** Says who someone is to the reader of this transaction: people it can't see (any more) have no name. */
export async function namesFor(tx: Tx, actors: readonly StoredActor[]): Promise<(actor: StoredActor) => ShownActor> {
  const ids = [...new Set(actors.flatMap((actor) => personOf(actor) ?? []))];
  const rows =
    ids.length === 0 ? [] : await tx.selectFrom('users').select(['id', 'name']).where('id', 'in', ids).execute();
  const names = new Map(rows.map((row) => [row.id, row.name]));
  return (actor) => {
    switch (actor.type) {
      case 'user':
        return { kind: 'person', id: actor.id, name: names.get(actor.id) ?? null };
      case 'apiKey':
        return { kind: 'apiKey', id: actor.id, name: names.get(actor.userId) ?? null };
      case 'rule':
        return { kind: 'rule', id: null, name: actor.name };
      case 'system':
        return { kind: 'system', id: null, name: null };
    }
  };
}

function personOf(actor: StoredActor): Id | null {
  if (actor.type === 'user') return actor.id;
  return actor.type === 'apiKey' ? actor.userId : null;
}
