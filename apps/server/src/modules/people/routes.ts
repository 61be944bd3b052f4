import { api } from '@bruecke/contract';
import { type Edge, type Route, route } from '../../http/route.ts';
import { acceptInvitation } from './acceptInvitation.ts';
import { addPasskey } from './addPasskey.ts';
import { changePassword } from './changePassword.ts';
import { changeProfile } from './changeProfile.ts';
import { completePasswordReset } from './completePasswordReset.ts';
import { completeSetup } from './completeSetup.ts';
import { confirm } from './confirm.ts';
import { confirmTotp } from './confirmTotp.ts';
import { createApiKey } from './createApiKey.ts';
import { endSession } from './endSession.ts';
import { getProfile } from './getProfile.ts';
import { joinWithAccount } from './joinWithAccount.ts';
import { lookUpInvitation } from './lookUpInvitation.ts';
import { me } from './me.ts';
import { newPasskeyOptions } from './newPasskeyOptions.ts';
import { newRecoveryCodes } from './newRecoveryCodes.ts';
import { passkeyOptions } from './passkeyOptions.ts';
import { passkeySignIn } from './passkeySignIn.ts';
import { removePasskey } from './removePasskey.ts';
import { removeTotp } from './removeTotp.ts';
import { requestPasswordReset } from './requestPasswordReset.ts';
import { revokeApiKey } from './revokeApiKey.ts';
import { secondFactor } from './secondFactor.ts';
import type { From, NewSession } from './sessions.ts';
import { signIn } from './signIn.ts';
import { signOut } from './signOut.ts';
import { startTotp } from './startTotp.ts';

const { auth, profile } = api;

const fromOf = ({ ip, userAgent, sessionToken }: Edge): From => ({ ip, userAgent, sessionToken });

/** Puts the new session into the cookie; the answer says only how far the sign-in is. */
function signedIn<Given extends { session: NewSession; history: unknown }>(edge: Edge, given: Given) {
  const { session } = given;
  edge.setSession(session.token, session.expires);
  const history: Given['history'] = given.history;
  return { answer: { state: session.state }, history };
}

export const peopleRoutes: Route[] = [
  route(auth.signIn, async ({ ctx, body, edge }) => signedIn(edge, await signIn(ctx, { ...body, from: fromOf(edge) }))),
  route(auth.secondFactor, async ({ ctx, body, edge }) =>
    signedIn(edge, await secondFactor(ctx, { ...body, from: fromOf(edge) })),
  ),
  route(auth.passkeyOptions, ({ ctx, edge }) => passkeyOptions(ctx, { ip: edge.ip })),
  route(auth.passkeySignIn, async ({ ctx, body, edge }) =>
    signedIn(edge, await passkeySignIn(ctx, { ...body, from: fromOf(edge) })),
  ),
  route(auth.signOut, async ({ ctx, edge }) => {
    const ended = await signOut(ctx);
    edge.clearSession();
    return ended;
  }),
  route(auth.confirm, ({ ctx, body, edge }) => confirm(ctx, { proof: body, ip: edge.ip })),
  route(auth.me, ({ ctx }) => me(ctx)),
  route(auth.requestPasswordReset, async ({ ctx, body, edge }) => {
    await requestPasswordReset(ctx, { ...body, ip: edge.ip });
    return undefined;
  }),
  route(auth.completePasswordReset, ({ ctx, body, edge }) => completePasswordReset(ctx, { ...body, ip: edge.ip })),
  route(auth.lookUpInvitation, ({ ctx, body, edge }) => lookUpInvitation(ctx, { ...body, ip: edge.ip })),
  route(auth.acceptInvitation, async ({ ctx, body, edge }) =>
    signedIn(edge, await acceptInvitation(ctx, { ...body, from: fromOf(edge) })),
  ),
  route(auth.joinWithAccount, ({ ctx, body, edge }) => joinWithAccount(ctx, { ...body, ip: edge.ip })),
  route(auth.completeSetup, async ({ ctx, body, edge }) =>
    signedIn(edge, await completeSetup(ctx, { ...body, from: fromOf(edge) })),
  ),
  route(profile.get, ({ ctx }) => getProfile(ctx)),
  route(profile.change, ({ ctx, body }) => changeProfile(ctx, body)),
  route(profile.changePassword, ({ ctx, body }) => changePassword(ctx, body)),
  route(profile.endSession, ({ ctx, params }) => endSession(ctx, params)),
  route(profile.startTotp, ({ ctx }) => startTotp(ctx)),
  route(profile.confirmTotp, ({ ctx, body }) => confirmTotp(ctx, body)),
  route(profile.removeTotp, ({ ctx }) => removeTotp(ctx)),
  route(profile.newRecoveryCodes, ({ ctx }) => newRecoveryCodes(ctx)),
  route(profile.passkeyOptions, ({ ctx }) => newPasskeyOptions(ctx)),
  route(profile.addPasskey, ({ ctx, body }) => addPasskey(ctx, body)),
  route(profile.removePasskey, ({ ctx, params }) => removePasskey(ctx, params)),
  route(profile.createApiKey, ({ ctx, body }) => createApiKey(ctx, body)),
  route(profile.revokeApiKey, ({ ctx, params }) => revokeApiKey(ctx, params)),
];
