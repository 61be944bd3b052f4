import type { AccessToken, RefreshToken, Session, State } from '../state.ts';
import type { App, Medium, Person } from '../world.ts';

export const ACCESS_SECONDS = 900;
/** Session refresh: 11 hours from sign-in, not extended by use (cloud.md A.5). */
export const SESSION_REFRESH_SECONDS = 11 * 3600;
const CODE_SECONDS = 120;

export type SignIn = {
  app: App;
  person: Person;
  medium: Medium;
  scopes: string[];
  nonce: string;
  redirectUri: string;
  challenge: string;
  boundTo?: string;
};

/** Keeps a consent and hands out its single-use code. */
export function openSession(state: State, now: number, given: SignIn): string {
  const id = state.ids.guid();
  state.sessions.set(id, {
    id,
    app: given.app.clientId,
    person: given.person.id,
    medium: given.medium,
    ...(given.boundTo === undefined ? {} : { boundTo: given.boundTo }),
    scopes: given.scopes,
    nonce: given.nonce,
    signedInAt: now,
    refreshExpiresAt: given.boundTo === undefined ? now + SESSION_REFRESH_SECONDS * 1000 : longTermEnd(now),
    ended: false,
  });
  const code = state.ids.token();
  state.codes.set(code, {
    session: id,
    redirectUri: given.redirectUri,
    challenge: given.challenge,
    expiresAt: now + CODE_SECONDS * 1000,
    used: false,
  });
  return code;
}

/** At least two years (cloud.md A.5), so by the calendar: where a 29 February lies in between, 730 days are too few. */
function longTermEnd(from: number): number {
  const end = new Date(from);
  return end.setUTCFullYear(end.getUTCFullYear() + 2);
}

export type TokenPair = { accessToken: string; refreshToken: string };

/** A fresh access token and a fresh single-use refresh token of a live session. */
export function issueTokens(state: State, now: number, session: Session): TokenPair {
  sweep(state, now);
  if (session.boundTo !== undefined && state.switches.longTermSlides) {
    session.refreshExpiresAt = longTermEnd(now);
  }
  const accessToken = state.ids.token();
  const refreshToken = state.ids.token();
  state.access.set(accessToken, { session: session.id, expiresAt: now + ACCESS_SECONDS * 1000 });
  state.refresh.set(refreshToken, { session: session.id, used: false, revoked: false });
  return { accessToken, refreshToken };
}

/** The session dies with every token it ever had: reuse of a refresh token, reuse of a code, or the person's own wish. */
export function endSession(state: State, session: Session): void {
  session.ended = true;
  for (const [token, entry] of state.access) if (entry.session === session.id) state.access.delete(token);
}

export function liveSession(state: State, id: string): Session | undefined {
  const session = state.sessions.get(id);
  return session === undefined || session.ended ? undefined : session;
}

/** A refresh token that could be redeemed now. */
export function isRefreshable(state: State, now: number, token: RefreshToken): boolean {
  const session = liveSession(state, token.session);
  return session !== undefined && !token.used && !token.revoked && now < session.refreshExpiresAt;
}

export function isAccessLive(state: State, now: number, token: AccessToken): boolean {
  return now < token.expiresAt && liveSession(state, token.session) !== undefined;
}

/** Expired access tokens would pile up in a long simulation; they are dropped once in a while. */
function sweep(state: State, now: number): void {
  if (state.access.size < 2048 || state.access.size % 1024 !== 0) return;
  for (const [token, entry] of state.access) if (now >= entry.expiresAt) state.access.delete(token);
}
