import { generateAuthenticationOptions } from '@simplewebauthn/server';
import type { Services } from '../../context.ts';
import { Refusal } from '../../refusal.ts';
import { keepChallenge, newChallenge, relyingParty } from './passkeyCeremony.ts';
import { networkOf, throttle } from './throttle.ts';

/** Begins a sign-in or confirmation with a passkey. No list of credentials: the browser knows its own, and nobody learns who has any. */
export async function passkeyOptions(services: Services, input: { ip: string }) {
  const options = await generateAuthenticationOptions({
    rpID: relyingParty(services).id,
    challenge: newChallenge(services),
    userVerification: 'required',
  });
  const begun = await services.withRole('auth', async (tx) => {
    const refusal = await throttle(tx, services, 'signInFrom', networkOf(input.ip));
    const { challenge } = options;
    return (
      refusal ?? { challengeId: await keepChallenge(tx, services, { challenge, purpose: 'signIn', userId: null }) }
    );
  });
  if (begun instanceof Refusal) throw begun;
  return { challengeId: begun.challengeId, options: { ...options } };
}
