import { userInfoRequest } from 'oauth4webapi';
import { interpretFailure, takeAnswer } from '../answers.ts';
import { type Answer, refusal } from '../failure.ts';
import { asFields, field, parseJson, text } from '../lenient.ts';
import type { DatevRuntime } from '../runtime.ts';
import type { DatevOnlineSettings } from '../settings.ts';
import { discover } from './discovery.ts';
import { guarded, httpOptions, loginClient } from './library.ts';

/** The person behind a token. Names need the scope `profile`, the address needs `email` (cloud.md A.4). */
export interface UserInfo {
  readonly subject: string;
  /** Full name (G-05); null without the scope. */
  readonly fullName: string | null;
  readonly email: string | null;
}

/**
 * Asks who signed in. `subject` is the one from {@link SignIn}: an answer for another person is a `loginMismatch`.
 *
 * Failures: `accessRefused`, `loginMismatch`, `unavailable`, `unclear`, `unreachable`.
 */
export async function userInfo(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  input: { readonly accessToken: string; readonly subject: string },
): Promise<Answer<UserInfo>> {
  const server = await discover(settings, runtime);
  if (!server.ok) return server;
  return guarded(async () => {
    const response = await userInfoRequest(server.value.metadata, loginClient(settings, runtime), input.accessToken, {
      ...httpOptions(settings, runtime),
      headers: { 'x-datev-client-id': settings.clientId },
    });
    return interpretUserInfo(response, input.subject);
  });
}

/** Interprets the answer of the userinfo endpoint. */
export async function interpretUserInfo(response: Response, subject: string): Promise<Answer<UserInfo>> {
  const { body, trace } = await takeAnswer(response);
  if (response.status !== 200) return { ok: false, failure: interpretFailure(response, body, 'read') };
  const fields = asFields(parseJson(body));
  if (fields === null || text(field(fields, 'sub')) !== subject) {
    return refusal('loginMismatch', { status: 200, description: 'userinfo speaks of another person' });
  }
  const parts = [text(field(fields, 'given_name')), text(field(fields, 'family_name'))].filter(
    (part) => part !== null && part !== '',
  );
  const fullName = text(field(fields, 'name'))?.trim() || parts.join(' ');
  return {
    ok: true,
    value: { subject, fullName: fullName === '' ? null : fullName, email: text(field(fields, 'email')) },
    // The body is a person's data and no proof of anything: not kept.
    trace: { ...trace, excerpt: '' },
  };
}
