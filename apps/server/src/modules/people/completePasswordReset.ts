import type { Services } from '../../context.ts';
import { Refusal, refuse } from '../../refusal.ts';
import { findAccount, findOpenLink, setPassword, tellSignInChanged, useLink } from './accounts.ts';
import { forgetPasswordAttempts } from './attempts.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { recordPerson } from './personHistory.ts';
import { endSessions } from './sessions.ts';
import { networkOf, throttle } from './throttle.ts';

/**
 * Sets a new password with the link from the mail. Ends all sessions and the lock; a second factor stays and is asked for at the
 * next sign-in. Refuses with `link_expired`, `password_too_weak` (the link stays good then).
 */
export async function completePasswordReset(
  services: Services,
  input: { token: string; password: string; ip: string },
) {
  const { token, password, ip } = input;
  const begun = await services.withRole('auth', async (tx) => {
    const refusal = await throttle(tx, services, 'linkFrom', networkOf(ip));
    if (refusal) return refusal;
    const link = await findOpenLink(tx, services, token);
    if (link?.kind !== 'passwordReset' || link.email === null) return refuse('link_expired');
    const account = await findAccount(tx, { email: link.email });
    return account ? { link, account } : refuse('link_expired');
  });
  if (begun instanceof Refusal) throw begun;
  const { link, account } = begun;
  checkPassword(password, account);
  const passwordHash = await hashPassword(services, password);
  return services.withRole('auth', async (tx) => {
    if (!(await useLink(tx, services, link.id))) throw refuse('link_expired');
    await setPassword(tx, account.id, passwordHash);
    await endSessions(tx, services, { userId: account.id, except: null });
    await forgetPasswordAttempts(tx, services, account.email);
    await tellSignInChanged(tx, services, account);
    const data = { what: 'passwordReset' };
    const history = await recordPerson(tx, services, { kind: 'person.signInChanged', person: account, ip, data });
    return { answer: undefined, history };
  });
}
