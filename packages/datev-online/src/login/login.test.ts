import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { foreignKey, idToken, loginServer, NOW, runtimeOver, settings } from '../../test/loginServer.ts';
import { requestedScopes, startAuthorization } from './authorization.ts';
import { checkCallback, computedEnd, redeemCode, refreshTokens, revokeToken } from './tokens.ts';
import { userInfo } from './userInfo.ts';

const issued = {
  access_token: 'access-token-1',
  refresh_token: 'refresh-token-1',
  token_type: 'Bearer',
  expires_in: 900,
};
const callback = (query: string) => new URL(`https://hub.test/datev/callback?${query}`);
const request = { state: 'state-of-this-request', nonce: 'nonce-of-this-request', codeVerifier: 'v'.repeat(43) };
const redeem = { ...request, callback: callback(`code=c0de&state=${request.state}`), mode: 'session' } as const;

describe('startAuthorization', () => {
  it('asks with PKCE, state and nonce of their own, and Windows single sign-on (G-11, G-15)', async () => {
    const runtime = runtimeOver(loginServer({}).handler);
    const [first, second] = [
      await startAuthorization(settings, runtime, { mode: 'session' }),
      await startAuthorization(settings, runtime, { mode: 'session' }),
    ];
    if (!first.ok || !second.ok) throw new Error('not started');
    const query = new URL(first.value.url).searchParams;
    expect(first.value.url).toMatch(/^https:\/\/login\.test\/openid\/authorize\?/);
    expect(Object.fromEntries(query)).toEqual({
      response_type: 'code',
      client_id: 'app-1',
      redirect_uri: settings.redirectUri,
      scope: 'openid profile accounting:clients:read accounting:documents',
      state: first.value.state,
      nonce: first.value.nonce,
      code_challenge: createHash('sha256').update(first.value.codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
      enableWindowsSso: 'true',
    });
    const words = [first, second].flatMap(({ value }) => [value.state, value.nonce, value.codeVerifier]);
    expect(new Set(words).size).toBe(6);
    for (const word of words) expect(word.length).toBeGreaterThanOrEqual(43);
  });

  it('binds a long-term sign-in to exactly one client', async () => {
    const scopes = requestedScopes(settings, { mode: 'longTerm', clientId: '455148-1' });
    expect(scopes).toEqual([
      'openid',
      'profile',
      'accounting:clients:read',
      'accounting:documents',
      'offline_access',
      'datev:iam:client:455148-1',
    ]);
    const answer = await startAuthorization(settings, runtimeOver(loginServer({}).handler), {
      mode: 'longTerm',
      clientId: '455148-1 datev:iam:client:455148-2',
    });
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'misuse' } });
  });

  it('fetches the discovery document once a day', async () => {
    let now = NOW;
    const server = loginServer({});
    const runtime = runtimeOver(server.handler, () => now);
    for (const later of [0, 23, 25]) {
      now = NOW + later * 3_600_000;
      await startAuthorization(settings, runtime, { mode: 'session' });
    }
    expect(server.calls.map(({ path }) => path)).toEqual(Array(2).fill('/openid/.well-known/openid-configuration'));
  });

  it('refuses plain http unless the settings allow it', async () => {
    const insecure = { ...settings, issuer: 'http://login.test/openid' };
    const runtime = runtimeOver(() => Response.json({ issuer: insecure.issuer }));
    const refused = await startAuthorization(insecure, runtime, { mode: 'session' });
    expect(refused).toMatchObject({ ok: false, failure: { kind: 'misuse' } });
    const allowed = await startAuthorization({ ...insecure, allowInsecure: true }, runtime, { mode: 'session' });
    expect(allowed).toMatchObject({
      ok: false,
      failure: { description: expect.stringContaining('authorization_endpoint') },
    });
  });

  it('takes no discovery document of another issuer, and says when there is none', async () => {
    const foreign = loginServer({ discovery: () => Response.json({ issuer: 'https://evil.test' }) });
    const first = await startAuthorization(settings, runtimeOver(foreign.handler), { mode: 'session' });
    expect(first).toMatchObject({ ok: false, failure: { kind: 'loginMismatch' } });
    const down = loginServer({ discovery: () => new Response('maintenance', { status: 503 }) });
    const second = await startAuthorization(settings, runtimeOver(down.handler), { mode: 'session' });
    expect(second).toMatchObject({ ok: false, failure: { kind: 'unavailable', status: 503 } });
  });
});

