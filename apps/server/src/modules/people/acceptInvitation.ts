import type { Services } from '../../context.ts';
import { Refusal, refuse } from '../../refusal.ts';
import { createAccount, findAccount, findOpenLink } from './accounts.ts';
import { joinByLink } from './joinByLink.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { beginSession, type From } from './sessions.ts';
import { networkOf, throttle } from './throttle.ts';

type Input = { token: string; name: string; password: string; language: 'de' | 'en'; from: From };

/**
 * Accepts an invitation with a new account for the address it went to, and signs in. Refuses with `link_expired`,
 * `password_too_weak` and `account_exists` (that one signs in and joins); the link stays good then.
 */
export async function acceptInvitation(services: Services, input: Input) {
  const { token, name, password, language, from } = input;
  const begun = await services.withRole('auth', async (tx) => {
    const refusal = await throttle(tx, services, 'linkFrom', networkOf(from.ip));
    if (refusal) return refusal;
    const link = await findOpenLink(tx, services, token);
    if (!link?.email || (link.kind !== 'staff' && link.kind !== 'member')) return refuse('link_expired');
    if (await findAccount(tx, { email: link.email })) return refuse('account_exists');
    return { link, email: link.email };
  });
  if (begun instanceof Refusal) throw begun;
  const { link, email } = begun;
  checkPassword(password, { name, email });
  const passwordHash = await hashPassword(services, password);
  return services.withRole('auth', async (tx) => {
    const account = await createAccount(tx, services, { email, name, language, passwordHash });
    const history = await joinByLink(tx, services, link, account);
    const session = await beginSession(tx, services, { userId: account.id, state: 'signedIn', from });
    return { session, history };
  });
}
