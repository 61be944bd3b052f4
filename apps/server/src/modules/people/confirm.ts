import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { Refusal, refuse } from '../../refusal.ts';
import { findAccount } from './accounts.ts';
import { beginAttempt, forgetAttempts } from './attempts.ts';
import { failedAttempt } from './failedAttempt.ts';
import { checkPasskey, type PasskeyAnswer } from './passkeyCeremony.ts';
import { verifyPassword } from './passwords.ts';
import { hasTotp, useSecondFactor } from './secondFactorCodes.ts';
import { freshMs } from './sessions.ts';
import { networkOf, throttle } from './throttle.ts';

type Proof = { password: string; code?: string } | PasskeyAnswer;

/**
 * Makes the session fresh for ten minutes, after the password (and a second factor where the person has one) or a passkey of the
 * same person. Refuses like the sign-in does.
 */
export async function confirm(ctx: Ctx, input: { proof: Proof; ip: string }): Promise<{ freshUntil: string }> {
  const { proof, ip } = input;
  return 'password' in proof ? confirmByPassword(ctx, proof, ip) : confirmByPasskey(ctx, proof, ip);
}

async function confirmByPassword(ctx: Ctx, proof: { password: string; code?: string }, ip: string) {
  const key = { confirmation: ctx.caller.userId };
  const begun = await ctx.withRole('auth', async (tx) => {
    const refusal = (await throttle(tx, ctx, 'signInFrom', networkOf(ip))) ?? (await beginAttempt(tx, ctx, key));
    return refusal ?? { account: await findAccount(tx, { id: ctx.caller.userId }) };
  });
  if (begun instanceof Refusal) throw begun;
  const { account } = begun;
  const right = await verifyPassword(account?.passwordHash ?? null, proof.password);
  return finish(ctx, async (tx) => {
    if (!right || !account) return failedAttempt(tx, ctx, { key, account, ip, code: 'sign_in_failed' });
    await forgetAttempts(tx, ctx, key);
    if (!(await hasTotp(tx, account.id))) return null;
    const codeKey = { secondFactor: account.id };
    const locked = await beginAttempt(tx, ctx, codeKey);
    if (locked) return locked;
    const by = proof.code === undefined ? null : await useSecondFactor(tx, ctx, account.id, proof.code);
    if (!by) return failedAttempt(tx, ctx, { key: codeKey, account, ip, code: 'second_factor_failed' });
    await forgetAttempts(tx, ctx, codeKey);
    return null;
  });
}

async function confirmByPasskey(ctx: Ctx, proof: PasskeyAnswer, ip: string) {
  return finish(ctx, async (tx) => {
    const refusal = await throttle(tx, ctx, 'signInFrom', networkOf(ip));
    if (refusal) return refusal;
    const checked = await checkPasskey(tx, ctx, proof);
    return checked?.userId === ctx.caller.userId ? null : refuse('passkey_failed');
  });
}

/** Checks, and freshens the session in the same transaction; a refusal is thrown after commit, so that its count stays. */
async function finish(ctx: Ctx, check: (tx: Tx) => Promise<Refusal | null>): Promise<{ freshUntil: string }> {
  const { session } = ctx.caller;
  if (!session) throw refuse('not_signed_in');
  const freshUntil = new Date(ctx.now().getTime() + freshMs);
  const refusal = await ctx.withRole('auth', async (tx) => {
    const refused = await check(tx);
    if (refused) return refused;
    const set = { fresh_until: freshUntil };
    await tx.updateTable('sessions').set(set).where('id', '=', session.id).where('ended_at', 'is', null).execute();
    return null;
  });
  if (refusal) throw refusal;
  return { freshUntil: freshUntil.toISOString() };
}
