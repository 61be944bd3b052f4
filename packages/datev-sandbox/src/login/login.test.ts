import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import type { Sandbox } from '../sandbox.ts';
import {
  type AuthorizeParameters,
  api,
  authorizeUrl,
  basic,
  FULL_SCOPE,
  LONG_TERM_SCOPE,
  loginPost,
  SETTINGS,
  START,
  signedIn,
  type Tokens,
  testSandbox,
  VERIFIER,
} from '../test-kit.ts';

const HOUR = 3_600_000;

async function refused(changes: AuthorizeParameters): Promise<string> {
  const target = new URL(await testSandbox().control.signIn(authorizeUrl(changes), { person: 'anja' }));
  expect(target.searchParams.get('state')).toBe(changes['state'] ?? 'state-state-state-state');
  return `${target.searchParams.get('error')}: ${target.searchParams.get('error_description')}`;
}

async function errorOf(response: Response): Promise<string> {
  const body: unknown = await response.json();
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : '';
  return `${response.status} ${String(error)}`;
}

const refresh = (sandbox: Sandbox, token: string, more: Record<string, string> = {}): Promise<Response> =>
  loginPost(sandbox, '/token', { grant_type: 'refresh_token', refresh_token: token, ...more });

const works = async (sandbox: Sandbox, token: string): Promise<number> =>
  (await api(sandbox, token, `${SETTINGS.accountingDocumentsUrl}/clients/29098-101`)).status;

const tokensOf = async (response: Response): Promise<Tokens> => {
  expect(response.status).toBe(200);
  // Checked field by field in the first test of this file.
  return (await response.json()) as Tokens;
};

