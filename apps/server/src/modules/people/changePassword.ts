import type { Ctx } from '../../context.ts';
import { setPassword } from './accounts.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { endSessions } from './sessions.ts';
import { signInChanged } from './signInChanged.ts';

/** Changes the own password and ends all other sessions. The border has asked for a fresh sign-in. Refuses with `password_too_weak`. */
export async function changePassword(ctx: Ctx, input: { password: string }) {
  const { caller } = ctx;
  checkPassword(input.password, caller);
  const passwordHash = await hashPassword(ctx, input.password);
  return ctx.withRole('auth', async (tx) => {
    await setPassword(tx, caller.userId, passwordHash);
    await endSessions(tx, ctx, { userId: caller.userId, except: caller.session?.id ?? null });
    return { answer: undefined, history: await signInChanged(tx, ctx, 'password') };
  });
}
