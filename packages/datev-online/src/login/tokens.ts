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
import { type Answer, refusal, type Trace } from '../failure.ts';
import { field, whole } from '../lenient.ts';
import type { DatevRuntime } from '../runtime.ts';
import type { DatevOnlineSettings } from '../settings.ts';
import type { TokenMode } from './authorization.ts';
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

export interface RedeemInput {
  /** The address that DATEV sent the browser back to, or its query. */
  readonly callback: URL | URLSearchParams;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly mode: TokenMode;
}

/**
 * Redeems the code of a sign-in. Checks `state`, issuer, nonce and the id token with its signature; tokens that fail the
 * check are revoked before the failure is handed back.
 *
 * Failures: `consentRefused`, `loginMismatch`, `needsReauth` (code spent or expired), `appNotAllowed`, `scopeMissing`,
 * `unclear`, `unavailable`, `unreachable`.
 */
export async function redeemCode(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  input: RedeemInput,
): Promise<Answer<SignIn>> {
  const server = await discover(settings, runtime);
  if (!server.ok) return server;
  const { metadata } = server.value;
  const client = loginClient(settings, runtime);
  return guarded(async () => {
    const parameters = validateAuthResponse(metadata, client, input.callback, input.state);
    const response = await authorizationCodeGrantRequest(
      metadata,
      client,
      clientAuthentication(settings),
      parameters,
      settings.redirectUri,
      input.codeVerifier,
      httpOptions(settings, runtime),
    );
    if (response.status !== 200) {
      return { ok: false, failure: interpretLoginRefusal(response, await response.text()) };
    }
    return checkSignIn(settings, runtime, server.value, response, input);
  });
}

async function checkSignIn(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  server: LoginServer,
  response: Response,
  input: RedeemInput,
): Promise<Answer<SignIn>> {
  const signedInAt = new Date(runtime.now());
  const unchecked = readIssuedTokens(await response.clone().text());
  const checked = await guarded<SignIn>(async () => {
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
    return { ok: true, value: { tokens, subject, signedInAt }, trace: tokenTrace(response) };
  });
  if (!checked.ok) await revokeAll(settings, runtime, unchecked);
  return checked;
}

/** What was issued, whether or not the rest of the answer can be trusted: so that it can be taken back. */
function readIssuedTokens(body: string): { refresh: string | null; access: string | null } {
  const find = (name: string) => new RegExp(`"${name}"\\s*:\\s*"([^"\\\\]+)"`).exec(body)?.[1] ?? null;
  return { refresh: find('refresh_token'), access: find('access_token') };
}

async function revokeAll(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  issued: { refresh: string | null; access: string | null },
): Promise<void> {
  // Best effort: the failure that led here is what the caller has to hear about.
  if (issued.refresh !== null) {
    await revokeToken(settings, runtime, { token: issued.refresh, tokenTypeHint: 'refresh_token' });
  }
  if (issued.access !== null) {
    await revokeToken(settings, runtime, { token: issued.access, tokenTypeHint: 'access_token' });
  }
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
    const body = await processRefreshTokenResponse(metadata, client, response);
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
  const refreshSeconds = whole(field(body, 'refresh_token_expires_in'));
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
