import { formatFingerprint, rawPublicKey, signingKeyFromSeed, verifyKeyFromRaw } from '@bruecke/proof';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '../../context.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import type { InstanceRole, Tx } from '../../db/withTenant.ts';
import { recordHistory } from '../../history/index.ts';
import { Refusal } from '../../refusal.ts';
import { testFirms } from '../../testFirms.ts';
import { createTestServices, ctxOf, day, type TestServices } from '../../testServices.ts';
import { queueMail } from '../notifications/index.ts';
import { readHistoryPage } from '../protocol/index.ts';
import { createFirm } from './createFirm.ts';
import { readDatevSettings, type StoredDatevSettings } from './datevSettings.ts';
import type { InstanceFacts } from './facts.ts';
import { getDatevSettings } from './getDatevSettings.ts';
import { listFirms } from './listFirms.ts';
import { readMails } from './readMails.ts';
import { readStatus } from './readStatus.ts';
import { readTechnicalLog } from './readTechnicalLog.ts';
import { setDatevSettings } from './setDatevSettings.ts';
import { sweepTechnicalLog } from './sweepTechnicalLog.ts';

let db: TestDatabase;
let services: TestServices;
let lay: ReturnType<typeof testFirms>;
let operator: Ctx;
beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db);
  lay = testFirms(db, services);
  operator = ctxOf(services, await lay.person('Otto Operator', { operator: true }), { operator: true });
});
afterAll(() => db.close());

const key = signingKeyFromSeed(Buffer.alloc(32, 5)).public;
const facts: InstanceFacts = {
  embeddedDatabase: true,
  startedAt: new Date('2026-03-02T07:00:00.000Z'),
  mailConfigured: false,
  receiptKeys: [key],
};
const settings: StoredDatevSettings = {
  environment: 'sandbox',
  issuer: 'https://login.datev.example/openidsandbox',
  accountingClientsUrl: 'https://accounting-clients.api.datev.example/platform-sandbox/v2',
  accountingDocumentsUrl: 'https://accounting-documents.api.datev.example/platform-sandbox/v2',
  connectedAppsUrl: 'https://apps.datev.example/tokrevui',
  clientId: 'a-client-id',
  redirectUri: 'https://bruecke.example/api/v1/datev/callback',
};

