import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { type Ctx, tenantOf } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';

/** Revokes one of the own API keys, also one for a Mandant that is out of sight by now; what it is just reading breaks off. */
export async function revokeApiKey(ctx: Ctx, input: { apiKeyId: Id }) {
  const { apiKeyId } = input;
  return ctx.withTenant(tenantOf(ctx.caller), async (tx) => {
    const revoked = await tx
      .updateTable('api_keys')
      .set({ revoked_at: ctx.now() })
      .where('id', '=', apiKeyId)
      .where('user_id', '=', ctx.caller.userId)
      .where('revoked_at', 'is', null)
      .returning('mandant_id')
      .executeTakeFirst();
    if (!revoked) throw refuse('not_found');
    const notice = JSON.stringify({ mandantId: revoked.mandant_id, userId: ctx.caller.userId });
    await sql`select pg_notify('access_changed', ${notice})`.execute(tx);
    const history = await recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: 'apiKey.revoked',
      subject: { apiKeyId, mandantId: revoked.mandant_id },
      ...actedBy(ctx.caller),
      mandantIds: [revoked.mandant_id],
    });
    return { answer: undefined, history };
  });
}
