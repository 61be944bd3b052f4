import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, openAsBlob, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, sandboxClient, sandboxSettings, serve } from '@bruecke/datev-sandbox';
import { describe, expect, it } from 'vitest';
import {
  accountingClients,
  accountingDocuments,
  createDiscoveryCache,
  type DatevOnlineSettings,
  type DatevRuntime,
  redeemCode,
  refreshTokens,
  revokeToken,
  startAuthorization,
  technicalClientId,
  userInfo,
} from './index.ts';

const app = { clientId: 'hub-app', clientSecret: 'hub-secret', redirectUri: 'https://hub.example/datev/callback' };
const settings: DatevOnlineSettings = {
  ...app,
  ...sandboxSettings(),
  allowInsecure: true,
  scopes: {
    session: ['openid', 'profile', 'accounting:clients:read', 'accounting:documents', 'datev:accounting:clients'],
  },
};
const START = Date.parse('2026-03-02T08:00:00Z');

function setUp() {
  let byte = 0;
  const sandbox = createSandbox({
    seed: 42,
    clock: () => START,
    world: {
      apps: [
        {
          clientId: app.clientId,
          clientSecret: app.clientSecret,
          name: 'Hub',
          redirectUris: [app.redirectUri],
          scopes: [
            'openid',
            'profile',
            'offline_access',
            'accounting:clients:read',
            'accounting:documents',
            'datev:accounting:clients',
          ],
        },
      ],
      clients: [101, 102, 103].map((clientNumber) =>
        sandboxClient({ consultantNumber: 29098, clientNumber, name: `Muster ${clientNumber} GmbH` }),
      ),
      people: [
        {
          id: 'anja',
          givenName: 'Anja',
          familyName: 'Köhler',
          email: 'anja@example.org',
          media: ['SmartLogin'],
          access: { '29098-101': ['documents'], '29098-102': ['documents'] },
        },
      ],
    },
  });
  const runtime: DatevRuntime = {
    fetch: (request) => sandbox.fetch(request),
    now: () => sandbox.control.now(),
    randomBytes: (length) => new Uint8Array(length).map(() => byte++ % 251),
    discoveryCache: createDiscoveryCache(),
  };
  const signIn = async (input: { mode: 'session' } | { mode: 'longTerm'; clientId: string }) => {
    const started = value(await startAuthorization(settings, runtime, input));
    const callback = new URL(await sandbox.control.signIn(started.url, { person: 'anja', medium: 'SmartLogin' }));
    return value(await redeemCode(settings, runtime, { ...started, callback, ...input }));
  };
  return { sandbox, runtime, signIn };
}

function value<T>(answer: { ok: true; value: T } | { ok: false; failure: unknown }): T {
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure));
  return answer.value;
}

const pdf = new TextEncoder().encode('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF');