async function refusalOf(running: Promise<unknown>): Promise<Refusal> {
  try {
    await running;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('was not refused');
}

/** Rows of the technical log, a second apart. */
const log = (rows: { method: string; url: string; status: number | null }[]) =>
  services.withRole('dispatcher', async (tx: Tx) => {
    for (const row of rows) {
      services.clock.forward(1000);
      await tx
        .insertInto('technical_log')
        .values({
          id: services.newId(),
          at: services.now(),
          ...row,
          request_headers: JSON.stringify({ accept: 'application/json' }),
          duration_ms: 12,
          global_transaction_id: 'gtx',
          request_id: 'req',
          response_body: row.status !== null && row.status >= 400 ? '{"error":"DCO01095"}' : null,
          failure: row.status === null ? 'TypeError: fetch failed' : null,
          operation: null,
        })
        .execute();
    }
  });

describe('the operator’s pages', () => {
  it('are not there for anybody else, nor for an operator’s API key', async () => {
    const firm = await lay.firm('Kanzlei Linde');
    const key = { id: services.newId(), mandantId: services.newId(), rights: [] };
    for (const ctx of [ctxOf(services, firm.admin), ctxOf(services, firm.admin, { operator: true, apiKey: key })]) {
      const pages: (() => Promise<unknown>)[] = [
        () => readStatus(ctx, facts),
        () => getDatevSettings(ctx),
        () => setDatevSettings(ctx, { settings, clientSecret: 'x' }),
        () => readTechnicalLog(ctx, {}),
        () => readMails(ctx, {}),
        () => listFirms(ctx),
        () => createFirm(ctx, { name: 'x', consultantNumber: 4711, adminEmail: 'x@example.com' }),
      ];
      for (const page of pages) {
        expect((await refusalOf(Promise.resolve().then(page))).code).toBe('not_found');
      }
    }
  });

  it('count firms, Mandanten, jobs and mails', async () => {
    const before = await readStatus(operator, facts);
    const firm = await lay.firm('Kanzlei Buche');
    await lay.mandant('Bäckerei Korn', { firmId: firm.id });
    await services.withRole('auth', (tx) =>
      queueMail(tx, services, { recipient: 'a@example.com', kind: 'signInChanged', language: 'de' }),
    );
    const after = await readStatus(operator, facts);
    expect(after).toMatchObject({
      firms: before.firms + 1,
      mandanten: before.mandanten + 1,
      vouchers: 0,
      mailsWaiting: before.mailsWaiting + 1,
      mailConfigured: false,
      embedded: true,
      receiptKeyFingerprint: formatFingerprint(verifyKeyFromRaw(rawPublicKey(key)).fingerprint),
    });
    expect(after.queue.ready).toBe(before.queue.ready + 1);
    expect(after.database).toMatch(/^PostgreSQL \d+/);
  });

  it('show the calls to DATEV newest first and page by page, and forget them after 14 days', async () => {
    const clients = settings.accountingClientsUrl;
    const documents = `${settings.accountingDocumentsUrl}/clients/29098-1/documents/GUID`;
    await log([
      { method: 'GET', url: `${clients}/clients?top=100`, status: 200 },
      { method: 'POST', url: 'https://login.datev.example/token', status: 200 },
      { method: 'PUT', url: documents, status: 201 },
      { method: 'PUT', url: documents, status: 503 },
      { method: 'PUT', url: documents, status: null },
    ]);
    const { entries, next } = await readTechnicalLog(operator, {});
    expect(entries.map((entry) => entry.status)).toEqual([null, 503, 201, 200, 200]);
    expect(entries[1]).toMatchObject({ method: 'PUT', durationMs: 12, responseBody: '{"error":"DCO01095"}' });
    expect(next).toBeNull();
    const failed = await readTechnicalLog(operator, { failedOnly: true });
    expect(failed.entries.map((entry) => entry.status)).toEqual([null, 503]);
    expect((await readStatus(operator, facts)).datev).toEqual({ calls: 5, failedShare: 0.4, uploads: 3, reads: 1 });

    await log(Array.from({ length: 220 }, () => ({ method: 'PUT', url: documents, status: 201 })));
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null && pages < 9; pages += 1) {
      const page: Awaited<ReturnType<typeof readTechnicalLog>> = await readTechnicalLog(
        operator,
        cursor === '' ? {} : { cursor },
      );
      seen.push(...page.entries.map((entry) => entry.id));
      cursor = page.next;
    }
    expect([seen.length, new Set(seen).size]).toEqual([225, 225]);
    expect((await refusalOf(Promise.resolve().then(() => readTechnicalLog(operator, { cursor: 'abc' })))).code).toBe(
      'invalid_input',
    );
    services.clock.forward(14 * day - 220_000 + 1);
    await sweepTechnicalLog(services);
    expect((await readStatus(operator, facts)).datev.calls).toBe(220);
  });

  it('show of a mail its kind and state; its link is kept from the operator’s role by the database', async () => {
    await services.withRole('auth', (tx) =>
      queueMail(tx, services, {
        recipient: 'b@example.com',
        kind: 'passwordReset',
        language: 'de',
        link: '/passwort#geheim',
      }),
    );
    const { mails } = await readMails(operator, {});
    expect(mails.find((mail) => mail.recipient === 'b@example.com')).toMatchObject({
      kind: 'passwordReset',
      state: 'waiting',
    });
    expect(JSON.stringify(mails)).not.toContain('geheim');
    const role: InstanceRole = 'operator';
    await expect(db.withRole(role, (tx) => tx.selectFrom('mails').select('link').execute())).rejects.toThrow(
      /permission denied/,
    );
  });
});

