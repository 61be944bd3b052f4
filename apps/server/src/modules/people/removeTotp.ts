import type { Ctx } from '../../context.ts';
import { signInChanged } from './signInChanged.ts';

/** Switches TOTP off; the recovery codes go with it. */
export async function removeTotp(ctx: Ctx) {
  const { userId } = ctx.caller;
  return ctx.withRole('auth', async (tx) => {
    const off = await tx
      .updateTable('credentials')
      .set({ totp_secret: null, totp_confirmed_at: null, totp_last_step: null })
      .where('user_id', '=', userId)
      .where('totp_confirmed_at', 'is not', null)
      .executeTakeFirst();
    if (off.numUpdatedRows === 0n) return { answer: undefined, history: 'unchanged' as const };
    await tx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
    return { answer: undefined, history: await signInChanged(tx, ctx, 'totpOff') };
  });
}
