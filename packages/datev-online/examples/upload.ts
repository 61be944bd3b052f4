/**
 * The way of one voucher, without a DATEV account: sign in, choose a client, consent for it, upload, upload again.
 * Run: npx tsx packages/datev-online/examples/upload.ts
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { createSandbox, sandboxClient, sandboxSettings } from '@bruecke/datev-sandbox';
import {
  type Answer,
  accountingDocuments,
  createDiscoveryCache,
  type DatevOnlineSettings,
  type DatevRuntime,
  type Exchange,
  recordExchanges,
  redeemCode,
  revokeToken,
  startAuthorization,
} from '../src/index.ts';

const app = { clientId: 'example-app', clientSecret: 'example-secret', redirectUri: 'https://hub.example/callback' };
const scopes = ['openid', 'profile', 'offline_access', 'accounting:clients:read', 'accounting:documents'];
const sandbox = createSandbox({
  seed: 1,
  clock: () => Date.now(),
  world: {
    apps: [{ ...app, name: 'Example', redirectUris: [app.redirectUri], scopes }],
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

// Production differs in these two objects only.
const settings: DatevOnlineSettings = { ...sandboxSettings(), ...app, allowInsecure: true };
const log: Exchange[] = [];
const runtime: DatevRuntime = {
  fetch: recordExchanges(sandbox.fetch, (entry) => void log.push(entry), Date.now),
  now: Date.now,
  randomBytes: (length) => randomBytes(length),
  discoveryCache: createDiscoveryCache(),
};

function value<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  throw new Error(`${answer.failure.kind} ${answer.failure.code ?? ''} ${answer.failure.helpUrl ?? ''}`);
}

/** A person would do this in a browser. */
async function signIn(input: { mode: 'session' } | { mode: 'longTerm'; clientId: string }) {
  const started = value(await startAuthorization(settings, runtime, input));
  const callback = new URL(await sandbox.control.signIn(started.url, { person: 'anja', medium: 'SmartLogin' }));
  return value(await redeemCode(settings, runtime, { ...started, callback, ...input }));
}

const session = await signIn({ mode: 'session' });
const [chosen] = value(await accountingDocuments.listClients(settings, runtime, session.tokens));
if (chosen === undefined) throw new Error('no client');
console.log(`chosen: ${chosen.name}, ${chosen.consultantNumber} / ${chosen.clientNumber}`);
const { refreshToken } = session.tokens;
value(await revokeToken(settings, runtime, { token: refreshToken, tokenTypeHint: 'refresh_token' }));

const { tokens } = await signIn({ mode: 'longTerm', clientId: chosen.id });
console.log(`connected until ${tokens.refreshExpiresAt.toISOString()}`);

const upload = {
  ...tokens,
  clientId: chosen.id,
  documentId: randomUUID().toUpperCase(),
  file: {
    name: 'Rechnung 4711.pdf',
    mediaType: 'application/pdf',
    content: new TextEncoder().encode('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF'),
  },
  metadata: { documentType: 'Rechnungseingang', note: 'bitte buchen' },
};
const arrived = value(await accountingDocuments.putDocument(settings, runtime, upload));
console.log(`arrived: ${arrived.id} as ${arrived.documentType}`);
const again = await accountingDocuments.putDocument(settings, runtime, upload);
console.log(`once more: ${again.ok ? 'arrived twice!' : `${again.failure.kind} (${again.failure.code})`}`);
console.log(`technical log: ${log.length} calls, the last one ${log.at(-1)?.method} ${log.at(-1)?.status}`);