describe('DATEV settings', () => {
  it('keep the secret sealed and unreadable, and need it again when it would go elsewhere', async () => {
    expect(await getDatevSettings(operator)).toMatchObject({ settings: null, hasSecret: false });
    const missing = await refusalOf(setDatevSettings(operator, { settings }));
    expect([missing.code, missing.details.fields?.map((field) => field.path)]).toEqual([
      'invalid_input',
      ['clientSecret'],
    ]);
    await setDatevSettings(operator, { settings, clientSecret: 'very secret' });
    expect(await getDatevSettings(operator)).toEqual({
      settings,
      hasSecret: true,
      suggestedRedirectUri: 'https://bruecke.example/api/v1/datev/callback',
    });
    const [row] = await db.sql<{ value: unknown; secret: Buffer }>('select value, secret from instance_settings');
    expect(`${JSON.stringify(row?.value)}${row?.secret.toString('latin1')}`).not.toContain('very secret');

    const { history } = await setDatevSettings(operator, {
      settings: { ...settings, redirectUri: 'https://other.example/api/v1/datev/callback' },
    });
    expect(history).toMatchObject({ kind: 'instance.settingsChanged' });
    expect(
      (await refusalOf(setDatevSettings(operator, { settings: { ...settings, issuer: 'https://evil.example' } }))).code,
    ).toBe('invalid_input');
    const firm = await lay.firm('Kanzlei Ahorn');
    const asPerson = { as: 'user', userId: firm.admin.id } as const;
    expect(await db.withTenant(asPerson, (tx) => readDatevSettings(tx, services))).toMatchObject({
      issuer: settings.issuer,
      clientSecret: 'very secret',
      redirectUri: 'https://other.example/api/v1/datev/callback',
    });
    const entries = await db.sql<{ data: { changed: string[]; secretChanged: boolean } }>(
      "select data from instance_history where kind = 'instance.settingsChanged' order by at, id",
    );
    expect(entries.at(-1)?.data).toMatchObject({ changed: ['redirectUri'], secretChanged: false });
  });

  it('let plain http through for a sandbox on the same machine only', async () => {
    const local: StoredDatevSettings = {
      ...settings,
      environment: 'other',
      issuer: 'http://127.0.0.1:4010/openid',
      accountingClientsUrl: 'http://127.0.0.1:4010/clients/v2',
      accountingDocumentsUrl: 'http://localhost:4010/documents/v2',
      connectedAppsUrl: 'http://localhost:4010/apps',
      redirectUri: 'http://localhost:8080/api/v1/datev/callback',
    };
    const enter = (given: StoredDatevSettings) => setDatevSettings(operator, { settings: given, clientSecret: 'x' });
    await enter(local);
    const far = await refusalOf(enter({ ...local, issuer: 'http://login.example/openid' }));
    expect(far.details.fields?.map((field) => field.path)).toContain('settings.issuer');
    expect((await refusalOf(enter({ ...local, environment: 'production' }))).code).toBe('invalid_input');
  });

  it('take no redirect address for production that DATEV would block (G-12)', async () => {
    const enter = (host: string, environment: StoredDatevSettings['environment'] = 'production') =>
      setDatevSettings(operator, {
        settings: { ...settings, environment, redirectUri: `https://${host}/api/v1/datev/callback` },
        clientSecret: 'x',
      });
    for (const host of ['localhost', 'localhost:8443', '203.0.113.7', '[2001:db8::7]', 'datev.kanzlei.example']) {
      const refused = await refusalOf(enter(host));
      expect(refused.details.fields?.map((field) => field.path)).toEqual(['settings.redirectUri']);
    }
    await enter('bruecke.kanzlei.example');
    await enter('localhost', 'other');
  });
});

describe('firms', () => {
  it('are opened by the operator with an invitation of the first admin; again while nobody has come, then no more', async () => {
    const input = { name: 'Kanzlei Ulme', consultantNumber: 77777, adminEmail: 'ulme@example.com' };
    const { answer, history } = await createFirm(operator, input);
    expect(history.map((entry) => entry.kind)).toEqual(['firm.created', 'staff.invited']);
    const again = await createFirm(operator, input);
    expect(again.answer).toEqual(answer);
    expect(again.history.map((entry) => entry.kind)).toEqual(['invitation.revoked', 'staff.invited']);
    await lay.joinFirm(answer.firmId, (await lay.person('Ulla Ulme')).id, 'admin');
    expect((await refusalOf(createFirm(operator, input))).code).toBe('consultant_number_taken');
    const { firms } = await listFirms(operator);
    expect(firms.find((firm) => firm.id === answer.firmId)).toMatchObject({
      name: 'Kanzlei Ulme',
      staff: 1,
      mandanten: 0,
    });
    // Nor past the verb: the database lets the operator invite nobody into a firm that has people.
    const forged = db.withRole('operator', (tx) =>
      tx
        .insertInto('invitations')
        .values({
          id: services.newId(),
          kind: 'staff',
          token_hash: 'x',
          email: 'me@example.com',
          firm_id: answer.firmId,
          mandant_id: null,
          role: 'admin',
          invited_by: null,
          created_at: services.now(),
          expires_at: services.now(),
          accepted_at: null,
          revoked_at: null,
        })
        .execute(),
    );
    await expect(forged).rejects.toThrow(/row-level security/);
  });

  it('stand in the instance’s history, with the names of firms and people and of nobody’s Mandanten', async () => {
    await services.withRole('operator', (tx) =>
      recordHistory(tx, services, {
        at: services.now(),
        kind: 'instance.settingsChanged',
        actor: { type: 'system' },
        subject: { mandantId: services.newId() },
        instance: true,
      }),
    );
    const page = await services.withRole('operator', (tx) => readHistoryPage(tx, { class: 'instance' }, {}));
    const created = page.entries.find((entry) => entry.kind === 'firm.created');
    expect(created).toMatchObject({ actor: { name: 'Otto Operator' }, names: { firm: 'Kanzlei Ulme' } });
    expect(page.entries.some((entry) => 'mandant' in entry.names)).toBe(false);
  });
});
