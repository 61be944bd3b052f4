import type { Services } from '../../context.ts';
import { Refusal, refuse } from '../../refusal.ts';
import { findAccount } from './accounts.ts';
import { checkPasskey, type PasskeyAnswer } from './passkeyCeremony.ts';
import { recordPerson } from './personHistory.ts';
import { beginSession, type From } from './sessions.ts';
import { networkOf, throttle } from './throttle.ts';

/**
 * Signs in with a passkey. It is something one has and something one knows or is (user verification is required), so no second
 * factor is asked for. Refuses with `passkey_failed`.
 */
export async function passkeySignIn(services: Services, input: PasskeyAnswer & { from: From }) {
  const { from } = input;
  const ended = await services.withRole('auth', async (tx) => {
    const refusal = await throttle(tx, services, 'signInFrom', networkOf(from.ip));
    if (refusal) return refusal;
    const checked = await checkPasskey(tx, services, input);
    const account = checked && (await findAccount(tx, { id: checked.userId }));
    if (!account) return refuse('passkey_failed');
    const session = await beginSession(tx, services, { userId: account.id, state: 'signedIn', from });
    const data = { by: 'passkey' };
    const history = await recordPerson(tx, services, { kind: 'person.signedIn', person: account, ip: from.ip, data });
    return { session, history };
  });
  // Thrown here and not inside: the challenge must stay used up.
  if (ended instanceof Refusal) throw ended;
  return ended;
}