describe('against a sandbox that was built from the same facts by someone else', () => {
  it('goes the whole way: session, list, choose, verify, revoke, long-term consent, upload, refresh, disconnect', async () => {
    const { sandbox, runtime, signIn } = setUp();
    const session = await signIn({ mode: 'session' });
    const who = await userInfo(settings, runtime, {
      accessToken: session.tokens.accessToken,
      subject: session.subject,
    });
    expect(value(who).fullName).toBe('Anja Köhler');

    const clients = value(await accountingDocuments.listClients(settings, runtime, session.tokens));
    expect(clients.map(({ name }) => name)).toEqual(['Muster 101 GmbH', 'Muster 102 GmbH']);
    const services: string[] = [];
    for await (const page of accountingClients.listClients(settings, runtime, { ...session.tokens, top: 1 })) {
      services.push(...value(page).clients.flatMap((client) => client.services.flatMap(({ scopes }) => scopes)));
    }
    expect(services).toContain('accounting:documents');

    const clientId = technicalClientId(29098, 101);
    const chosen = { accessToken: session.tokens.accessToken, clientId };
    expect(value(await accountingDocuments.getClient(settings, runtime, chosen)).belegeOnlineAvailable).toBe(true);
    for (const [token, tokenTypeHint] of [
      [session.tokens.refreshToken, 'refresh_token'],
      [session.tokens.accessToken, 'access_token'],
    ] as const) {
      expect(value(await revokeToken(settings, runtime, { token, tokenTypeHint }))).toBe('revoked');
    }
    expect(await accountingDocuments.getClient(settings, runtime, chosen)).toMatchObject({
      failure: { kind: 'accessRefused' },
    });

    const { tokens, signedInAt } = await signIn({ mode: 'longTerm', clientId });
    expect(tokens.refreshExpiresAt.getTime() - START).toBeGreaterThan(729 * 86_400_000);
    expect(await accountingDocuments.listClients(settings, runtime, tokens)).toMatchObject({ ok: false });
    const types = value(await accountingDocuments.listDocumentTypes(settings, runtime, { ...tokens, clientId }));
    expect(types.find(({ name }) => name === 'Rechnungseingang')).toMatchObject({ category: 'invoices_received' });
    expect(
      value(await accountingDocuments.getDuoVersion(settings, runtime, { ...tokens, clientId })).fileExtensions,
    ).toContain('pdf');

    const upload = {
      clientId,
      documentId: 'E0A08953-FBAA-4054-AF36-993D5D68F040',
      file: { name: 'Büro & Co_7K.pdf', mediaType: 'application/pdf', content: pdf },
      metadata: { documentType: 'Rechnungseingang', note: 'für März' },
    };
    const arrived = await accountingDocuments.putDocument(settings, runtime, { ...tokens, ...upload });
    expect(value(arrived)).toMatchObject({ id: upload.documentId, documentType: 'Rechnungseingang', note: 'für März' });
    const again = await accountingDocuments.putDocument(settings, runtime, { ...tokens, ...upload });
    expect(again).toMatchObject({ failure: { kind: 'arrivedBefore', code: 'DCO01012' } });
    expect(sandbox.control.arrived()).toMatchObject([
      { files: [{ name: upload.file.name, size: pdf.byteLength }], note: 'für März' },
    ]);

    const refresh = { refreshToken: tokens.refreshToken, mode: 'longTerm', signedInAt } as const;
    const fresh = value(await refreshTokens(settings, runtime, refresh));
    expect(fresh.refreshToken).not.toBe(tokens.refreshToken);
    // The old token a second time: refused, and the whole session with it.
    expect(await refreshTokens(settings, runtime, refresh)).toMatchObject({ failure: { kind: 'needsReauth' } });
    expect(await refreshTokens(settings, runtime, { ...refresh, refreshToken: fresh.refreshToken })).toMatchObject({
      failure: { kind: 'needsReauth' },
    });
  });

  it('posts and staples too', async () => {
    const { sandbox, runtime, signIn } = setUp();
    const clientId = technicalClientId(29098, 101);
    const { tokens } = await signIn({ mode: 'longTerm', clientId });
    const file = { name: 'a.pdf', mediaType: 'application/pdf', content: pdf };
    const posted = await accountingDocuments.postDocument(settings, runtime, { ...tokens, clientId, file });
    expect(value(posted).id).toMatch(/^[0-9A-F-]{36}$/);
    const files = [
      { ...file, name: 'b.pdf' },
      { ...file, name: 'c.pdf' },
    ];
    const stapled = await accountingDocuments.putStapled(settings, runtime, { ...tokens, clientId, files });
    expect(value(stapled).id).toMatch(/^[0-9A-F-]{36}$/);
    expect(sandbox.control.arrivedCount()).toBe(2);
  });

  it('reads a person who says no, and a lost refresh answer', async () => {
    const { sandbox, runtime, signIn } = setUp();
    const started = value(await startAuthorization(settings, runtime, { mode: 'session' }));
    const callback = new URL(
      await sandbox.control.signIn(started.url, { person: 'anja', medium: 'SmartLogin', deny: true }),
    );
    expect(await redeemCode(settings, runtime, { ...started, callback, mode: 'session' })).toMatchObject({
      failure: { kind: 'consentRefused' },
    });
    const { tokens, signedInAt } = await signIn({ mode: 'session' });
    sandbox.control.addFault({ operation: 'login.token.refresh', effect: { kind: 'cut', when: 'after' }, times: 1 });
    const refresh = { refreshToken: tokens.refreshToken, mode: 'session', signedInAt } as const;
    expect(await refreshTokens(settings, runtime, refresh)).toMatchObject({ failure: { kind: 'unclear' } });
    expect(await refreshTokens(settings, runtime, refresh)).toMatchObject({ failure: { kind: 'needsReauth' } });
  });

  it('ends when the clock says so', async () => {
    const { sandbox, runtime, signIn } = setUp();
    const { tokens, signedInAt } = await signIn({ mode: 'session' });
    sandbox.control.advanceClock(16 * 60_000);
    expect(await accountingDocuments.listClients(settings, runtime, tokens)).toMatchObject({
      failure: { kind: 'accessRefused' },
    });
    const fresh = value(
      await refreshTokens(settings, runtime, { refreshToken: tokens.refreshToken, mode: 'session', signedInAt }),
    );
    expect(fresh.refreshExpiresAt).toEqual(tokens.refreshExpiresAt);
    sandbox.control.advanceClock(11 * 3_600_000);
    expect(
      await refreshTokens(settings, runtime, { refreshToken: fresh.refreshToken, mode: 'session', signedInAt }),
    ).toMatchObject({ failure: { kind: 'needsReauth' } });
  });

  it('does the same over real sockets, with a file from the disk and an answer that is lost', async () => {
    const { sandbox } = setUp();
    const server = await serve(sandbox, { host: '127.0.0.1', port: 0, controlPort: 0 });
    const folder = mkdtempSync(join(tmpdir(), 'datev-online-'));
    try {
      const local = { ...settings, ...server.settings };
      const runtime: DatevRuntime = {
        fetch,
        now: () => sandbox.control.now(),
        randomBytes: (length) => randomBytes(length),
        discoveryCache: createDiscoveryCache(),
        newSignal: () => AbortSignal.timeout(30_000),
      };
      const clientId = technicalClientId(29098, 101);
      const started = value(await startAuthorization(local, runtime, { mode: 'longTerm', clientId }));
      const callback = new URL(await sandbox.control.signIn(started.url, { person: 'anja', medium: 'SmartLogin' }));
      const { tokens } = value(await redeemCode(local, runtime, { ...started, callback, mode: 'longTerm', clientId }));
      const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(3_000_000)]);
      writeFileSync(join(folder, 'scan.png'), png);
      const content = await openAsBlob(join(folder, 'scan.png'));
      const upload = {
        ...tokens,
        clientId,
        documentId: 'E0A08953-FBAA-4054-AF36-993D5D68F040',
        file: { name: 'scan.png', mediaType: 'image/png', content },
      };
      sandbox.control.addFault({ operation: 'documents.put', effect: { kind: 'cut', when: 'after' }, times: 1 });
      const lost = await accountingDocuments.putDocument(local, runtime, upload);
      expect(lost).toMatchObject({ failure: { kind: 'unclear', broken: 'cut', status: null } });
      const again = await accountingDocuments.putDocument(local, runtime, upload);
      expect(again).toMatchObject({ failure: { kind: 'arrivedBefore' } });
      const sha256 = createHash('sha256').update(png).digest('hex');
      expect(sandbox.control.arrived()).toMatchObject([{ files: [{ sha256, size: png.byteLength }] }]);
    } finally {
      rmSync(folder, { recursive: true });
      await server.close();
    }
  });
});
