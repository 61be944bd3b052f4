import {
  authorizationCodeGrantRequest,
  getValidatedIdTokenClaims,
  jwksCache,
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  revocationRequest,
  type TokenEndpointResponse,
  validateApplicationLevelSignature,
  validateAuthResponse,
} from 'oauth4webapi';
import { type Answer, type DatevFailure, refusal, type Trace } from '../failure.ts';
import { asFields, field, parseJson, whole } from '../lenient.ts';
import type { DatevRuntime } from '../runtime.ts';
import type { DatevOnlineSettings } from '../settings.ts';
import { type AuthorizationInput, bindingScopes, type TokenMode } from './authorization.ts';
import { discover } from './discovery.ts';
import { clientAuthentication, guarded, httpOptions, interpretLoginRefusal, loginClient } from './library.ts';
import type { LoginServer } from './loginServer.ts';

/** A pair of opaque tokens. The refresh token is good for one use (cloud.md A.5). */
export interface Tokens {
  readonly accessToken: string;
  readonly accessExpiresAt: Date;
  readonly refreshToken: string;
  readonly refreshExpiresAt: Date;
  readonly scopes: readonly string[];
}

/** A finished sign-in. */
export interface SignIn {
  readonly tokens: Tokens;
  /** Pairwise id of the person at this app (`sub`). */
  readonly subject: string;
  readonly signedInAt: Date;
}

/** Tokens that could not be taken back, in full or in part. Secrets: keep them sealed, and revoke them until that succeeds. */
export interface UnrevokedTokens {
  readonly refreshToken: string | null;
  readonly accessToken: string | null;
}

/** A sign-in, or why there is none; then with what lives on at DATEV although nobody is to use it. */
export type Redeemed =
  | { readonly ok: true; readonly value: SignIn; readonly trace: Trace }
  | { readonly ok: false; readonly failure: DatevFailure; readonly unrevoked: UnrevokedTokens | null };

export interface CallbackInput {
  /** The address that DATEV sent the browser back to, or its query. */
  readonly callback: URL | URLSearchParams;
  readonly state: string;
}

/** What the sign-in was begun for, what was kept of its beginning, and what came back. */
export type RedeemInput = AuthorizationInput &
  CallbackInput & {
    readonly nonce: string;
    readonly codeVerifier: string;
  };

/**
 * Whether DATEV has sent the browser back with a code for this request: `state`, issuer, no `error`. Asks the token endpoint
 * nothing, so that what a new sign-in would replace can be kept where none comes about. The value is for {@link redeemCode}.
 *
 * Failures: `consentRefused`, `scopeMissing`, `appNotAllowed`, `loginMismatch`, `misuse`, and those of discovery.
 */
export async function checkCallback(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  input: CallbackInput,
): Promise<Answer<URLSearchParams>> {
  const server = await discover(settings, runtime);
  if (!server.ok) return server;
  const client = loginClient(settings, runtime);
  return guarded<URLSearchParams>(async () => {
    const value = validateAuthResponse(server.value.metadata, client, input.callback, input.state);
    return value.get('code') ? { ...server, value } : refusal('loginMismatch', { description: 'no code came back' });
  });
}

/**
 * Redeems the code of a sign-in. Checks `state`, issuer, nonce, the id token with its signature, and that a long-term token is
 * bound as asked (RFC 6749 5.1: an answer without `scope` has the scopes asked for); tokens that fail a check are revoked before
 * the failure is handed back, and what could not be is handed back with it.
 *
 * Failures: `consentRefused`, `loginMismatch`, `needsReauth` (code spent or expired), `appNotAllowed`, `scopeMissing`,
 * `unclear`, `unavailable`, `unreachable`.
 */
export async function redeemCode(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  input: RedeemInput,
): Promise<Redeemed> {
  const back = await checkCallback(settings, runtime, input);
  if (!back.ok) return { ...back, unrevoked: null };
  const server = await discover(settings, runtime);
  if (!server.ok) return { ...server, unrevoked: null };
  const { metadata } = server.value;
  const answer = await guarded<Issued>(async () => {
    const response = await authorizationCodeGrantRequest(
      metadata,
      loginClient(settings, runtime),
      clientAuthentication(settings),
      back.value,
      settings.redirectUri,
      input.codeVerifier,
      httpOptions(settings, runtime),
    );
    if (response.status !== 200) {
      return { ok: false, failure: interpretLoginRefusal(response, await response.text()) };
    }
    const tokens = readIssuedTokens(await response.clone().text());
    return { ok: true, value: { response, tokens }, trace: tokenTrace(response) };
  });
  if (!answer.ok) return { ...answer, unrevoked: null };
  const checked = await checkSignIn(settings, runtime, server.value, answer.value.response, input);
  return checked.ok ? checked : { ...checked, unrevoked: await giveBack(settings, runtime, answer.value.tokens) };
}