describe('redeemCode', () => {
  it('redeems with client_secret_basic and the verifier, and computes the ends', async () => {
    const server = loginServer({
      token: () =>
        Response.json({
          ...issued,
          scope: 'openid  accounting:documents',
          id_token: idToken({ nonce: request.nonce }),
        }),
    });
    const answer = await redeemCode(settings, runtimeOver(server.handler), redeem);
    expect(answer).toEqual({
      ok: true,
      trace: { status: 200, globalTransactionId: null, capRequestId: null, excerpt: '' },
      value: {
        subject: 'person-1',
        signedInAt: new Date(NOW),
        tokens: {
          accessToken: 'access-token-1',
          accessExpiresAt: new Date(NOW + 900_000),
          refreshToken: 'refresh-token-1',
          refreshExpiresAt: new Date(NOW + 11 * 3_600_000),
          scopes: ['openid', 'accounting:documents'],
        },
      },
    });
    const call = server.calls.find(({ path }) => path === '/token');
    const basic = Buffer.from(call?.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
    expect(basic).toBe(`app-1:${encodeURIComponent(settings.clientSecret)}`);
    expect(call?.form).toEqual({
      grant_type: 'authorization_code',
      code: 'c0de',
      redirect_uri: settings.redirectUri,
      code_verifier: request.codeVerifier,
    });
  });

  it('believes the refresh lifetime that DATEV states, also as a string', async () => {
    const token = () =>
      Response.json({
        ...issued,
        expires_in: '600',
        refresh_token_expires_in: '7200',
        id_token: idToken({ nonce: request.nonce }),
      });
    const answer = await redeemCode(settings, runtimeOver(loginServer({ token }).handler), {
      ...redeem,
      mode: 'longTerm',
      clientId: '455148-1',
    });
    if (!answer.ok) throw new Error(answer.failure.kind);
    expect(answer.value.tokens.accessExpiresAt).toEqual(new Date(NOW + 600_000));
    expect(answer.value.tokens.refreshExpiresAt).toEqual(new Date(NOW + 7_200_000));
  });

  it.each([
    ['another state', 'code=c0de&state=someone-elses-state', 'loginMismatch'],
    ['another issuer', `code=c0de&state=${request.state}&iss=https://evil.test`, 'loginMismatch'],
    ['no consent', `error=access_denied&state=${request.state}`, 'consentRefused'],
    ['a scope that the app lacks', `error=invalid_scope&state=${request.state}`, 'scopeMissing'],
    ['no code', `state=${request.state}`, 'loginMismatch'],
  ])('makes no token call for %s, and can say so before', async (_case, query, kind) => {
    const server = loginServer({});
    const input = { ...redeem, callback: callback(query) };
    const answer = await redeemCode(settings, runtimeOver(server.handler), input);
    expect(answer).toMatchObject({ ok: false, failure: { kind }, unrevoked: null });
    expect(await checkCallback(settings, runtimeOver(server.handler), input)).toMatchObject({
      ok: false,
      failure: { kind },
    });
    expect(server.calls.some(({ path }) => path === '/token')).toBe(false);
  });

  it('can be asked whether a code came back without redeeming it', async () => {
    const server = loginServer({});
    expect(await checkCallback(settings, runtimeOver(server.handler), redeem)).toMatchObject({ ok: true });
    expect(server.calls.map(({ path }) => path)).toEqual(['/openid/.well-known/openid-configuration']);
  });

  it.each([
    ['another nonce', idToken({ nonce: 'nonce-of-another-request' })],
    ['no nonce', idToken({})],
    ['another audience', idToken({ nonce: request.nonce, aud: 'app-2' })],
    ['an expired id token', idToken({ nonce: request.nonce, exp: Math.floor(NOW / 1000) - 600 })],
    ['a foreign signature', idToken({ nonce: request.nonce }, foreignKey())],
    ['no id token', undefined],
  ])('gives the tokens back when the answer has %s', async (_case, id_token) => {
    const server = loginServer({ token: () => Response.json({ ...issued, id_token }) });
    const answer = await redeemCode(settings, runtimeOver(server.handler), redeem);
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'loginMismatch' } });
    expect(JSON.stringify(answer)).not.toMatch(/access-token-1|refresh-token-1/);
    expect(server.calls.filter(({ path }) => path === '/revoke').map(({ form }) => form)).toEqual([
      { token: 'refresh-token-1', token_type_hint: 'refresh_token' },
      { token: 'access-token-1', token_type_hint: 'access_token' },
    ]);
  });

  it('does not blame the sign-in when the key set cannot be fetched, but gives the tokens back all the same', async () => {
    const id_token = idToken({ nonce: request.nonce });
    const server = loginServer({ token: () => Response.json({ ...issued, id_token }) });
    const runtime = runtimeOver((call) =>
      call.url.endsWith('/certs') ? new Response('', { status: 503 }) : server.handler(call),
    );
    expect(await redeemCode(settings, runtime, redeem)).toMatchObject({
      failure: { kind: 'unavailable', status: 503 },
    });
    expect(server.calls.filter(({ path }) => path === '/revoke')).toHaveLength(2);
  });

  it('hands back what DATEV did not take back, as only the caller can go on trying', async () => {
    const token = () => Response.json(issued);
    const down = loginServer({ token, revoke: () => new Response('', { status: 503 }) });
    expect(await redeemCode(settings, runtimeOver(down.handler), redeem)).toMatchObject({
      failure: { kind: 'loginMismatch' },
      unrevoked: { refreshToken: 'refresh-token-1', accessToken: 'access-token-1' },
    });
    const half = loginServer({
      token,
      revoke: (form) => new Response('', { status: form['token_type_hint'] === 'refresh_token' ? 200 : 503 }),
    });
    expect(await redeemCode(settings, runtimeOver(half.handler), redeem)).toMatchObject({
      unrevoked: { refreshToken: null, accessToken: 'access-token-1' },
    });
  });

  it.each([
    ['offline_access', 'openid accounting:documents datev:iam:client:455148-1', false],
    ['the scope of the client', 'openid accounting:documents offline_access', false],
    ['the scope of this client', 'openid accounting:documents offline_access datev:iam:client:455148-2', false],
    ['nothing', 'openid accounting:documents datev:iam:client:455148-1 offline_access', true],
    ['all scopes, which says that they are those asked for', undefined, true],
  ])('takes a long-term token only as it was asked for: the answer leaves out %s', async (_case, scope, taken) => {
    const id_token = idToken({ nonce: request.nonce });
    const server = loginServer({ token: () => Response.json({ ...issued, scope, id_token }) });
    const input = { ...redeem, mode: 'longTerm', clientId: '455148-1' } as const;
    const answer = await redeemCode(settings, runtimeOver(server.handler), input);
    expect(answer).toMatchObject(taken ? { ok: true } : { failure: { kind: 'scopeMissing' }, unrevoked: null });
    expect(server.calls.filter(({ path }) => path === '/revoke')).toHaveLength(taken ? 0 : 2);
  });

  it.each([
    [400, { error: 'invalid_grant' }, 'needsReauth'],
    [401, { error: 'invalid_client' }, 'appNotAllowed'],
    [401, null, 'appNotAllowed'],
    [400, { error: 'unsupported_grant_type' }, 'appNotAllowed'],
    [400, { error: 'invalid_request' }, 'misuse'],
    [429, null, 'rateLimited'],
    [503, null, 'unavailable'],
    [502, null, 'unclear'],
  ])('reads %i %j as %s', async (status, body, kind) => {
    const token = () => new Response(body === null ? '' : JSON.stringify(body), { status });
    const answer = await redeemCode(settings, runtimeOver(loginServer({ token }).handler), redeem);
    expect(answer).toMatchObject({ ok: false, failure: { kind, status } });
  });
});

