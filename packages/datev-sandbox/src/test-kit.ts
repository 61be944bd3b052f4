import { createHash } from 'node:crypto';
import { describeAnswer, loadContract } from './contract/check.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts';
import { sandboxSettings } from './settings.ts';
import { type Medium, SPECIAL_DOCUMENT_TYPES, sandboxClient, type World } from './world.ts';

/** The fixed world of the tests: one firm's three clients, a person for everything, one without documents, one without access. */
export const WORLD: World = {
  apps: [
    {
      clientId: 'app-1',
      clientSecret: 'geheim:mit Sonderzeichen+%',
      name: 'Brücke',
      redirectUris: ['https://bruecke.example/callback'],
      scopes: [
        'openid',
        'profile',
        'email',
        'account_id',
        'offline_access',
        'accounting:clients:read',
        'accounting:documents',
        'datev:accounting:clients',
      ],
    },
    {
      clientId: 'app-2',
      clientSecret: 'anders',
      name: 'Andere App',
      redirectUris: ['http://localhost'],
      scopes: ['openid', 'datev:accounting:clients'],
    },
  ],
  clients: [
    sandboxClient({
      consultantNumber: 29098,
      clientNumber: 101,
      name: 'Muster GmbH',
      documentTypes: [
        { name: 'Rechnungseingang', category: 'invoices_received', debitCreditIdentifier: 'debit' },
        { name: 'Kasse', category: 'other_documents' },
        ...SPECIAL_DOCUMENT_TYPES,
      ],
    }),
    sandboxClient({ consultantNumber: 29098, clientNumber: 102, name: 'Müller & Söhne OHG', duo: 'now' }),
    sandboxClient({ consultantNumber: 29098, clientNumber: 103, name: 'Ohne Bestand e. K.', stock: false }),
    sandboxClient({ consultantNumber: 29099, clientNumber: 1, name: 'Fremd AG' }),
  ],
  people: [
    {
      id: 'anja',
      givenName: 'Anja',
      familyName: 'Köhler',
      email: 'anja@example.org',
      media: ['SmartLogin', 'SmartCard'],
      access: {
        '29098-101': ['documents', 'postings'],
        '29098-102': ['documents', 'personnel-documents'],
        '29098-103': ['documents'],
      },
    },
    {
      id: 'bernd',
      givenName: 'Bernd',
      familyName: 'Öztürk',
      email: 'bernd@example.org',
      media: ['SmartCard'],
      access: { '29098-101': ['postings'] },
    },
    {
      id: 'nina',
      givenName: 'Nina',
      familyName: 'Sauer',
      email: 'nina@example.org',
      media: ['SmartLogin'],
      access: {},
    },
  ],
};

export const START = Date.UTC(2026, 10, 24, 8, 0, 0);
export const FULL_SCOPE =
  'openid profile email account_id accounting:clients:read accounting:documents datev:accounting:clients';
export const VERIFIER = 'a-verifier-that-is-long-enough-for-everything-1234';
export const GUID = '5F1B3F6A-2D0C-4E57-9A3B-0B6E1E2D3C4F';
export const PDF = Buffer.from('%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n');

export const SETTINGS = sandboxSettings();
const ORIGIN = new URL(SETTINGS.issuer).origin;

/** A sandbox whose every answer is held against DATEV's descriptions, where those are at hand. */
export function testSandbox(options: Partial<SandboxOptions> = {}): Sandbox {
  const sandbox = createSandbox({ seed: 'test', clock: () => START, world: WORLD, ...options });
  const contract = loadContract();
  if (contract === undefined) return sandbox;
  return {
    ...sandbox,
    async fetch(request) {
      const response = await sandbox.fetch(request);
      const given = await describeAnswer(request, response);
      const problems = given === undefined ? [] : contract.check(given);
      if (problems.length > 0) throw new Error(`an answer breaks DATEV's contract: ${problems.join('; ')}`);
      return response;
    },
  };
}

export type AuthorizeParameters = Record<string, string | undefined>;

export function authorizeUrl(changes: AuthorizeParameters = {}): string {
  const url = new URL(`${SETTINGS.issuer}/authorize`);
  const parameters: AuthorizeParameters = {
    response_type: 'code',
    client_id: 'app-1',
    redirect_uri: 'https://bruecke.example/callback',
    scope: FULL_SCOPE,
    state: 'state-state-state-state',
    nonce: 'nonce-nonce-nonce-nonce',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  };
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

export const LONG_TERM_SCOPE = `${FULL_SCOPE} offline_access datev:iam:client:29098-101`;

/** A form post to a login endpoint with the app's Basic header (which `headers` may replace). */
export function loginPost(
  sandbox: Sandbox,
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return sandbox.fetch(
    new Request(ORIGIN + path, {
      method: 'POST',
      headers: { authorization: basic('app-1', 'geheim:mit Sonderzeichen+%'), ...headers },
      body: new URLSearchParams(form),
    }),
  );
}

export function basic(id: string, secret: string): string {
  const encode = (text: string): string => encodeURIComponent(text).replaceAll('%20', '+');
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}`;
}

export type Tokens = {
  access_token: string;
  refresh_token: string;
  id_token: string;
  expires_in: number;
  scope: string;
};

/** The whole way from the sign-in page to tokens. */
export async function signedIn(
  sandbox: Sandbox,
  person = 'anja',
  changes: AuthorizeParameters = {},
  medium: Medium = 'SmartLogin',
): Promise<Tokens> {
  const target = new URL(await sandbox.control.signIn(authorizeUrl(changes), { person, medium }));
  const response = await loginPost(sandbox, '/token', {
    grant_type: 'authorization_code',
    code: target.searchParams.get('code') ?? '',
    redirect_uri: 'https://bruecke.example/callback',
    code_verifier: VERIFIER,
  });
  if (response.status !== 200) throw new Error(`token call: ${response.status} ${await response.text()}`);
  // The tests' own reading of an answer that other tests check field by field.
  return (await response.json()) as Tokens;
}

/** A call to one of the two interfaces with the headers DATEV asks for. */
export function api(
  sandbox: Sandbox,
  token: string,
  url: string,
  init: { method?: string; body?: FormData | string | Uint8Array<ArrayBuffer>; headers?: Record<string, string> } = {},
): Promise<Response> {
  return sandbox.fetch(
    new Request(url, {
      method: init.method ?? 'GET',
      headers: { authorization: `Bearer ${token}`, 'x-datev-client-id': 'app-1', ...init.headers },
      ...(init.body === undefined ? {} : { body: init.body }),
    }),
  );
}

export function uploadForm(
  given: { name?: string; type?: string; bytes?: Uint8Array; metadata?: unknown; custom?: unknown; part?: string } = {},
): FormData {
  const form = new FormData();
  const file = new Blob([new Uint8Array(given.bytes ?? PDF)], { type: given.type ?? 'application/pdf' });
  form.append(given.part ?? 'file', file, given.name ?? 'Rechnung.pdf');
  if (given.metadata !== undefined) form.append('metadata', jsonBlob(given.metadata));
  if (given.custom !== undefined) form.append('custom_metadata', jsonBlob(given.custom));
  return form;
}

function jsonBlob(value: unknown): Blob {
  return new Blob([typeof value === 'string' ? value : JSON.stringify(value)], { type: 'application/json' });
}

export function putUrl(guid: string = GUID, clientId = '29098-101'): string {
  return `${SETTINGS.accountingDocumentsUrl}/clients/${clientId}/documents/${guid}`;
}