interface Issued {
  readonly response: Response;
  /** What was issued, whether or not the rest of the answer can be trusted: so that it can be taken back. */
  readonly tokens: UnrevokedTokens;
}

function checkSignIn(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  server: LoginServer,
  response: Response,
  input: RedeemInput,
): Promise<Answer<SignIn>> {
  const signedInAt = new Date(runtime.now());
  return guarded<SignIn>(async () => {
    const client = loginClient(settings, runtime);
    const options = { expectedNonce: input.nonce, requireIdToken: true };
    const body = await processAuthorizationCodeResponse(server.metadata, client, response, options);
    const keys = { ...httpOptions(settings, runtime), [jwksCache]: server.keys };
    await validateApplicationLevelSignature(server.metadata, response, keys);
    const subject = getValidatedIdTokenClaims(body)?.sub;
    const tokens = toTokens(body, { now: runtime.now(), mode: input.mode, signedInAt, previous: null });
    if (subject === undefined || tokens === null) {
      return refusal('loginMismatch', { status: 200, description: 'no refresh token or no subject' });
    }
    if (input.mode === 'longTerm' && body.scope !== undefined) {
      const missing = bindingScopes(input.clientId).filter((scope) => !tokens.scopes.includes(scope));
      if (missing.length > 0) {
        return refusal('scopeMissing', { status: 200, description: `not granted: ${missing.join(' ')}` });
      }
    }
    return { ok: true, value: { tokens, subject, signedInAt }, trace: tokenTrace(response) };
  });
}

function readIssuedTokens(body: string): UnrevokedTokens {
  const find = (name: string) => new RegExp(`"${name}"\\s*:\\s*"([^"\\\\]+)"`).exec(body)?.[1] ?? null;
  return { refreshToken: find('refresh_token'), accessToken: find('access_token') };
}

/** What is left: null when DATEV has confirmed both. */
async function giveBack(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  issued: UnrevokedTokens,
): Promise<UnrevokedTokens | null> {
  const unlessRevoked = async (token: string | null, tokenTypeHint: RevokeInput['tokenTypeHint']) =>
    token === null || (await revokeToken(settings, runtime, { token, tokenTypeHint })).ok ? null : token;
  const refreshToken = await unlessRevoked(issued.refreshToken, 'refresh_token');
  const accessToken = await unlessRevoked(issued.accessToken, 'access_token');
  return refreshToken === null && accessToken === null ? null : { refreshToken, accessToken };
}

export interface RefreshInput {
  readonly refreshToken: string;
  readonly mode: TokenMode;
  /** When the person signed in: a session's end is counted from there, not from the refresh (cloud.md A.5). */
  readonly signedInAt: Date;
  /** The scopes of the present pair, kept when the answer names none. */
  readonly scopes?: readonly string[];
}

/**
 * Exchanges a refresh token for a new pair. The old token is spent by the attempt: store the new pair before using it, and
 * let only one process refresh a grant at a time.
 *
 * Failures: `needsReauth` (`invalid_grant`); `unclear` when nobody knows whether the token was spent (try once more with
 * the same token, then ask for a sign-in); `unavailable`, `rateLimited`, `unreachable` when it was not; `appNotAllowed`.
 */
export async function refreshTokens(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  input: RefreshInput,
): Promise<Answer<Tokens>> {
  const server = await discover(settings, runtime);
  // No token has left yet, however unclear the discovery's end was.
  if (!server.ok) return { ok: false, failure: { ...server.failure, kind: notSent(server.failure.kind) } };
  const { metadata } = server.value;
  const client = loginClient(settings, runtime);
  const answer = await guarded<Tokens>(async () => {
    const response = await refreshTokenGrantRequest(
      metadata,
      client,
      clientAuthentication(settings),
      input.refreshToken,
      httpOptions(settings, runtime),
    );
    if (response.status !== 200) {
      return { ok: false, failure: interpretLoginRefusal(response, await response.text()) };
    }
    const body = await processRefreshTokenResponse(metadata, client, await withoutIdToken(response));
    const tokens = toTokens(body, {
      now: runtime.now(),
      mode: input.mode,
      signedInAt: input.signedInAt,
      previous: input,
    });
    if (tokens === null) return refusal('unclear', { status: 200, broken: 'unreadableAnswer' });
    return { ok: true, value: tokens, trace: tokenTrace(response) };
  });
  // An answer nobody can read leaves the token's fate as open as no answer at all.
  if (!answer.ok && answer.failure.kind === 'loginMismatch') {
    return { ok: false, failure: { ...answer.failure, kind: 'unclear', broken: 'unreadableAnswer' } };
  }
  return answer;
}

