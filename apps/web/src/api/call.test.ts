import { api, type Problem } from '@bruecke/contract';
import { describe, expect, it, vi } from 'vitest';
import { addressOf, createCall } from './call.ts';
import { fieldErrors, NoAnswer, Refusal } from './problem.ts';

const problem = (code: string, status = 403): Problem => ({
  type: `urn:bruecke:problem:${code}`,
  title: code,
  status,
  code,
  requestId: 'r-1',
  messages: { de: 'Nein.', en: 'No.' },
  next: { de: 'Weiter.', en: 'Next.' },
  whoCanAct: 'you',
});

type Sent = { address: string; init: RequestInit };

/** Answers in the order given; records what was sent. */
function setUp(
  answers: (Response | Error)[],
  { confirm = true, token = 'token' as string | null, back = Promise.resolve() } = {},
) {
  const sent: Sent[] = [];
  const seen = { signedOut: 0, asked: 0 };
  const call = createCall({
    fetch: async (input, init) => {
      sent.push({ address: String(input), init: init ?? {} });
      const answer = answers.shift();
      if (!answer) throw new Error('one request too many');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    csrfToken: () => token,
    confirmAfresh: async () => {
      seen.asked += 1;
      return confirm;
    },
    signedInAgain: async () => {
      seen.signedOut += 1;
      await back;
    },
    absence: () => undefined,
  });
  return { call, sent, seen };
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const mandantId = 'a/b';

describe('addressOf', () => {
  it('fills parameters in, encoded, and leaves empty filters out', () => {
    expect(
      addressOf(api.vouchers.list, { params: { mandantId }, query: { text: '', month: '2026-11', limit: 5 } }),
    ).toBe('/api/v1/mandanten/a%2Fb/vouchers?month=2026-11&limit=5');
  });
});

describe('call', () => {
  it('gives a file with the name that the server says, also in the second attempt', async () => {
    const file = new Response('{"code":"x"}', {
      headers: { 'content-disposition': `attachment; filename="_.txt"; filename*=UTF-8''M%C3%BCller%20%281%29.txt` },
    });
    const { call } = setUp([json(problem('fresh_sign_in_needed'), 403), file]);
    const given = await call(api.connectors.createFile, { params: { firmId: 'f' } });
    expect(given.name).toBe('Müller (1).txt');
    expect(await given.text()).toBe('{"code":"x"}');
  });

  it('sends the token with what writes, and nothing of it with what reads', async () => {
    const { call, sent } = setUp([json({}), new Response(null, { status: 204 })]);
    await call(api.mandanten.get, { params: { mandantId } });
    expect(await call(api.auth.signOut)).toBeUndefined();
    const tokens = sent.map(({ init }) => new Headers(init.headers).get('x-csrf-token'));
    expect(tokens).toEqual([null, 'token']);
  });

  it('throws what the server says as a refusal, also that nobody is signed in where nobody was', async () => {
    const { call, seen } = setUp([json(problem('not_signed_in', 401), 401)], { token: null });
    const refused = call(api.auth.me).catch((error: unknown) => error);
    expect(await refused).toBeInstanceOf(Refusal);
    expect(seen.signedOut).toBe(0);
  });

  it('waits when the session is over, and is made once more when the person is back', async () => {
    let come = () => {};
    const back = new Promise<void>((resolve) => {
      come = resolve;
    });
    const { call, sent, seen } = setUp([json(problem('not_signed_in', 401), 401), json({ id: 'm' })], { back });
    const answer = call(api.mandanten.get, { params: { mandantId } });
    await vi.waitFor(() => expect(seen.signedOut).toBe(1));
    expect(sent).toHaveLength(1);
    come();
    expect(await answer).toEqual({ id: 'm' });
  });

  it('asks for a fresh sign-in and repeats once', async () => {
    const { call, sent, seen } = setUp([json(problem('fresh_sign_in_needed'), 403), json({ endedAt: 'now' })]);
    const answer = await call(api.engagement.cut, { params: { mandantId }, body: { mandantName: 'M' } });
    expect(answer).toEqual({ endedAt: 'now' });
    expect([sent.length, seen.asked]).toEqual([2, 1]);
  });

  it('does not repeat when the person declines', async () => {
    const { call, sent } = setUp([json(problem('fresh_sign_in_needed'), 403)], { confirm: false });
    const refused = call(api.engagement.cut, { params: { mandantId }, body: { mandantName: 'M' } });
    await expect(refused).rejects.toBeInstanceOf(Refusal);
    expect(sent).toHaveLength(1);
  });

  it('tells a lost connection from a foreign answer', async () => {
    const { call } = setUp([new TypeError('failed'), new Response('<html>', { status: 502 }), new Response('oops')]);
    const kinds = [];
    for (let n = 0; n < 3; n += 1) {
      kinds.push(await call(api.auth.me).catch((error: unknown) => (error instanceof NoAnswer ? error.kind : 'other')));
    }
    expect(kinds).toEqual(['offline', 'offline', 'unexpected']);
  });
});

describe('fieldErrors', () => {
  it('brings complaints to the field by the last part of the path', () => {
    const refusal = new Refusal({ ...problem('invalid_input', 400), fields: [{ path: 'fields.date', message: 'x' }] });
    expect(fieldErrors(refusal, 'Passt nicht.')).toEqual({ date: 'Passt nicht.' });
    expect(fieldErrors(new Error('x'), 'Passt nicht.')).toEqual({});
  });
});