describe('refreshTokens', () => {
  const signedInAt = new Date(NOW - 3_600_000);
  const refresh = { refreshToken: 'refresh-token-0', mode: 'session', signedInAt, scopes: ['openid'] } as const;

  it('ends an answer that has no end', async () => {
    let given = 0;
    const pull = (controller: ReadableStreamDefaultController) => {
      given += 1;
      controller.enqueue(new Uint8Array(1024 * 1024));
      if (given > 100) controller.error(new Error('nobody stopped'));
    };
    const server = loginServer({ token: () => new Response(new ReadableStream({ pull })) });
    expect(await refreshTokens(settings, runtimeOver(server.handler), refresh)).toMatchObject({
      failure: { kind: 'unclear' },
    });
    expect(given).toBeLessThan(50);
  });

  it('keeps the pair where the id token beside it can not be checked: it is of no use here', async () => {
    // The clock of this machine has been set forward, by more than an id token lives.
    const late = { now: () => NOW + 3_600_000 };
    for (const id_token of [idToken({}), idToken({ aud: 'another app' }), 'no token']) {
      const server = loginServer({ token: () => Response.json({ ...issued, id_token }) });
      const answer = await refreshTokens(settings, { ...runtimeOver(server.handler), ...late }, refresh);
      expect(answer).toMatchObject({ ok: true, value: { refreshToken: 'refresh-token-1' } });
    }
  });

  it.each([0, -1, '1e99', Number.MAX_SAFE_INTEGER])(
    'computes the end where DATEV states none that can be: %s',
    async (given) => {
      const server = loginServer({ token: () => Response.json({ ...issued, refresh_token_expires_in: given }) });
      const answer = await refreshTokens(settings, runtimeOver(server.handler), refresh);
      expect(answer).toMatchObject({ value: { refreshExpiresAt: new Date(NOW + 10 * 3_600_000) } });
    },
  );

  it('counts the end of a session from the sign-in, not from the refresh', async () => {
    const server = loginServer({ token: () => Response.json(issued) });
    const answer = await refreshTokens(settings, runtimeOver(server.handler), refresh);
    if (!answer.ok) throw new Error(answer.failure.kind);
    expect(answer.value).toMatchObject({ refreshToken: 'refresh-token-1', scopes: ['openid'] });
    expect(answer.value.refreshExpiresAt).toEqual(new Date(NOW + 10 * 3_600_000));
    expect(server.calls.at(-1)?.form).toEqual({ grant_type: 'refresh_token', refresh_token: 'refresh-token-0' });
    expect(server.calls.filter(({ path }) => path === '/token')).toHaveLength(1);
  });

  it('ends a long-term grant two years after sign-in', () => {
    expect(computedEnd('longTerm', new Date('2024-02-29T10:00:00Z'))).toEqual(new Date('2026-03-01T10:00:00Z'));
  });

  it.each([
    ['a spent token', () => Response.json({ error: 'invalid_grant' }, { status: 400 }), 'needsReauth'],
    ['a lost answer', () => Promise.reject(new TypeError('fetch failed')), 'unclear'],
    ['a gateway error', () => new Response('', { status: 502 }), 'unclear'],
    ['an answer nobody can read', () => new Response('<html>'), 'unclear'],
    ['an answer without tokens', () => Response.json({ hello: 1 }), 'unclear'],
    ['maintenance', () => new Response('', { status: 503 }), 'unavailable'],
  ])('tells %s apart', async (_case, token, kind) => {
    const server = loginServer({});
    const runtime = runtimeOver((request) => (request.url.endsWith('/token') ? token() : server.handler(request)));
    const answer = await refreshTokens(settings, runtime, refresh);
    expect(answer).toMatchObject({ ok: false, failure: { kind } });
  });

  it('never calls it unclear when only the discovery broke', async () => {
    const runtime = runtimeOver(() => Promise.reject(new TypeError('fetch failed')));
    expect(await refreshTokens(settings, runtime, refresh)).toMatchObject({ failure: { kind: 'unavailable' } });
  });
});

