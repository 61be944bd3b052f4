import type { Answer, Call } from '../wire.ts';
import type { Medium } from '../world.ts';

/**
 * Goes through the two forms as a person would: choose person and medium, then agree or refuse.
 *
 * @returns the address the browser would be sent to, with `code` or `error`.
 * @throws when a page does not lead on (unknown app, wrong medium); the message is the page's own text.
 */
export async function signIn(
  answer: (call: Call) => Promise<Answer>,
  authorizeUrl: string,
  given: { person: string; medium?: Medium; deny?: boolean },
): Promise<string> {
  const url = new URL(authorizeUrl);
  const first = await answer(callOf(url));
  if (first.headers['location'] !== undefined) return first.headers['location'];
  if (first.status !== 200) throw new Error(`sign-in page: ${problemText(first)}`);

  const fields = { request: url.search.slice(1), person: given.person, medium: given.medium ?? 'SmartLogin' };
  const second = await answer(callOf(url, { ...fields, step: 'login' }));
  if (second.headers['location'] !== undefined) return second.headers['location'];
  if (second.status !== 200) throw new Error(`sign-in as ${given.person}: ${problemText(second)}`);

  const decision = given.deny === true ? 'deny' : 'allow';
  const third = await answer(callOf(url, { ...fields, step: 'consent', decision }));
  if (third.headers['location'] === undefined) throw new Error(`consent page: ${problemText(third)}`);
  return third.headers['location'];
}

function callOf(url: URL, form?: Record<string, string>): Call {
  const bytes = Buffer.from(form === undefined ? '' : new URLSearchParams(form).toString());
  const headers: Record<string, string> =
    form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  return {
    method: form === undefined ? 'GET' : 'POST',
    url: form === undefined ? url : new URL(url.pathname, url.origin),
    header: (name) => headers[name.toLowerCase()],
    body: async () => ({ bytes, truncated: false }),
  };
}

function problemText(answer: Answer): string {
  const text = /role="alert">(?:<span[^>]*>[^<]*<\/span>)?\s*([^<]+)</.exec(answer.body ?? '')?.[1];
  return text ?? `status ${answer.status}`;
}
