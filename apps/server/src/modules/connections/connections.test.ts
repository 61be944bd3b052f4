import type { Id } from '@bruecke/model';
import { afterAll, describe, expect, it } from 'vitest';
import { layOutVouchers, type Simulated, signInAtDatev } from '../../../simulate/layOut.ts';
import { datevSettings } from '../../../simulate/world.ts';
import { createTestDatev } from '../../testDatev.ts';
import { deliver } from '../deliveries/index.ts';
import { freshAccessToken, revokeGrant } from '../grants/index.ts';
import { endAuthorisation } from './endAuthorisation.ts';
import { completeSignIn, getSignIn, renew, startSignIn, switchConnection, testConnection } from './index.ts';
import { readPage } from './readPage.ts';
import { findUnchecked, weeklyCheck } from './weeklyCheck.ts';

/** What was asked of DATEV, `METHOD address`. */
const asked: string[] = [];
const { db, services, sandbox, settings, userId, ctx, connect } = await createTestDatev(
  'connections',
  (request, toDatev) => {
    asked.push(`${request.method} ${request.url}`);
    return toDatev(request);
  },
);
afterAll(() => db.close());

const longTerm = (one: Simulated) =>
  sandbox.control.sessions({ boundTo: one.clientId }).filter((session) => session.refreshTokens > 0);
const connectionOf = async (one: Simulated) => {
  const page = await readPage(ctx(), { mandantId: one.mandantId });
  const [connection] = page.connections;
  if (!connection) throw new Error('no connection');
  return connection;
};
async function deliveryOf(
  one: Simulated,
): Promise<{ id: Id; guid: string; phase: string; attempts: number; cause: { code: string } | null }> {
  const [row] = await db.sql<{ id: Id; guid: string; phase: string; attempts: number; cause: { code: string } | null }>(
    'select id, guid, phase, attempts, cause from deliveries where mandant_id = $1 order by created_at desc, id desc limit 1',
    [one.mandantId],
  );
  if (!row) throw new Error('no delivery');
  return row;
}
async function send(one: Simulated) {
  const { id } = await deliveryOf(one);
  await deliver(services, settings, { mandantId: one.mandantId, deliveryId: id });
  return deliveryOf(one);
}

