import type { Session, State } from './state.ts';
import { type Answer, type Call, gatewayAnswer } from './wire.ts';
import type { Person } from './world.ts';

/** Who calls an interface: a live access token, its session and the person behind it. */
export type Caller = { session: Session; person: Person };

/**
 * The gateway's check of every interface call: `X-DATEV-Client-Id` names the app that owns the bearer token, and the token
 * lives (cloud.md A.7, A.9). Answers 401 otherwise.
 */
export function authenticate(state: State, now: number, call: Call): Caller | Answer {
  const appId = call.header('x-datev-client-id');
  if (appId === undefined || !state.index.apps.has(appId)) {
    return gatewayAnswer(401, 'Unauthorized', 'Invalid client id or secret.');
  }
  const caller = callerOf(state, now, call);
  if (caller === undefined) {
    return gatewayAnswer(401, 'Unauthorized', 'invalid_token', { 'www-authenticate': 'Bearer error="invalid_token"' });
  }
  if (caller.session.app !== appId) return gatewayAnswer(401, 'Unauthorized', 'Invalid client id or secret.');
  return caller;
}

/** The session behind the bearer token, or undefined when it is missing, unknown, expired or ended. */
export function callerOf(state: State, now: number, call: Call): Caller | undefined {
  const token = /^Bearer +(\S+)$/i.exec(call.header('authorization') ?? '')?.[1];
  if (token === undefined) return undefined;
  const access = state.access.get(token);
  if (access === undefined || now >= access.expiresAt) return undefined;
  const session = state.sessions.get(access.session);
  if (session === undefined || session.ended) return undefined;
  const person = state.index.people.get(session.person);
  return person === undefined ? undefined : { session, person };
}
