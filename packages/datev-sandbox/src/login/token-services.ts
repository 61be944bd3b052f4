import type { State } from '../state.ts';
import { type Answer, type Call, emptyAnswer, jsonAnswer } from '../wire.ts';
import { authenticateApp, oauthError } from './app-auth.ts';
import { isAccessLive, isRefreshable } from './sessions.ts';
import { pairwiseSubject } from './userinfo.ts';

/**
 * `POST /revoke` (cloud.md A.6). `token_type_hint` is mandatory at DATEV. Each token is revoked by itself, so a disconnect
 * takes two calls; an unknown token answers 200 as in RFC 7009.
 */
export function revoke(state: State, call: Call, form: URLSearchParams): Answer {
  const app = authenticateApp(state, call, form);
  if ('status' in app) return app;
  const token = form.get('token') ?? '';
  const hint = form.get('token_type_hint');
  if (token === '') return oauthError('invalid_request', 'token missing');
  if (hint === null || hint === '') return oauthError('invalid_request', 'token_type_hint missing');
  if (hint !== 'access_token' && hint !== 'refresh_token') {
    return oauthError('unsupported_token_type', 'access_token or refresh_token');
  }
  const access = state.access.get(token);
  if (access !== undefined && state.sessions.get(access.session)?.app === app.clientId) state.access.delete(token);
  const refresh = state.refresh.get(token);
  if (refresh !== undefined && state.sessions.get(refresh.session)?.app === app.clientId) refresh.revoked = true;
  return emptyAnswer(200, { 'cache-control': 'no-store' });
}

/** `POST /introspect`: the only way to learn about an opaque token besides `expires_in` (cloud.md A.1, A.4). */
export function introspect(state: State, now: number, call: Call, form: URLSearchParams): Answer {
  const app = authenticateApp(state, call, form);
  if ('status' in app) return app;
  const token = form.get('token') ?? '';
  if (token === '') return oauthError('invalid_request', 'token missing');
  const access = state.access.get(token);
  const refresh = state.refresh.get(token);
  const session = state.sessions.get(access?.session ?? refresh?.session ?? '');
  const live =
    (access !== undefined && isAccessLive(state, now, access)) ||
    (refresh !== undefined && isRefreshable(state, now, refresh));
  if (session === undefined || session.app !== app.clientId || !live) return jsonAnswer(200, { active: false });
  return jsonAnswer(200, {
    active: true,
    scope: session.scopes.join(' '),
    client_id: session.app,
    token_type: 'Bearer',
    sub: pairwiseSubject(session),
    iat: Math.floor(session.signedInAt / 1000),
    exp: Math.floor((access?.expiresAt ?? session.refreshExpiresAt) / 1000),
  });
}
