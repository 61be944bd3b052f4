import type { Services } from '../../context.ts';
import { Refusal } from '../../refusal.ts';
import { findAccount, holdPassword } from './accounts.ts';
import { beginAttempt, forgetAttempts } from './attempts.ts';
import { failedAttempt } from './failedAttempt.ts';
import { verifyPassword } from './passwords.ts';
import { recordPerson } from './personHistory.ts';
import { hasTotp } from './secondFactorCodes.ts';
import { beginSession, type From } from './sessions.ts';
import { networkOf, throttle } from './throttle.ts';

/**
 * Signs in with address and password. Whether there is an account shows neither in the answer nor in the work done.
 * Refuses with `sign_in_failed`, `sign_in_locked` (five wrong in a row from one network: 15 minutes), `too_many_requests`.
 */
export async function signIn(services: Services, input: { email: string; password: string; from: From }) {
  const { email, password, from } = input;
  const key = { password: email.trim(), from: networkOf(from.ip) };
  // Three steps, because hashing takes 25 ms and must not hold a connection; and refusals must leave their count behind.
  const begun = await services.withRole('auth', async (tx) => {
    const refusal =
      (await throttle(tx, services, 'signInFrom', networkOf(from.ip))) ?? (await beginAttempt(tx, services, key));
    return refusal ?? { account: await findAccount(tx, { email }) };
  });
  if (begun instanceof Refusal) throw begun;
  const { account } = begun;
  const right = await verifyPassword(account?.passwordHash ?? null, password);
  const ended = await services.withRole('auth', async (tx) => {
    const stands = right && account && (await holdPassword(tx, account.id)) === account.passwordHash;
    if (!stands) return failedAttempt(tx, services, { key, account, ip: from.ip, code: 'sign_in_failed' });
    await forgetAttempts(tx, services, key);
    const state = (await hasTotp(tx, account.id)) ? 'secondFactor' : 'signedIn';
    const session = await beginSession(tx, services, { userId: account.id, state, from });
    if (state === 'secondFactor') return { session, history: 'unchanged' as const };
    const data = { by: 'password' };
    return {
      session,
      history: await recordPerson(tx, services, { kind: 'person.signedIn', person: account, ip: from.ip, data }),
    };
  });
  if (ended instanceof Refusal) throw ended;
  return ended;
}
