import type { Services } from '../../context.ts';
import { Refusal, refuse } from '../../refusal.ts';
import { findAccount, holdPassword } from './accounts.ts';
import { beginAttempt, forgetAttempts } from './attempts.ts';
import { failedAttempt } from './failedAttempt.ts';
import { recordPerson } from './personHistory.ts';
import { useSecondFactor } from './secondFactorCodes.ts';
import { beginSession, type From, findSessions } from './sessions.ts';
import { networkOf, throttle } from './throttle.ts';

/**
 * Completes a sign-in with a code of the app or a recovery code. The half session of the password ends; a new one begins.
 * Refuses with `second_factor_failed`, `sign_in_locked`, and with `not_signed_in` when the password is ten minutes ago.
 */
export async function secondFactor(services: Services, input: { code: string; from: From }) {
  const { code, from } = input;
  const ended = await services.withRole('auth', async (tx) => {
    const tokens = from.sessionToken ? [from.sessionToken] : [];
    const findHalf = async () => (await findSessions(tx, services, tokens, 'secondFactor'))[0];
    const half = await findHalf();
    const account = half ? await findAccount(tx, { id: half.user_id }) : null;
    if (!half || !account) return refuse('not_signed_in');
    const key = { secondFactor: account.id };
    const refusal =
      (await throttle(tx, services, 'signInFrom', networkOf(from.ip))) ?? (await beginAttempt(tx, services, key));
    if (refusal) return refusal;
    // A new password ends the half session, too.
    await holdPassword(tx, account.id);
    if (!(await findHalf())) return refuse('not_signed_in');
    const by = await useSecondFactor(tx, services, account.id, code);
    if (!by) return failedAttempt(tx, services, { key, account, ip: from.ip, code: 'second_factor_failed' });
    await forgetAttempts(tx, services, key);
    const session = await beginSession(tx, services, { userId: account.id, state: 'signedIn', from });
    const history = await recordPerson(tx, services, {
      kind: 'person.signedIn',
      person: account,
      ip: from.ip,
      data: { by },
    });
    return { session, history };
  });
  // Thrown here and not inside: the count of wrong codes must be committed.
  if (ended instanceof Refusal) throw ended;
  return ended;
}
