// Run it with: npx tsx packages/datev-sandbox/examples/lost-answer.ts
// Signs a person in, uploads one document whose answer gets lost, repeats it with the same GUID and sees that it arrived once.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createSandbox, sandboxClient, sandboxSettings } from '@bruecke/datev-sandbox';

const app = {
  clientId: 'my-app',
  clientSecret: 'secret',
  name: 'My app',
  redirectUris: ['https://my.example/callback'],
  scopes: ['openid', 'profile', 'accounting:documents'],
};
const sandbox = createSandbox({
  seed: 42,
  clock: () => Date.now(),
  world: {
    apps: [app],
    clients: [sandboxClient({ consultantNumber: 29098, clientNumber: 101, name: 'Muster GmbH' })],
    people: [
      {
        id: 'anja',
        givenName: 'Anja',
        familyName: 'Köhler',
        email: 'anja@example.org',
        media: ['SmartLogin'],
        access: { '29098-101': ['documents'] },
      },
    ],
  },
});
const settings = sandboxSettings();

/** Authorization Code Flow with PKCE; the two pages are filled in by the control. */
async function signIn(): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const authorize = new URL(`${settings.issuer}/authorize`);
  authorize.search = new URLSearchParams({
    response_type: 'code',
    client_id: app.clientId,
    redirect_uri: 'https://my.example/callback',
    scope: app.scopes.join(' '),
    state: randomBytes(16).toString('base64url'),
    nonce: randomBytes(16).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  const callback = new URL(await sandbox.control.signIn(authorize.href, { person: 'anja' }));
  const answer = await sandbox.fetch(
    new Request(new URL('/token', settings.issuer), {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64')}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: callback.searchParams.get('code') ?? '',
        redirect_uri: 'https://my.example/callback',
        code_verifier: verifier,
      }),
    }),
  );
  const { access_token: token } = await answer.json();
  return String(token);
}

function put(token: string, guid: string): Promise<Response> {
  const form = new FormData();
  form.append('file', new Blob(['%PDF-1.7\n%%EOF\n'], { type: 'application/pdf' }), 'Rechnung 4711.pdf');
  form.append('metadata', new Blob(['{"document_type":"Rechnungseingang"}'], { type: 'application/json' }));
  return sandbox.fetch(
    new Request(`${settings.accountingDocumentsUrl}/clients/29098-101/documents/${guid}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'x-datev-client-id': app.clientId },
      body: form,
    }),
  );
}

const token = await signIn();
const guid = randomUUID().toUpperCase();
sandbox.control.addFault({ operation: 'documents.put', effect: { kind: 'cut', when: 'after' }, times: 1 });

const first = await put(token, guid).catch((error: unknown) => String(error));
console.log('first  ', first);
const second = await put(token, guid);
console.log('second ', second.status, await second.text());
console.log('arrived', sandbox.control.arrived());

export { guid, sandbox };
