import { allEndpoints, type Endpoint } from '@bruecke/contract';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { createApp } from '../../http/app.ts';
import { createLiveHub } from '../../http/live.ts';
import type { Route } from '../../http/route.ts';
import { minute, type TestPerson } from '../../testServices.ts';
import { identify } from './identify.ts';
import { peopleRoutes } from './routes.ts';
import { createPeopleTestbed, goodPassword } from './testPeople.ts';

let db: TestDatabase;
let bed: ReturnType<typeof createPeopleTestbed>;
let app: FastifyInstance;
let address: string;
let anna: TestPerson;
beforeAll(async () => {
  db = await createTestDatabase();
  bed = createPeopleTestbed(db);
  anna = await bed.givePassword(await bed.lay.person('Anna Adler'));
  app = await createApp({
    services: bed.services,
    routes: [...peopleRoutes, ...others()],
    identify: (given) => identify(bed.services, given),
    identifyConnector: () => Promise.reject(new Error('not part of this test')),
    live: createLiveHub({ now: bed.services.now }),
    readiness: { database: async () => undefined, blobs: async () => undefined, queue: async () => undefined },
    trustedProxies: [],
  });
  address = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await db.close();
});

/** The app wants every endpoint of the contract; this test asks only those of this module. */
function others(): Route[] {
  const own = new Set<Endpoint>(peopleRoutes.map((route) => route.endpoint));
  const handle = () => Promise.reject(new Error('not part of this test'));
  return allEndpoints().flatMap(({ endpoint }) => (own.has(endpoint) ? [] : [{ endpoint, handle }]));
}

/** Over a real socket, as a browser would; the answer's body is parsed as it comes. */
async function ask(
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  given: { cookie?: string; csrf?: string; body?: object } = {},
) {
  const response = await fetch(`${address}/api/v1${path}`, {
    method,
    headers: {
      'user-agent': 'Test Browser',
      ...(given.body ? { 'content-type': 'application/json' } : {}),
      ...(given.cookie ? { cookie: given.cookie } : {}),
      ...(given.csrf ? { 'x-csrf-token': given.csrf } : {}),
    },
    ...(given.body ? { body: JSON.stringify(given.body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: text === '' ? null : JSON.parse(text) };
}

describe('the whole way over HTTP', () => {
  it('signs in with a cookie that scripts can’t read, needs the session’s own token to write, and signs out', async () => {
    const refused = await ask('POST', '/auth/sign-in', {
      body: { email: anna.email, password: 'not this one, sorry' },
    });
    expect([refused.status, refused.json.code]).toEqual([401, 'sign_in_failed']);
    expect(refused.headers.get('set-cookie')).toBeNull();

    const entered = await ask('POST', '/auth/sign-in', { body: { email: anna.email, password: goodPassword } });
    expect(entered.json).toEqual({ state: 'signedIn' });
    const setCookie = String(entered.headers.get('set-cookie'));
    expect(setCookie).toMatch(/^__Host-bruecke=[\w-]{43}; Path=\/; Expires=.*; HttpOnly; Secure; SameSite=Lax$/);
    const cookie = setCookie.split(';')[0] ?? '';

    const me = (await ask('GET', '/auth/me', { cookie })).json;
    expect(me).toMatchObject({ id: anna.id, name: 'Anna Adler', operator: false, firms: [], onlyMandant: null });
    const forged = await ask('POST', '/me/password', { cookie, body: { password: 'Vier Kähne im Nebel' } });
    expect([forged.status, forged.json.code]).toEqual([403, 'csrf_failed']);

    bed.services.clock.forward(10 * minute);
    const stale = await ask('POST', '/me/passkeys/options', { cookie, csrf: me.csrfToken });
    expect([stale.status, stale.json.code]).toEqual([403, 'fresh_sign_in_needed']);
    // Nor does the cookie alone let anybody in.
    const someone = bed.services.newId();
    const invited = { email: 'x@example.com', role: 'admin' };
    const giving = [
      ['POST', `/firms/${someone}/staff/invitations`, { ...invited, mayManageConnections: true }],
      ['PATCH', `/firms/${someone}/staff/${someone}`, { role: 'admin' }],
      ['POST', `/mandanten/${someone}/members/invitations`, { ...invited, rights: [] }],
      ['PATCH', `/mandanten/${someone}/members/${someone}`, { role: 'admin' }],
    ] as const;
    for (const [method, path, body] of giving) {
      const given = await ask(method, path, { cookie, csrf: me.csrfToken, body });
      expect([path, given.status, given.json.code]).toEqual([path, 403, 'fresh_sign_in_needed']);
    }
    const confirmed = await ask('POST', '/auth/confirm', {
      cookie,
      csrf: me.csrfToken,
      body: { password: goodPassword },
    });
    expect(confirmed.status).toBe(200);
    const options = (await ask('POST', '/me/passkeys/options', { cookie, csrf: me.csrfToken })).json.options;
    // What the browser needs comes through whole, nested parts too.
    expect(options).toMatchObject({
      rp: { name: 'Brücke', id: 'bruecke.example' },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    expect(options.pubKeyCredParams.length).toBeGreaterThan(1);

    const profile = (await ask('GET', '/me/profile', { cookie })).json;
    expect(profile.sessions).toMatchObject([{ current: true, userAgent: 'Test Browser' }]);
    const left = await ask('POST', '/auth/sign-out', { cookie, csrf: me.csrfToken });
    expect(left.status).toBe(204);
    expect(String(left.headers.get('set-cookie'))).toMatch(/^__Host-bruecke=; Max-Age=0; Path=\/;/);
    expect((await ask('GET', '/auth/me', { cookie })).status).toBe(401);
  });

  it('says when to come back while locked', async () => {
    for (let i = 0; i < 4; i += 1) {
      await ask('POST', '/auth/sign-in', { body: { email: 'nobody@example.com', password: 'not this one, sorry' } });
    }
    const locked = await ask('POST', '/auth/sign-in', {
      body: { email: 'nobody@example.com', password: 'not this one, sorry' },
    });
    expect([locked.status, locked.json.code, locked.headers.get('retry-after')]).toEqual([
      429,
      'sign_in_locked',
      String(15 * 60),
    ]);
  });
});
