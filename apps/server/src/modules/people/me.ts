import { lookAt } from '../../access/index.ts';
import { type Ctx, tenantOf } from '../../context.ts';
import { refuse } from '../../refusal.ts';

/** Who is signed in, and what they see. */
export async function me(ctx: Ctx) {
  const { caller } = ctx;
  const { session } = caller;
  if (!session) throw refuse('not_signed_in');
  return ctx.withTenant(tenantOf(caller), async (tx) => {
    const firms = await tx
      .selectFrom('firm_access as a')
      .innerJoin('firms as f', 'f.id', 'a.firm_id')
      .select(['f.id', 'f.name', 'f.consultant_number as consultantNumber', 'a.role'])
      .orderBy('f.name')
      .execute();
    // Two are enough to know that it is not the only one; the number is counted apart.
    const some = await tx.selectFrom('mandanten').select(['mandant_id', 'name']).limit(2).execute();
    const count = await tx
      .selectFrom('access')
      .select((of) => of.fn.count<number>('mandant_id').distinct().as('count'))
      .executeTakeFirstOrThrow();
    const only = some.length === 1 ? some[0] : undefined;
    const seen = only && (await lookAt(tx, ctx, only.mandant_id));
    return {
      id: caller.userId,
      name: caller.name,
      email: caller.email,
      language: caller.language,
      operator: caller.operator,
      csrfToken: session.csrfToken,
      freshUntil: session.freshUntil?.toISOString() ?? null,
      firms,
      mandantCount: count.count,
      onlyMandant: only && seen ? { id: only.mandant_id, name: only.name, rights: seen.rights } : null,
      demo: ctx.settings.demo,
    };
  });
}
