import { expect, test } from 'vitest';
import { authorizeUrl, LONG_TERM_SCOPE, signedIn, testSandbox, WORLD } from '../test-kit.ts';

test('the sign-in page escapes what the world and the request say', async () => {
  const world = structuredClone(WORLD);
  const [app] = world.apps;
  if (app !== undefined) app.name = '<script>alert(1)</script>';
  const response = await testSandbox({ world }).fetch(
    new Request(authorizeUrl({ state: '"><img src=x onerror=alert(1)>' })),
  );
  const html = await response.text();
  expect(response.status).toBe(200);
  expect(html).not.toContain('<script');
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(html).not.toContain('<img');
});

test('the style is allowed by a nonce of its own each time, nothing else may load, forms return to the app', async () => {
  const sandbox = testSandbox();
  const nonces = new Set<string>();
  for (let i = 0; i < 3; i++) {
    const response = await sandbox.fetch(new Request(authorizeUrl()));
    const policy = response.headers.get('content-security-policy') ?? '';
    const nonce = /style-src 'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    nonces.add(nonce);
    expect(await response.text()).toContain(`<style nonce="${nonce}">`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self' https://bruecke.example;");
  }
  expect(nonces.size).toBe(3);
});

test('consent names each data service, and for a long-term token the dataset by name and both numbers', async () => {
  const sandbox = testSandbox();
  const url = authorizeUrl({ scope: LONG_TERM_SCOPE });
  const form = new URLSearchParams({
    request: new URL(url).search.slice(1),
    step: 'login',
    person: 'anja',
    medium: 'SmartCard',
  });
  const response = await sandbox.fetch(
    new Request('https://datev.sandbox/openid/authorize', { method: 'POST', body: form }),
  );
  const html = await response.text();
  expect(html).toContain('Anja Köhler');
  expect(html).toContain('Belegbilderservice Rechnungswesen');
  expect(html).toContain('Mandantenliste');
  expect(html).not.toContain('Buchungsdatenservice');
  expect(html).toContain('<b>Muster GmbH</b> (Berater 29098, Mandant 101)');
  expect(html).not.toContain('29098-101<');
});

test('a form without a person comes back with what is missing', async () => {
  const sandbox = testSandbox();
  const form = new URLSearchParams({
    request: new URL(authorizeUrl()).search.slice(1),
    step: 'login',
    medium: 'SmartCard',
  });
  const response = await sandbox.fetch(
    new Request('https://datev.sandbox/openid/authorize', { method: 'POST', body: form }),
  );
  expect(response.status).toBe(422);
  expect(await response.text()).toContain('Bitte wählen Sie');
});

test('connected apps lists live consents and ends one with all its tokens', async () => {
  const sandbox = testSandbox();
  const url = 'https://datev.sandbox/tokrevui';
  expect(await (await sandbox.fetch(new Request(url))).text()).toContain('Keine App');
  await signedIn(sandbox, 'anja', { scope: LONG_TERM_SCOPE });
  const html = await (await sandbox.fetch(new Request(url))).text();
  expect(html).toContain('Muster GmbH (29098 / 101)');
  const session = /name="session" value="([^"]+)"/.exec(html)?.[1] ?? '';
  await sandbox.fetch(new Request(url, { method: 'POST', body: new URLSearchParams({ session }) }));
  expect(sandbox.control.sessions()).toEqual([]);
  expect(await (await sandbox.fetch(new Request(url))).text()).toContain('Keine App');
});

test('the end of a browser session returns to a registered address only', async () => {
  const sandbox = testSandbox();
  const { id_token } = await signedIn(sandbox);
  const end = (target: string): Promise<Response> =>
    sandbox.fetch(
      new Request(
        `https://datev.sandbox/endsession?id_token_hint=${id_token}&post_logout_redirect_uri=${encodeURIComponent(target)}`,
      ),
    );
  expect((await end('https://bruecke.example/callback')).headers.get('location')).toBe(
    'https://bruecke.example/callback',
  );
  expect((await end('https://evil.example/')).status).toBe(200);
});