/**
 * The id token beside a refreshed pair tells nothing that the sign-in has not. One that can't be checked (it has run out already by a
 * clock that was set forward) must not cost the pair, for which the only token before it was spent.
 */
async function withoutIdToken(response: Response): Promise<Response> {
  const body = await response.text();
  const fields = asFields(parseJson(body));
  if (fields === null) return new Response(body, response);
  const { id_token: _idToken, ...rest } = fields;
  return new Response(JSON.stringify(rest), response);
}

function notSent<K extends string>(kind: K): K | 'unavailable' {
  return kind === 'unclear' || kind === 'loginMismatch' ? 'unavailable' : kind;
}

export interface RevokeInput {
  readonly token: string;
  /** Mandatory at DATEV (cloud.md A.6). */
  readonly tokenTypeHint: 'access_token' | 'refresh_token';
}

/**
 * Revokes one token at DATEV. On disconnect call it for the refresh token and for the access token, and forget the local
 * copies only after success (cloud.md A.6; G-03, G-08). A token that DATEV no longer knows counts as revoked.
 *
 * Failures: `appNotAllowed`, `misuse`, `rateLimited`, `unavailable`, `unclear`, `unreachable`.
 */
export async function revokeToken(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  input: RevokeInput,
): Promise<Answer<'revoked'>> {
  const server = await discover(settings, runtime);
  if (!server.ok) return server;
  return guarded(async () => {
    const response = await revocationRequest(
      server.value.metadata,
      loginClient(settings, runtime),
      clientAuthentication(settings),
      input.token,
      { ...httpOptions(settings, runtime), additionalParameters: { token_type_hint: input.tokenTypeHint } },
    );
    const body = await response.text();
    if (response.status === 200) return { ok: true, value: 'revoked', trace: tokenTrace(response) };
    const refused = interpretLoginRefusal(response, body);
    // RFC 7009 answers 200 for a token that is no longer valid; a server that names it an error says the same: it is gone.
    if (refused.code === 'invalid_token' || refused.code === 'invalid_grant') {
      return { ok: true, value: 'revoked', trace: tokenTrace(response) };
    }
    return { ok: false, failure: refused };
  });
}

const SESSION_MS = 11 * 3_600_000;
/** What no refresh token of DATEV's comes near to: a hundred years. */
const LONGEST_SECONDS = 100 * 365 * 86_400;
const ACCESS_SECONDS = 900;

interface Issue {
  readonly now: number;
  readonly mode: TokenMode;
  readonly signedInAt: Date;
  readonly previous: { readonly refreshToken: string; readonly scopes?: readonly string[] } | null;
}

function toTokens(body: TokenEndpointResponse, issue: Issue): Tokens | null {
  const refreshToken = body.refresh_token ?? issue.previous?.refreshToken;
  if (refreshToken === undefined) return null;
  const stated = whole(field(body, 'refresh_token_expires_in'));
  // Nothing, less, or beyond all dates is no end: the pair would be forgotten at once, or could not be stored.
  const refreshSeconds = stated !== null && stated > 0 && stated < LONGEST_SECONDS ? stated : null;
  return {
    accessToken: body.access_token,
    accessExpiresAt: new Date(issue.now + (body.expires_in ?? ACCESS_SECONDS) * 1000),
    refreshToken,
    refreshExpiresAt:
      refreshSeconds === null ? computedEnd(issue.mode, issue.signedInAt) : new Date(issue.now + refreshSeconds * 1000),
    scopes: body.scope?.split(' ').filter((scope) => scope !== '') ?? issue.previous?.scopes ?? [],
  };
}

/** The end of a grant whose answer did not say it: 11 hours or two years from sign-in (cloud.md A.5, stance in G). */
export function computedEnd(mode: TokenMode, signedInAt: Date): Date {
  if (mode === 'session') return new Date(signedInAt.getTime() + SESSION_MS);
  const end = new Date(signedInAt);
  end.setUTCFullYear(end.getUTCFullYear() + 2);
  return end;
}

/** Never with a body: it holds the tokens. */
function tokenTrace(response: Response): Trace {
  return {
    status: response.status,
    globalTransactionId: response.headers.get('x-global-transaction-id'),
    capRequestId: response.headers.get('v-cap-request-id'),
    excerpt: '',
  };
}
