import type { Id } from '@bruecke/model';
import type { Ctx } from '../../context.ts';
import { refuse } from '../../refusal.ts';
import { signInChanged } from './signInChanged.ts';

/** Removes one of the own passkeys. */
export async function removePasskey(ctx: Ctx, input: { passkeyId: Id }) {
  const { passkeyId } = input;
  return ctx.withRole('auth', async (tx) => {
    const removed = await tx
      .deleteFrom('passkeys')
      .where('id', '=', passkeyId)
      .where('user_id', '=', ctx.caller.userId)
      .executeTakeFirst();
    if (removed.numDeletedRows === 0n) throw refuse('not_found');
    return { answer: undefined, history: await signInChanged(tx, ctx, 'passkeyRemoved', { passkeyId }) };
  });
}