describe('revokeToken', () => {
  it('sends the hint that DATEV wants, and tells success from refusal', async () => {
    const server = loginServer({});
    const input = { token: 'refresh-token-1', tokenTypeHint: 'refresh_token' } as const;
    expect(await revokeToken(settings, runtimeOver(server.handler), input)).toMatchObject({
      ok: true,
      value: 'revoked',
    });
    expect(server.calls.at(-1)).toMatchObject({
      path: '/revoke',
      authorization: expect.stringMatching(/^Basic /),
      form: { token: 'refresh-token-1', token_type_hint: 'refresh_token' },
    });
    const spent = loginServer({ revoke: () => Response.json({ error: 'invalid_token' }, { status: 400 }) });
    expect(await revokeToken(settings, runtimeOver(spent.handler), input)).toMatchObject({ ok: true });
    const wrong = loginServer({ revoke: () => Response.json({ error: 'invalid_client' }, { status: 401 }) });
    expect(await revokeToken(settings, runtimeOver(wrong.handler), input)).toMatchObject({
      failure: { kind: 'appNotAllowed' },
    });
    const down = loginServer({ revoke: () => new Response('', { status: 503 }) });
    expect(await revokeToken(settings, runtimeOver(down.handler), input)).toMatchObject({
      failure: { kind: 'unavailable' },
    });
  });
});

describe('userInfo', () => {
  const ask = async (answer: Response) => {
    const server = loginServer({ userinfo: () => answer });
    return userInfo(settings, runtimeOver(server.handler), { accessToken: 'access-token-1', subject: 'person-1' });
  };

  it('gives the full name, also from its parts (G-05)', async () => {
    expect(await ask(Response.json({ sub: 'person-1', name: 'Jutta Großmann', email: 'j@example.org' }))).toMatchObject(
      {
        value: { subject: 'person-1', fullName: 'Jutta Großmann', email: 'j@example.org' },
      },
    );
    expect(await ask(Response.json({ sub: 'person-1', given_name: 'Jutta', family_name: 'Großmann' }))).toMatchObject({
      value: { fullName: 'Jutta Großmann' },
    });
    expect(await ask(Response.json({ sub: 'person-1' }))).toMatchObject({ value: { fullName: null } });
  });

  it('takes nobody else for the person', async () => {
    expect(await ask(Response.json({ sub: 'person-2', name: 'X' }))).toMatchObject({
      failure: { kind: 'loginMismatch' },
    });
    expect(await ask(new Response('', { status: 401 }))).toMatchObject({ failure: { kind: 'accessRefused' } });
  });
});