test('the whole sign-in: discovery, code, tokens, verified id token, userinfo', async () => {
  const sandbox = testSandbox();
  const found = await sandbox.fetch(new Request(`${SETTINGS.issuer}/.well-known/openid-configuration`));
  const discovery: unknown = await found.json();
  expect(discovery).toMatchObject({
    issuer: SETTINGS.issuer,
    authorization_endpoint: `${SETTINGS.issuer}/authorize`,
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
  });

  const tokens = await signedIn(sandbox);
  expect(tokens).toMatchObject({
    token_type: 'Bearer',
    expires_in: 900,
    refresh_token_expires_in: 39_600,
    scope: FULL_SCOPE,
  });
  expect(tokens.access_token.split('.')).toHaveLength(1);

  const keys = createRemoteJWKSet(new URL('https://datev.sandbox/certs'), {
    [customFetch]: (url, options) => sandbox.fetch(new Request(url, { method: options.method })),
  });
  const { payload } = await jwtVerify(tokens.id_token, keys, {
    issuer: SETTINGS.issuer,
    audience: 'app-1',
    algorithms: ['RS256'],
    currentDate: new Date(START),
  });
  expect(payload['nonce']).toBe('nonce-nonce-nonce-nonce');

  const info = await sandbox.fetch(
    new Request('https://datev.sandbox/userinfo', { headers: { authorization: `Bearer ${tokens.access_token}` } }),
  );
  expect(await info.json()).toEqual({
    sub: payload.sub,
    name: 'Anja Köhler',
    given_name: 'Anja',
    family_name: 'Köhler',
    email: 'anja@example.org',
    account_id: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

test('userinfo gives a claim only for its scope, and nothing to a dead token', async () => {
  const sandbox = testSandbox();
  const { access_token } = await signedIn(sandbox, 'anja', { scope: 'openid email' });
  const ask = (token: string): Promise<Response> =>
    sandbox.fetch(new Request('https://datev.sandbox/userinfo', { headers: { authorization: `Bearer ${token}` } }));
  expect(Object.keys(Object(await (await ask(access_token)).json()))).toEqual(['sub', 'email']);
  expect((await ask('nothing')).status).toBe(401);
});

test.each<[AuthorizeParameters, string]>([
  [{ state: 'short' }, 'invalid_request: state too short'],
  [{ nonce: undefined }, 'invalid_request: nonce missing'],
  [{ nonce: 'short' }, 'invalid_request: nonce too short'],
  [{ code_challenge: undefined }, 'invalid_request: code_challenge missing'],
  [{ code_challenge_method: 'plain' }, 'invalid_request: code_challenge_method must be S256'],
  [{ code_challenge_method: undefined }, 'invalid_request: code_challenge_method must be S256'],
  [{ response_type: 'token' }, 'unsupported_response_type: only response_type=code'],
  [{ scope: 'profile' }, 'invalid_scope: openid missing'],
  [{ scope: 'openid datev:accounting:documents' }, 'invalid_scope: unknown scope datev:accounting:documents'],
  [{ scope: 'openid accounting:dxso-jobs' }, 'invalid_scope: scope accounting:dxso-jobs is not enabled for this app'],
  [{ scope: 'openid offline_access' }, 'invalid_scope: offline_access needs exactly one datev:iam:client scope'],
  [
    { scope: 'openid offline_access datev:iam:client:29098-101 datev:iam:client:29098-102' },
    'invalid_scope: offline_access needs exactly one datev:iam:client scope',
  ],
  [{ scope: 'openid datev:iam:client:29098-101' }, 'invalid_scope: datev:iam:client needs offline_access'],
  [
    { scope: 'openid offline_access datev:iam:client:29098-1x' },
    'invalid_scope: unknown scope datev:iam:client:29098-1x',
  ],
  [
    { scope: `openid accounting:documents offline_access datev:iam:client:29099-1` },
    'access_denied: The person has no permission for the requested client.',
  ],
])('authorize with %o is refused', async (changes, message) => {
  expect(await refused(changes)).toBe(message);
});

test('an unknown app or a foreign redirect address ends on a page, never in a redirect', async () => {
  const sandbox = testSandbox();
  for (const changes of [
    { client_id: 'nobody' },
    { redirect_uri: 'https://bruecke.example/callback/' },
    { redirect_uri: undefined },
  ]) {
    const response = await sandbox.fetch(new Request(authorizeUrl(changes)));
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
  }
});

test('the literal http://localhost stands for any port and path there, and for nothing else', async () => {
  const { control } = testSandbox();
  const at = (uri: string): Promise<string> =>
    control.signIn(authorizeUrl({ client_id: 'app-2', scope: 'openid', redirect_uri: uri }), { person: 'anja' });
  expect(await at('http://localhost:4711/api/callback?x=1')).toMatch(
    /^http:\/\/localhost:4711\/api\/callback\?x=1&code=/,
  );
  await expect(at('http://localhost.evil.example/')).rejects.toThrow('redirect_uri');
  await expect(at('http://127.0.0.1:4711/')).rejects.toThrow('redirect_uri');
});

test('a person without the chosen medium stays on the page; refusing sends access_denied', async () => {
  const { control } = testSandbox();
  await expect(control.signIn(authorizeUrl(), { person: 'bernd', medium: 'SmartLogin' })).rejects.toThrow(
    'Bernd Öztürk hat kein Medium „SmartLogin“.',
  );
  const denied = new URL(await control.signIn(authorizeUrl(), { person: 'bernd', medium: 'SmartCard', deny: true }));
  expect(denied.searchParams.get('error')).toBe('access_denied');
});

test('the secret comes in the Basic header, form-encoded, and nowhere else', async () => {
  const sandbox = testSandbox();
  const { refresh_token } = await signedIn(sandbox);
  const form = { grant_type: 'refresh_token', refresh_token };
  const post = (more: Record<string, string>, headers: Record<string, string> = {}): Promise<string> =>
    loginPost(sandbox, '/token', { ...form, ...more }, headers).then(errorOf);
  expect(await post({ client_secret: 'geheim:mit Sonderzeichen+%' })).toBe('401 invalid_client');
  expect(await post({}, { authorization: '' })).toBe('401 invalid_client');
  expect(await post({}, { authorization: basic('app-1', 'falsch') })).toBe('401 invalid_client');
  expect(await post({}, { authorization: basic('app-2', 'anders') })).toBe('400 invalid_grant');
  expect(await post({ client_id: 'app-2' })).toBe('400 invalid_request');
  expect((await refresh(sandbox, refresh_token)).status).toBe(200);
});

test('grants that DATEV does not know are refused, machine login among them', async () => {
  const sandbox = testSandbox();
  const grant = (form: Record<string, string>): Promise<string> => loginPost(sandbox, '/token', form).then(errorOf);
  expect(await grant({ grant_type: 'client_credentials' })).toBe('400 unsupported_grant_type');
  expect(await grant({ grant_type: 'password' })).toBe('400 unsupported_grant_type');
  expect(await grant({})).toBe('400 invalid_request');
  const wrongMethod = await sandbox.fetch(new Request('https://datev.sandbox/token'));
  expect(wrongMethod.status).toBe(405);
});

test('a code works once, for two minutes, for its address and its verifier; a second use kills the session', async () => {
  const sandbox = testSandbox();
  const codeFor = async (): Promise<string> =>
    new URL(await sandbox.control.signIn(authorizeUrl(), { person: 'anja' })).searchParams.get('code') ?? '';
  const redeem = (code: string, changes: Record<string, string> = {}): Promise<Response> =>
    loginPost(sandbox, '/token', {
      grant_type: 'authorization_code',
      code,
      redirect_uri: 'https://bruecke.example/callback',
      code_verifier: VERIFIER,
      ...changes,
    });
  const code = await codeFor();
  expect(await errorOf(await redeem(code, { code_verifier: 'x'.repeat(43) }))).toBe('400 invalid_grant');
  expect(await errorOf(await redeem(code, { code_verifier: '' }))).toBe('400 invalid_request');
  expect(await errorOf(await redeem(code, { redirect_uri: 'https://bruecke.example/' }))).toBe('400 invalid_grant');
  const { access_token } = await tokensOf(await redeem(code));
  expect(await works(sandbox, access_token)).toBe(200);
  expect(await errorOf(await redeem(code))).toBe('400 invalid_grant');
  expect(await works(sandbox, access_token)).toBe(401);

  const late = await codeFor();
  sandbox.control.advanceClock(121_000);
  expect(await errorOf(await redeem(late))).toBe('400 invalid_grant');
});

test('access tokens live 15 minutes; the session ends 11 hours after sign-in however often it is refreshed', async () => {
  const sandbox = testSandbox();
  let tokens = await signedIn(sandbox);
  sandbox.control.advanceClock(899_000);
  expect(await works(sandbox, tokens.access_token)).toBe(200);
  sandbox.control.advanceClock(1000);
  expect(await works(sandbox, tokens.access_token)).toBe(401);
  for (let i = 0; i < 10; i++) {
    sandbox.control.advanceClock(HOUR);
    tokens = await tokensOf(await refresh(sandbox, tokens.refresh_token));
  }
  sandbox.control.advanceClock(HOUR);
  expect(await errorOf(await refresh(sandbox, tokens.refresh_token))).toBe('400 invalid_grant');
});

test('a refresh token works once; its reuse kills every token of the session', async () => {
  const sandbox = testSandbox();
  const first = await signedIn(sandbox);
  const bystander = await signedIn(sandbox);
  const second = await tokensOf(await refresh(sandbox, first.refresh_token, { scope: 'accounting:documents' }));
  expect(second.refresh_token).not.toBe(first.refresh_token);
  expect(await works(sandbox, first.access_token)).toBe(200);

  expect(await errorOf(await refresh(sandbox, first.refresh_token))).toBe('400 invalid_grant');
  expect(await works(sandbox, first.access_token)).toBe(401);
  expect(await works(sandbox, second.access_token)).toBe(401);
  expect(await errorOf(await refresh(sandbox, second.refresh_token))).toBe('400 invalid_grant');
  expect(await works(sandbox, bystander.access_token)).toBe(200);
});

test('a long-term token lasts two years, sees its one client, and slides only where the switch says so', async () => {
  const years = Date.parse('2028-11-24T08:00:00Z') - START;
  for (const longTermSlides of [false, true]) {
    const sandbox = testSandbox({ switches: { longTermSlides } });
    const tokens = await signedIn(sandbox, 'anja', { scope: LONG_TERM_SCOPE });
    expect(tokens).toMatchObject({ refresh_token_expires_in: years / 1000 });
    expect(await works(sandbox, tokens.access_token)).toBe(200);
    sandbox.control.advanceClock(years - HOUR);
    const later = await tokensOf(await refresh(sandbox, tokens.refresh_token, { scope: 'offline_access' }));
    sandbox.control.advanceClock(2 * HOUR);
    expect((await refresh(sandbox, later.refresh_token)).status).toBe(longTermSlides ? 200 : 400);
  }
});

test('revoking needs the hint and takes one token at a time; introspection tells what is left', async () => {
  const sandbox = testSandbox();
  const { access_token, refresh_token } = await signedIn(sandbox);
  const revoke = (form: Record<string, string>): Promise<Response> => loginPost(sandbox, '/revoke', form);
  const active = async (token: string): Promise<unknown> =>
    (await loginPost(sandbox, '/introspect', { token, token_type_hint: 'access_token' })).json();
  expect(await errorOf(await revoke({ token: refresh_token }))).toBe('400 invalid_request');
  expect(await errorOf(await revoke({ token: refresh_token, token_type_hint: 'id_token' }))).toBe(
    '400 unsupported_token_type',
  );
  expect(await active(refresh_token)).toMatchObject({ active: true, client_id: 'app-1', exp: START / 1000 + 39_600 });

  expect((await revoke({ token: refresh_token, token_type_hint: 'refresh_token' })).status).toBe(200);
  expect(await active(refresh_token)).toEqual({ active: false });
  expect(await active(access_token)).toMatchObject({ active: true, exp: START / 1000 + 900 });
  expect(await works(sandbox, access_token)).toBe(200);
  expect((await revoke({ token: access_token, token_type_hint: 'access_token' })).status).toBe(200);
  expect(await works(sandbox, access_token)).toBe(401);
  expect((await revoke({ token: 'unknown', token_type_hint: 'access_token' })).status).toBe(200);
  expect(await errorOf(await refresh(sandbox, refresh_token))).toBe('400 invalid_grant');
});

test('the client id header must be that of the app the token was given to', async () => {
  const sandbox = testSandbox();
  const { access_token } = await signedIn(sandbox);
  const url = `${SETTINGS.accountingClientsUrl}/clients`;
  const foreign = await api(sandbox, access_token, url, { headers: { 'x-datev-client-id': 'app-2' } });
  expect(foreign.status).toBe(401);
  expect(await foreign.text()).toContain('Invalid client id or secret');
});

test('control: access and refresh tokens expire apart, by filter; the count of live tokens tells', async () => {
  const sandbox = testSandbox();
  const { control } = sandbox;
  const session = await signedIn(sandbox);
  const bound = await signedIn(sandbox, 'anja', { scope: LONG_TERM_SCOPE });
  const counts = (): number[][] => control.sessions().map((s) => [s.accessTokens, s.refreshTokens]);
  expect(counts()).toEqual([
    [1, 1],
    [1, 1],
  ]);

  expect(control.expireTokens('refresh', { mode: 'long-term' })).toBe(1);
  expect(counts()).toEqual([
    [1, 1],
    [1, 0],
  ]);
  expect(await works(sandbox, bound.access_token)).toBe(200);
  expect(await errorOf(await refresh(sandbox, bound.refresh_token))).toBe('400 invalid_grant');

  control.expireTokens('access', { mode: 'session' });
  expect(await works(sandbox, session.access_token)).toBe(401);
  expect((await refresh(sandbox, session.refresh_token)).status).toBe(200);

  expect(control.revokeSessions({ boundTo: '29098-101' })).toBe(1);
  expect(await works(sandbox, bound.access_token)).toBe(401);
  expect(control.sessions()).toHaveLength(1);
});
