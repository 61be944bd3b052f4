import { isId } from '@bruecke/model';
import { sql } from 'kysely';
import type { Tx } from '../../db/withTenant.ts';
import type { HistoryClass } from '../../history/scopes.ts';

const nouns = ['mandant', 'firm', 'user', 'voucher'] as const;
type Noun = (typeof nouns)[number];
/** Who did it, as the entry has it (history/entry.ts). */
export type ActorJson = { type?: unknown; id?: unknown; userId?: unknown; name?: unknown };
export type Ids = Record<Noun, Set<string>>;
export type Names = Record<Noun, ReadonlyMap<string, string>>;

/** The ids that entries speak of, by what they are ids of. */
export function idsOf(
  rows: readonly {
    actor: ActorJson;
    subject: Record<string, unknown>;
    data: Record<string, unknown>;
  }[],
): Ids {
  const ids: Ids = { mandant: new Set(), firm: new Set(), user: new Set(), voucher: new Set() };
  for (const row of rows) {
    for (const part of [row.subject, row.data])
      for (const noun of nouns) {
        const id = part[`${noun}Id`];
        if (isId(id)) ids[noun].add(id);
      }
    const actorId = row.actor.type === 'user' ? row.actor.id : row.actor.userId;
    if (isId(actorId)) ids.user.add(actorId);
  }
  return ids;
}

/**
 * What they are called today, as far as the reader may see it: row-level security decides, so nothing is checked here. The instance's
 * reader is the operator, who has no sight of Mandanten and vouchers at all, so their tables are not asked.
 */
export async function resolveNames(tx: Tx, ids: Ids, historyClass: HistoryClass): Promise<Names> {
  const ofTenants = sql`
    union all select 'mandant', mandant_id, name from mandanten where mandant_id = any (${[...ids.mandant]}::uuid[])
    union all select 'voucher', id, original_name from vouchers
      where id = any (${[...ids.voucher]}::uuid[]) and mandant_id = any (array(select mandant_id from access))`;
  const { rows } = await sql<{ noun: Noun; id: string; name: string }>`
    select 'firm' as noun, id, name from firms where id = any (${[...ids.firm]}::uuid[])
    union all select 'user', id, name from users where id = any (${[...ids.user]}::uuid[])
    ${historyClass === 'instance' ? sql`` : ofTenants}`.execute(tx);
  const of = (noun: Noun) => new Map(rows.filter((row) => row.noun === noun).map((row) => [row.id, row.name]));
  return { mandant: of('mandant'), firm: of('firm'), user: of('user'), voucher: of('voucher') };
}
