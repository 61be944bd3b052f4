import type { Ctx } from '../../context.ts';
import { refuse } from '../../refusal.ts';
import { hasTotp, replaceRecoveryCodes } from './secondFactorCodes.ts';
import { signInChanged } from './signInChanged.ts';

/** Ten new recovery codes instead of the old ones, shown once. Refuses with `conflict` while TOTP is off: there is nothing to recover. */
export async function newRecoveryCodes(ctx: Ctx) {
  const { userId } = ctx.caller;
  return ctx.withRole('auth', async (tx) => {
    if (!(await hasTotp(tx, userId))) throw refuse('conflict');
    const recoveryCodes = await replaceRecoveryCodes(tx, ctx, userId);
    return { answer: { recoveryCodes }, history: await signInChanged(tx, ctx, 'recoveryCodes') };
  });
}
