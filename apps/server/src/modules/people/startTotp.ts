import type { Ctx } from '../../context.ts';
import { refuse } from '../../refusal.ts';
import { totpPurpose } from '../../secrets/purposes.ts';
import { newTotpSecret, totpOf } from './secondFactorCodes.ts';

/**
 * Makes a new TOTP secret, shown once. Nothing is on before the first code is confirmed. Refuses with `conflict` while one is on:
 * that one is switched off first, so that nobody is left with an app that no longer fits.
 */
export async function startTotp(ctx: Ctx): Promise<{ secret: string; uri: string }> {
  const { userId, email } = ctx.caller;
  const secret = newTotpSecret(ctx);
  const sealed = ctx.encryption.seal(secret, totpPurpose(userId));
  await ctx.withRole('auth', async (tx) => {
    const row = await tx
      .insertInto('credentials')
      .values({
        user_id: userId,
        password_hash: null,
        totp_secret: sealed,
        totp_confirmed_at: null,
        totp_last_step: null,
      })
      .onConflict((conflict) =>
        conflict
          .column('user_id')
          .doUpdateSet({ totp_secret: sealed, totp_last_step: null })
          .where('credentials.totp_confirmed_at', 'is', null),
      )
      .returning('user_id')
      .executeTakeFirst();
    if (!row) throw refuse('conflict');
  });
  return { secret, uri: totpOf(secret, email).toString() };
}