describe('connecting', () => {
  it('leaves one long-term consent at DATEV and no session token, and shows who, until when and which Bestand (G-05, G-07, G-08)', async () => {
    const one = await connect();
    expect(sandbox.control.sessions({ mode: 'session' }).filter((session) => session.refreshTokens > 0)).toEqual([]);
    expect(longTerm(one)).toHaveLength(1);
    const connection = await connectionOf(one);
    expect(connection).toMatchObject({
      state: 'active',
      switchedOn: true,
      authorisation: { personName: 'Petra Lang', valid: true },
    });
    expect(`455148-${connection.dataset.mandantNumber}`).toBe(one.clientId);
    expect(connection.dataset).toMatchObject({ consultantNumber: 455148, companyName: `Mandant ${one.number}` });
    // Where consents are seen and taken back at DATEV (G-06).
    const page = await readPage(ctx(), { mandantId: one.mandantId });
    expect(page.connectedAppsUrl).toBe(datevSettings.connectedAppsUrl);
  });

  it('never hands the technical client id to the browser (D-11)', async () => {
    const one = await connect();
    const started = await startSignIn(ctx(), { mandantId: one.mandantId });
    await completeSignIn(ctx(), await signInAtDatev(sandbox, started.url));
    const answers = JSON.stringify([
      await readPage(ctx(), { mandantId: one.mandantId }),
      await getSignIn(ctx(), { mandantId: one.mandantId, flowId: started.flowId }),
    ]);
    expect(answers).not.toContain(one.clientId);
  });

  it('is good once, and only in the browser that began it', async () => {
    const one = await connect();
    const { url } = await renew(ctx(), one);
    const back = await signInAtDatev(sandbox, url);
    const other = {
      ...ctx(),
      caller: { ...ctx().caller, session: { id: services.newId(), csrfToken: '', freshUntil: null } },
    };
    expect((await completeSignIn(other, back)).location).toBe('/?datev=datev_sign_in_failed');
    expect((await completeSignIn(ctx(), back)).location).toMatch(/datev=ok$/);
    expect((await completeSignIn(ctx(), back)).location).toBe('/?datev=datev_sign_in_failed');
  });

  it('keeps tokens and secrets sealed, and out of the technical log (G-13, G-14)', async () => {
    const secrets = new Set([settings.clientSecret]);
    const overhearing: typeof services.fetch = async (request) => {
      const answer = await services.fetch(request);
      if (!request.url.endsWith('/token')) return answer;
      const issued = (await answer.clone().json()) as { access_token: string; refresh_token: string };
      secrets.add(issued.access_token).add(issued.refresh_token);
      return answer;
    };
    const one = await connect();
    const started = await startSignIn(ctx(), { mandantId: one.mandantId });
    await completeSignIn({ ...ctx(), fetch: overhearing }, await signInAtDatev(sandbox, started.url));
    const { url } = await renew(ctx(), one);
    await completeSignIn({ ...ctx(), fetch: overhearing }, await signInAtDatev(sandbox, url));
    expect(secrets.size).toBe(5);
    const [kept] = await db.sql<{ text: string; sealed: number }>(
      `select string_agg(row, ' ') as text, (count(*) filter (where sealed))::int as sealed from (
         select t::text as row, false as sealed from technical_log t
         union all select g::text, refresh_token is not null from grants g
         union all select s::text, refresh_token is not null from datev_sign_ins s) as rows`,
    );
    expect(kept?.sealed).toBeGreaterThanOrEqual(2);
    for (const secret of secrets) {
      expect(kept?.text).not.toContain(secret);
      // A bytea is shown in hex.
      expect(kept?.text).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });
});

describe('the technical log', () => {
  it('has every call to DATEV: of both sign-ins, a check, an upload, a refresh and the end (G-30)', async () => {
    const logged = async () => {
      const rows = await db.sql<{ call: string }>("select method || ' ' || url as call from technical_log");
      return rows.map(({ call }) => call).sort();
    };
    const before = await logged();
    expect(before).toEqual([...asked].sort());
    const one = await connect();
    await testConnection(ctx(), one);
    await layOutVouchers(services, one.mandantId, userId, 1);
    expect(await send(one)).toMatchObject({ phase: 'arrived' });
    services.clock.forward(20 * 60_000);
    await freshAccessToken(services, settings, one.mandantId, one.connectionId);
    await endAuthorisation(ctx(), one);
    const after = await logged();
    expect(after).toEqual([...asked].sort());
    for (const path of ['/token', '/userinfo', '/clients', '/duo-version', '/documents/', '/revoke'])
      expect(after.filter((call) => call.includes(path)).length, path).toBeGreaterThan(
        before.filter((call) => call.includes(path)).length,
      );
  });
});

describe('renewing', () => {
  it('revokes the present consent before it redeems the new one (G-08)', async () => {
    const one = await connect();
    const { url } = await renew(ctx(), one);
    expect(longTerm(one)).toHaveLength(1);
    await completeSignIn(ctx(), await signInAtDatev(sandbox, url));
    expect(longTerm(one)).toHaveLength(1);
    const states = await db.sql<{ state: string }>(
      'select state from grants where mandant_id = $1 order by consented_at',
      [one.mandantId],
    );
    expect(states.map(({ state }) => state).filter((state) => state === 'valid')).toHaveLength(1);
  });

  it('costs nothing when the present one can not be revoked, or when the person refuses', async () => {
    const one = await connect();
    const fault = sandbox.control.addFault({ operation: 'login.revoke', effect: { kind: 'status', status: 503 } });
    const { url } = await renew(ctx(), one);
    expect((await completeSignIn(ctx(), await signInAtDatev(sandbox, url))).location).toMatch(
      /datev=old_token_not_revoked$/,
    );
    sandbox.control.removeFault(fault);
    const again = await renew(ctx(), one);
    const refused = new URL(
      await sandbox.control.signIn(again.url, { person: 'petra', medium: 'SmartLogin', deny: true }),
    ).searchParams;
    expect((await completeSignIn(ctx(), refused)).location).toMatch(/datev=datev_sign_in_failed$/);
    expect((await testConnection(ctx(), one)).answer.state).toBe('active');
  });

  it('gives fresh tokens back at once when the first call fails (G-16)', async () => {
    const one = await connect();
    const { url } = await renew(ctx(), one);
    const back = await signInAtDatev(sandbox, url);
    sandbox.control.setRights('petra', one.clientId, []);
    expect((await completeSignIn(ctx(), back)).location).toMatch(/datev=datev_dataset_not_reachable$/);
    const living = sandbox.control.sessions({ boundTo: one.clientId });
    expect(living.filter((session) => session.accessTokens + session.refreshTokens > 0)).toEqual([]);
    expect((await connectionOf(one)).authorisation?.valid ?? false).toBe(false);
  });
});

describe('ending and switching', () => {
  it('ends the consent here and at DATEV (G-03)', async () => {
    const one = await connect();
    const { answer } = await endAuthorisation(ctx(), one);
    expect(answer.state).toBe('not_set_up');
    expect(longTerm(one)).toEqual([]);
    const [grant] = await db.sql<{ state: string; refresh_token: Buffer | null }>(
      'select state, refresh_token from grants where mandant_id = $1',
      [one.mandantId],
    );
    expect(grant).toEqual({ state: 'revoked', refresh_token: null });
  });

  it('forgets nothing before DATEV has confirmed it, and goes on until then (G-03)', async () => {
    const one = await connect();
    const grant = async () => {
      const [row] = await db.sql<{ id: Id; state: string; kept: number }>(
        'select id, state, num_nonnulls(access_token, refresh_token)::int as kept from grants where mandant_id = $1',
        [one.mandantId],
      );
      if (!row) throw new Error('no grant');
      return row;
    };
    const fault = sandbox.control.addFault({ operation: 'login.revoke', effect: { kind: 'status', status: 503 } });
    expect((await endAuthorisation(ctx(), one)).answer.state).toBe('not_set_up');
    const { id: grantId } = await grant();
    expect(await grant()).toMatchObject({ state: 'revoking', kept: 2 });
    expect(longTerm(one)).toHaveLength(1);
    sandbox.control.removeFault(fault);
    expect(await revokeGrant(services, settings, { mandantId: one.mandantId, grantId })).toBe(true);
    expect(await grant()).toMatchObject({ state: 'revoked', kept: 0 });
    expect(longTerm(one)).toEqual([]);
  });

  it('sends nothing while it is off, and the same delivery once it is on again', async () => {
    const one = await connect();
    await switchConnection(ctx(), { ...one, on: false });
    await layOutVouchers(services, one.mandantId, userId, 1);
    expect(await send(one)).toMatchObject({ phase: 'waiting', attempts: 0 });
    expect((await switchConnection(ctx(), { ...one, on: true })).answer.state).toBe('active');
    expect(await send(one)).toMatchObject({ phase: 'arrived', attempts: 1 });
    expect(sandbox.control.arrivedCount(one.clientId)).toBe(1);
  });
});

describe('tokens', () => {
  const refreshes = () => asked.filter((call) => call.endsWith('/token')).length;

  it('are refreshed by one at a time; the others wait', async () => {
    const one = await connect();
    services.clock.forward(20 * 60_000);
    const before = refreshes();
    const all = await Promise.all(
      Array.from({ length: 5 }, () => freshAccessToken(services, settings, one.mandantId, one.connectionId)),
    );
    expect(all.filter(({ kind }) => kind === 'ready').length).toBeGreaterThanOrEqual(1);
    expect(all.map(({ kind }) => kind)).not.toContain('none');
    const [grant] = await db.sql<{ lease_number: number }>(
      "select lease_number from grants where mandant_id = $1 and state = 'valid'",
      [one.mandantId],
    );
    expect(Number(grant?.lease_number)).toBe(1);
    expect(refreshes() - before).toBe(1);
  });

  it('are tried exactly once more after an unclear end, then a person is asked', async () => {
    const one = await connect();
    const mails = async () => {
      const query =
        "select 1 from mails m join users u on u.email = m.recipient where u.id = $1 and m.kind = 'authorisationLost'";
      return (await db.sql(query, [userId])).length;
    };
    const before = { mails: await mails(), refreshes: refreshes() };
    services.clock.forward(20 * 60_000);
    sandbox.control.addFault({ operation: 'login.token.refresh', effect: { kind: 'cut', when: 'after' }, times: 1 });
    const kinds: string[] = [];
    for (let index = 0; index < 4; index += 1)
      kinds.push((await freshAccessToken(services, settings, one.mandantId, one.connectionId)).kind);
    sandbox.control.clearFaults();
    expect(kinds.at(-1)).toBe('none');
    expect((await connectionOf(one)).state).toBe('needs_reauth');
    expect(await mails()).toBe(before.mails + 1);
    expect(refreshes() - before.refreshes).toBe(2);
  });
});

describe('a delivery', () => {
  it('that lost its answer is repeated under its GUID, and its receipt says so', async () => {
    const one = await connect();
    await layOutVouchers(services, one.mandantId, userId, 1);
    sandbox.control.addFault({
      operation: 'documents.put',
      clientId: one.clientId,
      effect: { kind: 'cut', when: 'after' },
      times: 1,
    });
    expect(await send(one)).toMatchObject({ phase: 'waiting', attempts: 1 });
    expect(await send(one)).toMatchObject({ phase: 'arrived', attempts: 2 });
    expect(sandbox.control.arrivedCount(one.clientId)).toBe(1);
    const [receipt] = await db.sql<{ body: { answer: { proof: string }; delivery: { guid: string } } }>(
      'select body from receipts where mandant_id = $1',
      [one.mandantId],
    );
    expect(receipt?.body.answer.proof).toBe('409 DCO01012');
    expect(receipt?.body.delivery.guid).toBe((await deliveryOf(one)).guid);
  });

  it('is refused with DATEV’s code and help address where DATEV refuses it, and the connection goes on', async () => {
    const one = await connect();
    await layOutVouchers(services, one.mandantId, userId, 1);
    sandbox.control.addFault({
      operation: 'documents.put',
      clientId: one.clientId,
      effect: { kind: 'error', code: 'DCO01245' },
      times: 1,
    });
    const { cause, phase } = await send(one);
    expect([phase, cause]).toMatchObject([
      'failed',
      { code: 'DCO01245', helpUrl: expect.stringContaining('https://') },
    ]);
    expect((await connectionOf(one)).state).toBe('active');
  });

  it('waits with all others while Belegfreigabe shuts the interface out, and goes on after a test (DCO01231)', async () => {
    const one = await connect();
    await layOutVouchers(services, one.mandantId, userId, 1);
    sandbox.control.setClient(one.clientId, { belegfreigabe: true });
    expect(await send(one)).toMatchObject({ phase: 'waiting' });
    expect(await connectionOf(one)).toMatchObject({
      state: 'misconfigured',
      findings: [{ code: 'belegfreigabe', severity: 'blocking' }],
    });
    sandbox.control.setClient(one.clientId, { belegfreigabe: false });
    await testConnection(ctx(), one);
    expect(await send(one)).toMatchObject({ phase: 'arrived' });
  });

  it('reads the dataset at most once in ten minutes for all uploads (G-34, D-05)', async () => {
    const one = await connect();
    services.clock.forward(11 * 60_000);
    const reads = () =>
      sandbox.control
        .calls()
        .filter((call) => call.operation.startsWith('documents.') && call.operation !== 'documents.put').length;
    const before = reads();
    for (let index = 0; index < 5; index += 1) {
      await layOutVouchers(services, one.mandantId, userId, 1, (page) =>
        Buffer.from(`%PDF-1.4\n${index} ${page} ${one.mandantId}\n%%EOF\n`),
      );
      expect(await send(one)).toMatchObject({ phase: 'arrived' });
      services.clock.forward(1_000);
    }
    expect(reads() - before).toBe(3);
  });
});

describe('the weekly check', () => {
  const day = 24 * 3_600_000;
  it('asks once for a connection that forwarded in the last 30 days, and finds a right that was taken away (G-33)', async () => {
    const one = await connect();
    const idle = await connect();
    await layOutVouchers(services, one.mandantId, userId, 1, () => Buffer.from(`%PDF-1.4\n${one.mandantId}\n%%EOF\n`));
    await send(one);
    expect(await weeklyCheck(services, one)).toBe('notNeeded');
    services.clock.forward(7 * day + 1);
    expect((await findUnchecked(services)).map((found) => found.connectionId)).toEqual(
      expect.arrayContaining([one.connectionId, idle.connectionId]),
    );
    sandbox.control.setRights('petra', one.clientId, []);
    expect(await weeklyCheck(services, one)).toBe('checked');
    expect((await connectionOf(one)).state).toBe('misconfigured');
    const asked = sandbox.control.calls().length;
    expect(await weeklyCheck(services, idle)).toBe('notNeeded');
    expect(await weeklyCheck(services, one)).toBe('notNeeded');
    services.clock.forward(24 * day);
    expect(await weeklyCheck(services, one)).toBe('notNeeded');
    expect(sandbox.control.calls()).toHaveLength(asked);
  });

  it('tries at most once a week in an outage, and not at all while the connection is held (G-33)', async () => {
    const one = await connect();
    await layOutVouchers(services, one.mandantId, userId, 1, () => Buffer.from(`%PDF-1.4\n${one.mandantId}\n%%EOF\n`));
    await send(one);
    services.clock.forward(7 * day + 1);
    const fault = sandbox.control.addFault({ operation: 'documents', effect: { kind: 'status', status: 503 } });
    const checks: string[] = [];
    const before = sandbox.control.calls().filter(({ operation }) => operation.startsWith('documents')).length;
    for (let hours = 0; hours < 48; hours += 1) {
      checks.push(await weeklyCheck(services, one));
      services.clock.forward(3_600_000);
    }
    expect(checks.filter((check) => check === 'checked')).toHaveLength(1);
    const after = sandbox.control.calls().filter(({ operation }) => operation.startsWith('documents')).length;
    expect(after - before).toBe(1);
    services.clock.forward(5 * day);
    await db.sql('update connections set retry_at = $2 where id = $1', [
      one.connectionId,
      new Date(services.now().getTime() + 60_000),
    ]);
    expect(await weeklyCheck(services, one)).toBe('notNeeded');
    services.clock.forward(60_000);
    sandbox.control.removeFault(fault);
    expect(await weeklyCheck(services, one)).toBe('checked');
    expect((await connectionOf(one)).state).toBe('active');
  });
});
