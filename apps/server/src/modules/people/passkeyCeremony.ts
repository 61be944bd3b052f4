import type { Id } from '@bruecke/model';
import {
  type AuthenticationResponseJSON,
  type VerifiedAuthenticationResponse,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';

const challengeMs = 5 * 60_000;

/** Which host passkeys belong to, and from where alone they may be used: both follow from the instance's address. */
export function relyingParty(services: Services): { id: string; origin: string } {
  const url = new URL(services.settings.publicUrl);
  return { id: url.hostname, origin: url.origin };
}

/** 32 random bytes that the library encodes. Its own random source is not ours to test with. */
export function newChallenge(services: Services): Uint8Array<ArrayBuffer> {
  return new Uint8Array(services.randomBytes(32));
}

/** Keeps a challenge for five minutes. */
export async function keepChallenge(
  tx: Tx,
  services: Services,
  given: { challenge: string; purpose: 'signIn' | 'register'; userId: Id | null },
): Promise<Id> {
  const id = services.newId();
  await tx
    .insertInto('passkey_challenges')
    .values({
      id,
      user_id: given.userId,
      purpose: given.purpose,
      challenge: given.challenge,
      expires_at: new Date(services.now().getTime() + challengeMs),
    })
    .execute();
  return id;
}

/** Takes a challenge away; each is good once, also for an answer that then turns out wrong. */
export async function takeChallenge(
  tx: Tx,
  services: Services,
  given: { id: Id; purpose: 'signIn' | 'register'; userId: Id | null },
): Promise<string | null> {
  const row = await tx
    .deleteFrom('passkey_challenges')
    .where('id', '=', given.id)
    .where('purpose', '=', given.purpose)
    .where('user_id', given.userId === null ? 'is' : '=', given.userId)
    .returning(['challenge', 'expires_at'])
    .executeTakeFirst();
  return row && row.expires_at > services.now() ? row.challenge : null;
}

/** A browser's answer to a challenge: the body of the request, of which nothing is known yet. */
export type PasskeyAnswer = { challengeId: Id; response: Record<string, unknown> };

/**
 * Checks a browser's answer to a sign-in challenge: signature, origin, host, user verification and counter. Gives the person whose
 * passkey it is, or null. The counter and time of use are noted.
 */
export async function checkPasskey(
  tx: Tx,
  services: Services,
  answer: PasskeyAnswer,
): Promise<{ userId: Id; passkeyId: Id } | null> {
  const challenge = await takeChallenge(tx, services, { id: answer.challengeId, purpose: 'signIn', userId: null });
  const { id: credentialId } = answer.response;
  if (!challenge || typeof credentialId !== 'string') return null;
  const row = await tx.selectFrom('passkeys').selectAll().where('credential_id', '=', credentialId).executeTakeFirst();
  if (!row) return null;
  const { id: expectedRPID, origin: expectedOrigin } = relyingParty(services);
  const verified = await settle(
    verifyAuthenticationResponse({
      // Unknown JSON of a browser: the library checks its form itself and throws on anything else.
      response: answer.response as unknown as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin,
      expectedRPID,
      credential: {
        id: row.credential_id,
        publicKey: new Uint8Array(row.public_key),
        counter: row.counter,
      },
      requireUserVerification: true,
    }),
  );
  if (!verified?.verified) return null;
  await tx
    .updateTable('passkeys')
    .set({ counter: verified.authenticationInfo.newCounter, used_at: services.now() })
    .where('id', '=', row.id)
    .execute();
  return { userId: row.user_id, passkeyId: row.id };
}

/** The library throws for everything that does not fit; for us that is one expected answer: no. */
async function settle(
  checking: Promise<VerifiedAuthenticationResponse>,
): Promise<VerifiedAuthenticationResponse | null> {
  try {
    return await checking;
  } catch {
    return null;
  }
}
