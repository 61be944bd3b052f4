import {
  type RegistrationResponseJSON,
  type VerifiedRegistrationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Ctx } from '../../context.ts';
import { refuse } from '../../refusal.ts';
import { type PasskeyAnswer, relyingParty, takeChallenge } from './passkeyCeremony.ts';
import { signInChanged } from './signInChanged.ts';

/** Adds a passkey under a name of the person's choice. Refuses with `passkey_failed`. */
export async function addPasskey(ctx: Ctx, input: PasskeyAnswer & { name: string }) {
  const { userId } = ctx.caller;
  // Apart, so that the challenge stays used up when the answer is refused.
  const challenge = await ctx.withRole('auth', (tx) =>
    takeChallenge(tx, ctx, { id: input.challengeId, purpose: 'register', userId }),
  );
  const credential = challenge === null ? null : await verify(ctx, input.response, challenge);
  if (!credential) throw refuse('passkey_failed');
  return ctx.withRole('auth', async (tx) => {
    const id = ctx.newId();
    const createdAt = ctx.now();
    const added = await tx
      .insertInto('passkeys')
      .values({
        id,
        user_id: userId,
        credential_id: credential.id,
        public_key: Buffer.from(credential.publicKey),
        counter: credential.counter,
        transports: [...(credential.transports ?? [])],
        name: input.name.trim(),
        created_at: createdAt,
        used_at: null,
      })
      .onConflict((conflict) => conflict.column('credential_id').doNothing())
      .executeTakeFirst();
    if (added.numInsertedOrUpdatedRows !== 1n) throw refuse('passkey_failed');
    const history = await signInChanged(tx, ctx, 'passkeyAdded', { passkeyId: id });
    const answer = { id, name: input.name.trim(), createdAt: createdAt.toISOString(), usedAt: null };
    return { answer, history };
  });
}

async function verify(ctx: Ctx, response: Record<string, unknown>, expectedChallenge: string) {
  const { id: expectedRPID, origin: expectedOrigin } = relyingParty(ctx);
  let verified: VerifiedRegistrationResponse;
  try {
    verified = await verifyRegistrationResponse({
      // Unknown JSON of a browser: the library checks its form itself and throws on anything else.
      response: response as unknown as RegistrationResponseJSON,
      expectedChallenge,
      expectedOrigin,
      expectedRPID,
      requireUserVerification: true,
    });
  } catch {
    return null;
  }
  return verified.registrationInfo?.credential ?? null;
}
