import { createHash } from 'node:crypto';
import { callerOf } from '../bearer.ts';
import type { Session, State } from '../state.ts';
import { type Answer, type Call, emptyAnswer, jsonAnswer } from '../wire.ts';

/** `GET /userinfo`: claims by scope (cloud.md A.4). Full name with `profile`, mail with `email`, account id with `account_id`. */
export function userinfo(state: State, now: number, call: Call): Answer {
  const caller = callerOf(state, now, call);
  if (caller === undefined) return emptyAnswer(401, { 'www-authenticate': 'Bearer error="invalid_token"' });
  const { person, session } = caller;
  const has = (scope: string): boolean => session.scopes.includes(scope);
  return jsonAnswer(200, {
    sub: pairwiseSubject(session),
    ...(has('profile')
      ? {
          name: `${person.givenName} ${person.familyName}`,
          given_name: person.givenName,
          family_name: person.familyName,
        }
      : {}),
    ...(has('email') ? { email: person.email } : {}),
    ...(has('account_id') ? { account_id: accountId(person.id) } : {}),
  });
}

/** The subject differs from app to app for the same person, and never changes within one. */
export function pairwiseSubject(session: Session): string {
  return createHash('sha256').update(`sub ${session.app} ${session.person}`).digest('hex').slice(0, 32);
}

function accountId(person: string): string {
  return createHash('sha256').update(`account ${person}`).digest('hex').slice(0, 32);
}
