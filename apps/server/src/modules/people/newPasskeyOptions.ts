import { generateRegistrationOptions } from '@simplewebauthn/server';
import type { Ctx } from '../../context.ts';
import { keepChallenge, newChallenge, relyingParty } from './passkeyCeremony.ts';

/** Begins to add a passkey: one that the device keeps itself and asks its person for. Devices that have one already are left out. */
export async function newPasskeyOptions(ctx: Ctx) {
  const { userId, email, name } = ctx.caller;
  const existing = await ctx.withRole('auth', (tx) =>
    tx.selectFrom('passkeys').select(['credential_id', 'transports']).where('user_id', '=', userId).execute(),
  );
  const options = await generateRegistrationOptions({
    rpName: 'Brücke',
    rpID: relyingParty(ctx).id,
    userID: new Uint8Array(Buffer.from(userId, 'utf8')),
    userName: email,
    userDisplayName: name,
    challenge: newChallenge(ctx),
    attestationType: 'none',
    excludeCredentials: existing.map((row) => ({ id: row.credential_id, transports: row.transports })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  const { challenge } = options;
  const challengeId = await ctx.withRole('auth', (tx) =>
    keepChallenge(tx, ctx, { challenge, purpose: 'register', userId }),
  );
  return { challengeId, options: { ...options } };
}
