import type { Ctx } from '../../context.ts';
import { Refusal, refuse } from '../../refusal.ts';
import { beginAttempt, forgetAttempts } from './attempts.ts';
import { hasTotp, replaceRecoveryCodes, useTotpCode } from './secondFactorCodes.ts';
import { signInChanged } from './signInChanged.ts';

/** Switches TOTP on with the first code; gives ten recovery codes, shown once. Refuses with `second_factor_failed`, `conflict`. */
export async function confirmTotp(ctx: Ctx, input: { code: string }) {
  const { userId } = ctx.caller;
  const ended = await ctx.withRole('auth', async (tx) => {
    if (await hasTotp(tx, userId)) return refuse('conflict');
    const key = { secondFactor: userId };
    const locked = await beginAttempt(tx, ctx, key);
    if (locked) return locked;
    if (!(await useTotpCode(tx, ctx, userId, input.code))) return refuse('second_factor_failed');
    await forgetAttempts(tx, ctx, key);
    await tx.updateTable('credentials').set({ totp_confirmed_at: ctx.now() }).where('user_id', '=', userId).execute();
    const recoveryCodes = await replaceRecoveryCodes(tx, ctx, userId);
    return { answer: { recoveryCodes }, history: await signInChanged(tx, ctx, 'totpOn') };
  });
  if (ended instanceof Refusal) throw ended;
  return ended;
}
