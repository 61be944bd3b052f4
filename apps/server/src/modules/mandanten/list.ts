import { rights as allRights, cutRights, type Id, type Right } from '@bruecke/model';
import { sql } from 'kysely';
import { type Ctx, tenantOf } from '../../context.ts';
import { decodeCursor, encodeCursor } from '../../db/cursor.ts';

export type MandantItem = { id: Id; name: string; mandantNumber: number | null; rights: Right[] };

/** Mandanten the person sees (an API key: its one), by name, with the rights for each. */
export async function listMandantenOfPerson(
  ctx: Ctx,
  input: { text?: string; cursor?: string; limit?: number },
): Promise<{ mandanten: MandantItem[]; next: string | null }> {
  const limit = input.limit ?? 100;
  const after = decodeCursor(input.cursor, ['text', 'id']);
  const text = input.text?.trim();
  return ctx.withTenant(tenantOf(ctx.caller), async (tx) => {
    const beyond = after ? sql`and (lower(t.name), t.mandant_id) > (${after[0]}, ${after[1]}::uuid)` : sql``;
    const found = text
      ? sql`and (position(lower(${text}) in lower(t.name)) > 0 or e.mandant_number::text = ${text})`
      : sql``;
    const { rows } = await sql<{ id: Id; name: string; key: string; number: number | null; rights: string[] }>`
      select t.mandant_id as id, t.name, lower(t.name) as key, e.mandant_number as number,
             array(select distinct r from access a, unnest(a.rights) as r where a.mandant_id = t.mandant_id) as rights
        from mandanten t left join engagements e on e.mandant_id = t.mandant_id and e.ended_at is null
       where true ${found} ${beyond}
       order by lower(t.name), t.mandant_id limit ${limit + 1}`.execute(tx);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      mandanten: page.map((row) => ({
        id: row.id,
        name: row.name,
        mandantNumber: row.number,
        rights: ownRights(ctx, row.rights),
      })),
      next: last ? encodeCursor([last.key, last.id]) : null,
    };
  });
}

function ownRights(ctx: Ctx, given: readonly string[]): Right[] {
  const own = allRights.filter((right) => given.includes(right));
  return ctx.caller.apiKey ? cutRights(own, ctx.caller.apiKey.rights) : own;
}
