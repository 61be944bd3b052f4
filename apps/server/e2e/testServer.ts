import { type Control, createSandbox, sandboxClient, sandboxSettings } from '@bruecke/datev-sandbox';
import { abortableWait } from '../src/abortableWait.ts';
import type { BlobStore } from '../src/blobs/store.ts';
import { allRoutes, orderReceivers, startListener } from '../src/compose.ts';
import type { TestDatabase } from '../src/db/testDatabase.ts';
import { createApp } from '../src/http/app.ts';
import { createLiveHub, type LiveHub } from '../src/http/live.ts';
import { cookieName } from '../src/http/sessionCookie.ts';
import { createWakes, identifyConnector } from '../src/modules/connectors/index.ts';
import { identifyOrTell } from '../src/modules/people/index.ts';
import { hashToken } from '../src/secrets/encryption.ts';
import { createTestServices, hour, minute, type TestPerson, type TestServices } from '../src/testServices.ts';

/** A person with a session of its own: what a browser would hold. */
export type SignedIn = TestPerson & { readonly cookie: string; readonly csrf: string; readonly sessionId: string };

export type Request = {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly bytes?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
};
export type Answer = {
  readonly status: number;
  readonly location: string | null;
  readonly type: string;
  readonly text: string;
};

export type TestServer = {
  readonly services: TestServices;
  readonly live: LiveHub;
  readonly sandbox: { readonly control: Control };
  readonly url: string;
  /** Begins a session past the sign-in, fresh for an hour of the test's clock. */
  signIn(person: TestPerson): Promise<SignedIn>;
  /** One request over a real socket; streams are read until `open` came, then dropped. */
  ask(who: SignedIn | null, request: Request): Promise<Answer>;
  stop(): Promise<void>;
};

const app = {
  clientId: 'bruecke-test',
  clientSecret: 'geheim',
  name: 'Brücke',
  redirectUris: ['https://bruecke.example/api/v1/datev/callback'],
  scopes: ['openid', 'profile', 'email', 'offline_access', 'accounting:clients:read', 'accounting:documents'],
};
export const sandboxPerson = 'anja';

/**
 * The real routes, the real database and the DATEV sandbox in this process; only clock, ids and randomness are the tests'.
 * `datasets`: what the sandbox's one person may connect.
 */
export async function startTestServer(
  db: TestDatabase,
  given: {
    seed: number;
    datasets: readonly { consultantNumber: number; mandantNumber: number }[];
    /** Told of every call to DATEV the moment it begins. */
    onCall?: (request: globalThis.Request) => void;
    /** How long a connector's poll waits; else as long as it really does. */
    wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
    installersFolder?: string;
    blobs?: BlobStore;
    /** The built interface, for tests in a browser; the address has to be known before, as the pages carry it. */
    web?: { folder: string; port: number };
    /** Where people and connectors reach it, if something stands in front. */
    publicUrl?: string;
    /** One more process on a database whose instance is set up already. */
    second?: true;
  },
): Promise<TestServer> {
  const start = new Date('2026-03-02T08:00:00.000Z');
  let now = () => start.getTime();
  const sandbox = createSandbox({
    seed: `test-${given.seed}`,
    clock: () => now(),
    world: {
      apps: [app],
      clients: given.datasets.map((one) =>
        sandboxClient({ consultantNumber: one.consultantNumber, clientNumber: one.mandantNumber, name: 'Muster GmbH' }),
      ),
      people: [
        {
          id: sandboxPerson,
          givenName: 'Anja',
          familyName: 'Köhler',
          email: 'anja@example.org',
          media: ['SmartLogin'],
          access: Object.fromEntries(
            given.datasets.map((one) => [`${one.consultantNumber}-${one.mandantNumber}`, ['documents' as const]]),
          ),
        },
      ],
    },
  });
  const services = createTestServices(db, {
    seed: given.seed,
    start,
    fetch: (request) => {
      given.onCall?.(request);
      return sandbox.fetch(request);
    },
    ...(given.blobs ? { blobs: given.blobs } : {}),
    ...(given.web ? { settings: { publicUrl: `http://localhost:${given.web.port}` } } : {}),
    ...(given.publicUrl ? { settings: { publicUrl: given.publicUrl } } : {}),
  });
  now = () => services.now().getTime();
  if (!given.second) await layDatevSettings(db, services);

  const live = createLiveHub({ now: services.now });
  const wakes = createWakes(given.wait ?? abortableWait);
  const listener = startListener({ connection: db.connection, live, wakes }, (error) => services.log(String(error)));
  const { public: receiptKey } = services.signingKey;
  const server = await createApp({
    services,
    routes: allRoutes(
      {
        embeddedDatabase: true,
        startedAt: start,
        mailConfigured: false,
        receiptKeys: [receiptKey],
      },
      {
        receivers: orderReceivers,
        wakes,
        readPin: async () => ({ kind: 'spki', sha256: [`${'A'.repeat(43)}=`] }),
        installersFolder: given.installersFolder ?? '/nowhere',
      },
    ),
    identify: (asked) => identifyOrTell(services, asked),
    identifyConnector: (asked) => identifyConnector(services, asked),
    live,
    ...(given.web ? { webFolder: given.web.folder } : {}),
    readiness: { database: async () => undefined, blobs: async () => undefined, queue: async () => undefined },
    trustedProxies: [],
  });
  const url = await server.listen({ host: '127.0.0.1', port: given.web?.port ?? 0 });
  return {
    services,
    live,
    sandbox,
    url,
    signIn: (person) => signIn(db, services, person),
    ask: (who, request) => ask(url, who, request),
    stop: async () => {
      live.close();
      await Promise.all([server.close(), listener.stop()]);
    },
  };
}

