import { describe, expect, it } from 'vitest';
import { idToken, loginServer, NOW, runtimeOver, settings } from '../test/loginServer.ts';
import { putDocument } from './documents/uploads.ts';
import { type Exchange, recordExchanges } from './exchanges.ts';
import { EXCERPT_LIMIT } from './failure.ts';
import { redeemCode, refreshTokens, revokeToken } from './login/tokens.ts';
import { userInfo } from './login/userInfo.ts';
import { checkSettings, isProductionRedirect } from './settings.ts';

const ACCESS = 'AccessTokenThatMustNeverBeLogged';
const REFRESH = 'RefreshTokenThatMustNeverBeLogged';
const CODE = 'AuthorizationCodeThatMustNeverBeLogged';
const VERIFIER = 'CodeVerifierThatMustNeverBeLogged0123456789';
const NONCE = 'nonce-of-this-request';

/** Answers that repeat every secret they were sent, as badly behaved gateways do. */
const talkative = (form: Record<string, string>, status: number) =>
  Response.json({ error: 'invalid_request', error_description: `got ${JSON.stringify(form)}`, ...form }, { status });

describe('recordExchanges', () => {
  it('leaves one entry per call and not one secret in any of them (G-14, G-30)', async () => {
    const entries: Exchange[] = [];
    let refusing = false;
    const id_token = idToken({ nonce: NONCE });
    const server = loginServer({
      token: (form) =>
        refusing
          ? talkative(form, 400)
          : Response.json({
              access_token: ACCESS,
              refresh_token: REFRESH,
              token_type: 'Bearer',
              expires_in: 900,
              id_token,
            }),
      revoke: (form) => talkative(form, refusing ? 500 : 200),
      userinfo: (request) => talkative({ access_token: request.headers.get('authorization') ?? '' }, 403),
    });
    const upload = (request: Request) =>
      new Response(`token ${request.headers.get('authorization')} refused`, {
        status: 500,
      });
    const base = runtimeOver((request) =>
      request.url.includes('documents.test') ? upload(request) : server.handler(request),
    );
    let now = NOW;
    const runtime = {
      ...base,
      fetch: recordExchanges(
        base.fetch,
        (entry) => void entries.push(entry),
        () => now++,
      ),
    };
    const refresh = { refreshToken: REFRESH, mode: 'session', signedInAt: new Date(NOW) } as const;

    for (refusing of [false, true]) {
      const callback = new URL(`https://hub.test/cb?code=${CODE}&state=state-of-this-request`);
      const request = {
        callback,
        state: 'state-of-this-request',
        nonce: NONCE,
        codeVerifier: VERIFIER,
        mode: 'session',
      } as const;
      await redeemCode(settings, runtime, request);
      await refreshTokens(settings, runtime, refresh);
      await revokeToken(settings, runtime, { token: REFRESH, tokenTypeHint: 'refresh_token' });
      await userInfo(settings, runtime, { accessToken: ACCESS, subject: 'person-1' });
      await putDocument(settings, runtime, {
        accessToken: ACCESS,
        clientId: '455148-1',
        documentId: 'E0A08953-FBAA-4054-AF36-993D5D68F040',
        file: { name: 'a.pdf', mediaType: 'application/pdf', content: new TextEncoder().encode('SECRET VOUCHER') },
      });
    }

    expect(entries.map(({ method, status }) => `${method} ${status}`)).toEqual([
      'GET 200',
      'POST 200',
      'GET 200',
      'POST 200',
      'POST 200',
      'GET 403',
      'PUT 500',
      'POST 400',
      'POST 400',
      'POST 500',
      'GET 403',
      'PUT 500',
    ]);
    const log = JSON.stringify(entries);
    const basic = Buffer.from(`${settings.clientId}:${encodeURIComponent(settings.clientSecret)}`).toString('base64');
    for (const secret of [ACCESS, REFRESH, CODE, VERIFIER, id_token, basic, settings.clientSecret, 'SECRET VOUCHER']) {
      expect(log).not.toContain(secret);
    }
    expect(log).not.toMatch(/authorization"/i);
    expect(log).toContain('x-datev-client-id');
  });

  it('keeps what DATEV asks for: time, method, full address, headers, status, both ids, bodies of errors only', async () => {
    const entries: Exchange[] = [];
    const headers = { 'x-global-transaction-id': 'g-1', 'v-cap-request-id': 'v-1' };
    const answers = [
      Response.json({ fine: true }, { headers }),
      new Response('broken '.repeat(2000), { status: 400, headers }),
    ];
    let now = NOW;
    const fetch = recordExchanges(
      async () => answers.shift() ?? new Response(),
      (entry) => void entries.push(entry),
      () => (now += 500),
    );
    const request = () =>
      new Request('https://clients.test/v2/clients?skip=0&filter=client_number%20eq%201', {
        headers: { authorization: 'Bearer abc', 'x-datev-client-id': 'app-1', accept: 'application/json' },
      });
    expect(await (await fetch(request())).json()).toEqual({ fine: true });
    expect(await (await fetch(request())).text()).toHaveLength(14_000);
    expect(entries[0]).toEqual({
      startedAt: new Date(NOW + 500),
      endedAt: new Date(NOW + 1000),
      method: 'GET',
      url: 'https://clients.test/v2/clients?skip=0&filter=client_number%20eq%201',
      requestHeaders: { 'x-datev-client-id': 'app-1', accept: 'application/json' },
      status: 200,
      globalTransactionId: 'g-1',
      capRequestId: 'v-1',
      errorBody: null,
      error: null,
    });
    expect(entries[1]?.errorBody).toHaveLength(EXCERPT_LIMIT);
  });

  it('records calls that got no answer, and hands the error on', async () => {
    const entries: Exchange[] = [];
    const broken = recordExchanges(
      () => Promise.reject(new TypeError('fetch failed for Bearer abcdefghijkl')),
      (entry) => void entries.push(entry),
      () => NOW,
    );
    const request = new Request('https://x.test/', { headers: { authorization: 'Bearer abcdefghijkl' } });
    await expect(broken(request)).rejects.toThrow('fetch failed');
    expect(entries).toMatchObject([{ status: null, error: 'TypeError: fetch failed for Bearer ***' }]);
  });

  it('loses no answer of DATEV to a log that fails', async () => {
    const lost: unknown[] = [];
    const full = () => Promise.reject(new Error('disk full'));
    const fetch = recordExchanges(
      async () => new Response('kept'),
      full,
      () => NOW,
      (thrown) => lost.push(thrown),
    );
    expect(await (await fetch(new Request('https://x.test/'))).text()).toBe('kept');
    expect(lost).toHaveLength(1);
  });

  it('masks secrets in the query', async () => {
    const entries: Exchange[] = [];
    const fetch = recordExchanges(
      async () => new Response(),
      (entry) => void entries.push(entry),
      () => NOW,
    );
    await fetch(new Request('https://x.test/endsession?id_token_hint=eyJhbGciOi.abc&state=s'));
    expect(entries[0]?.url).toBe('https://x.test/endsession?id_token_hint=***&state=s');
  });
});

describe('checkSettings', () => {
  it('finds what cannot work before it is stored', () => {
    expect(checkSettings(settings)).toEqual([]);
    expect(
      checkSettings({
        ...settings,
        issuer: 'login',
        clientId: 'x'.repeat(61),
        clientSecret: '',
        redirectUri: 'http://hub.test/',
        connectedAppsUrl: '',
      }),
    ).toEqual([
      { setting: 'issuer', problem: 'not a URL' },
      { setting: 'redirectUri', problem: 'not https' },
      { setting: 'connectedAppsUrl', problem: 'missing' },
      { setting: 'clientId', problem: 'too long' },
      { setting: 'clientSecret', problem: 'missing' },
    ]);
    expect(checkSettings({ ...settings, issuer: 'http://localhost:1/openid', allowInsecure: true })).toEqual([]);
  });
});

describe('isProductionRedirect', () => {
  it('follows DATEV’s rules for redirect addresses (G-12)', () => {
    const good = ['https://bruecke.kanzlei.example/api/v1/datev/callback', 'https://hub.example:8443/datev'];
    const bad = [
      'http://hub.example/',
      'https://localhost/',
      'https://hub.localhost/',
      'https://127.0.0.1/',
      'https://0x7f.1/',
      'https://[::1]/',
      'https://DATEV.hub.example/',
      'bruecke://callback',
      'hub',
    ];
    expect(good.filter((address) => !isProductionRedirect(address))).toEqual([]);
    expect(bad.filter(isProductionRedirect)).toEqual([]);
  });
});
