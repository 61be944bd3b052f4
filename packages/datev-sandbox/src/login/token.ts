import { createHash } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import type { Session, State } from '../state.ts';
import { type Answer, type Call, jsonAnswer } from '../wire.ts';
import { authenticateApp, oauthError } from './app-auth.ts';
import { ACCESS_SECONDS, endSession, isRefreshable, issueTokens, liveSession } from './sessions.ts';
import { signingKey } from './signing-key.ts';
import { pairwiseSubject } from './userinfo.ts';

/**
 * `POST /token` (cloud.md A.4, A.5): `authorization_code` with PKCE, `refresh_token` with single-use tokens. Form-encoded,
 * `client_secret_basic` only. There is no machine login.
 */
export async function token(
  state: State,
  now: number,
  call: Call,
  form: URLSearchParams,
  issuer: string,
): Promise<Answer> {
  const app = authenticateApp(state, call, form);
  if ('status' in app) return app;
  switch (form.get('grant_type')) {
    case 'authorization_code':
      return redeemCode(state, now, app.clientId, form, issuer);
    case 'refresh_token':
      return redeemRefresh(state, now, app.clientId, form, issuer);
    case null:
      return oauthError('invalid_request', 'grant_type missing');
    default:
      return oauthError('unsupported_grant_type', 'only authorization_code and refresh_token');
  }
}

async function redeemCode(
  state: State,
  now: number,
  appId: string,
  form: URLSearchParams,
  issuer: string,
): Promise<Answer> {
  const verifier = form.get('code_verifier') ?? '';
  if (verifier === '') return oauthError('invalid_request', 'code_verifier missing');
  const code = state.codes.get(form.get('code') ?? '');
  if (code === undefined) return oauthError('invalid_grant', 'unknown code');
  const session = liveSession(state, code.session);
  if (session === undefined || session.app !== appId) return oauthError('invalid_grant', 'unknown code');
  if (code.used) {
    endSession(state, session);
    return oauthError('invalid_grant', 'code already used');
  }
  if (now >= code.expiresAt) return oauthError('invalid_grant', 'code expired');
  if (form.get('redirect_uri') !== code.redirectUri) return oauthError('invalid_grant', 'redirect_uri differs');
  if (createHash('sha256').update(verifier).digest('base64url') !== code.challenge) {
    return oauthError('invalid_grant', 'code_verifier does not match');
  }
  code.used = true;
  return tokenAnswer(state, now, session, issuer);
}

async function redeemRefresh(
  state: State,
  now: number,
  appId: string,
  form: URLSearchParams,
  issuer: string,
): Promise<Answer> {
  const refresh = state.refresh.get(form.get('refresh_token') ?? '');
  const session = refresh === undefined ? undefined : state.sessions.get(refresh.session);
  if (refresh === undefined || session === undefined || session.app !== appId) {
    return oauthError('invalid_grant', 'unknown refresh token');
  }
  if (refresh.used && !session.ended) {
    // Redeeming a refresh token twice kills the whole session (cloud.md A.5).
    endSession(state, session);
    return oauthError('invalid_grant', 'refresh token already used');
  }
  if (!isRefreshable(state, now, refresh)) return oauthError('invalid_grant', 'refresh token expired or revoked');
  const asked = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  if (asked.some((scope) => !session.scopes.includes(scope))) {
    return oauthError('invalid_scope', 'scope exceeds the consent');
  }
  refresh.used = true;
  return tokenAnswer(state, now, session, issuer);
}

async function tokenAnswer(state: State, now: number, session: Session, issuer: string): Promise<Answer> {
  const { accessToken, refreshToken } = issueTokens(state, now, session);
  return jsonAnswer(
    200,
    {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: ACCESS_SECONDS,
      refresh_token: refreshToken,
      ...(state.switches.refreshExpiresIn
        ? { refresh_token_expires_in: Math.floor((session.refreshExpiresAt - now) / 1000) }
        : {}),
      scope: session.scopes.join(' '),
      id_token: await idToken(now, session, issuer),
    },
    { 'cache-control': 'no-store', pragma: 'no-cache' },
  );
}

async function idToken(now: number, session: Session, issuer: string): Promise<string> {
  const { privateJwk } = signingKey();
  const seconds = Math.floor(now / 1000);
  return new SignJWT({ nonce: session.nonce, auth_time: Math.floor(session.signedInAt / 1000), sid: session.id })
    .setProtectedHeader({ alg: 'RS256', kid: privateJwk.kid, typ: 'JWT' })
    .setIssuer(issuer)
    .setAudience(session.app)
    .setSubject(pairwiseSubject(session))
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + ACCESS_SECONDS)
    .sign(await importJWK(privateJwk, 'RS256'));
}
