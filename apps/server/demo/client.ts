import type { AnswerOf, api } from '@bruecke/contract';

/** A person of the demo, signed in by one click, who uses the API as the pages do. */
export type Client = {
  /** Throws with what was answered unless that is 2xx. */
  call<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
  bytes(path: string, bytes: Buffer): Promise<Response>;
  open(path: string): Promise<Response>;
};

export async function signInByClick(publicUrl: string, person: string): Promise<Client> {
  const response = await fetch(`${publicUrl}/demo/anmelden/${person}`, { redirect: 'manual' });
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const base = `${publicUrl}/api/v1`;
  const me = (await (await fetch(`${base}/auth/me`, { headers: { cookie } })).json()) as AnswerOf<typeof api.auth.me>;
  const headers = { cookie, 'x-csrf-token': me.csrfToken };
  return {
    call: async <Answer>(method: string, path: string, body?: unknown) => {
      const answer = await fetch(`${base}${path}`, {
        method,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      // The contract fixes what each endpoint answers; the caller names it.
      return (text === '' ? null : JSON.parse(text)) as Answer;
    },
    bytes: (path, bytes) =>
      fetch(`${base}${path}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/octet-stream' },
        body: new Uint8Array(bytes),
      }),
    open: (path) =>
      fetch(path.startsWith('http') ? path : `${base}${path}`, { headers: { cookie }, redirect: 'manual' }),
  };
}

/** Ids of the Mandanten that this person sees, by number. */
export async function findMandanten(client: Client): Promise<Map<number | null, string>> {
  const { mandanten } = await client.call<AnswerOf<typeof api.mandanten.list>>('GET', '/mandanten');
  return new Map(mandanten.map(({ id, mandantNumber }) => [mandantNumber, id]));
}