async function layDatevSettings(db: TestDatabase, services: TestServices): Promise<void> {
  const { issuer, accountingClientsUrl, accountingDocumentsUrl, connectedAppsUrl } = sandboxSettings();
  const value = {
    environment: 'sandbox',
    issuer,
    accountingClientsUrl,
    accountingDocumentsUrl,
    connectedAppsUrl,
    clientId: app.clientId,
    redirectUri: app.redirectUris[0],
  };
  await db.sql("insert into instance_settings (key, value, secret, changed_at) values ('datev', $1, $2, $3)", [
    JSON.stringify(value),
    services.encryption.seal(app.clientSecret, 'instance_settings.datev'),
    services.now(),
  ]);
}

async function signIn(db: TestDatabase, services: TestServices, person: TestPerson): Promise<SignedIn> {
  const token = services.randomBytes(32).toString('base64url');
  const csrf = services.randomBytes(24).toString('base64url');
  const sessionId = services.newId();
  const at = services.now();
  await db.sql(
    `insert into sessions (id, user_id, token_hash, csrf_token, state, created_at, seen_at, expires_at, fresh_until)
     values ($1, $2, $3, $4, 'signedIn', $5, $5, $6, $6)`,
    [sessionId, person.id, hashToken(token), csrf, at, new Date(at.getTime() + hour + minute)],
  );
  return { ...person, cookie: `${cookieName(services.settings.publicUrl)}=${token}`, csrf, sessionId };
}

async function ask(url: string, who: SignedIn | null, request: Request): Promise<Answer> {
  const given = new AbortController();
  const response = await fetch(`${url}/api/v1${request.path}`, {
    method: request.method,
    redirect: 'manual',
    signal: given.signal,
    headers: {
      ...(who ? { cookie: who.cookie, 'x-csrf-token': who.csrf } : {}),
      ...(request.bytes ? { 'content-type': 'application/octet-stream' } : {}),
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...request.headers,
    },
    ...(request.bytes ? { body: new Uint8Array(request.bytes) } : {}),
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  });
  const type = response.headers.get('content-type') ?? '';
  const common = { status: response.status, location: response.headers.get('location'), type };
  if (!type.startsWith('text/event-stream')) return { ...common, text: await response.text() };
  const text = await firstEvent(response);
  given.abort();
  return { ...common, text };
}

async function firstEvent(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  if (!response.body) return text;
  const reader = response.body.getReader();
  while (!text.includes('event: open')) {
    const piece = await reader.read();
    if (piece.done) break;
    text += decoder.decode(piece.value, { stream: true });
  }
  return text;
}
