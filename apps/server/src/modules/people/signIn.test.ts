import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Services } from '../../context.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { day, hour, minute, type TestPerson } from '../../testServices.ts';
import { completePasswordReset } from './completePasswordReset.ts';
import { confirm } from './confirm.ts';
import { confirmTotp } from './confirmTotp.ts';
import { endSession } from './endSession.ts';
import { getProfile } from './getProfile.ts';
import { identify } from './identify.ts';
import { removeTotp } from './removeTotp.ts';
import { requestPasswordReset } from './requestPasswordReset.ts';
import { secondFactor } from './secondFactor.ts';
import { totpOf } from './secondFactorCodes.ts';
import { signIn } from './signIn.ts';
import { signOut } from './signOut.ts';
import { startTotp } from './startTotp.ts';
import { sweepPeople } from './sweep.ts';
import { codeOf, createPeopleTestbed, goodPassword } from './testPeople.ts';

let db: TestDatabase;
let bed: ReturnType<typeof createPeopleTestbed>;
let anna: TestPerson;
beforeAll(async () => {
  db = await createTestDatabase();
  bed = createPeopleTestbed(db);
  anna = await bed.givePassword(await bed.lay.person('Anna Adler'));
});
afterAll(() => db.close());

const enter = (password = goodPassword, email = anna.email, sessionToken: string | null = null) =>
  signIn(bed.services, { email, password, from: bed.from({ sessionToken }) });
const asks = (sessionToken: string) => identify(bed.services, { sessionToken, bearer: null });

/** Services with which something happens after the first transaction, before what it read is used. */
function afterReading(happens: () => Promise<unknown>): Services {
  let first = true;
  const withRole: Services['withRole'] = async (role, work, options) => {
    const result = await bed.services.withRole(role, work, options);
    if (first) {
      first = false;
      await happens();
    }
    return result;
  };
  return { ...bed.services, withRole };
}

async function someoneWaits(): Promise<boolean> {
  const [row] = await db.sql<{ waits: boolean }>(
    "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as waits",
  );
  return row?.waits ?? false;
}

describe('signing in with a password', () => {
  it('gives a session whatever the address is written like; only the hash is kept', async () => {
    const { session } = await enter(goodPassword, ` ${anna.email.toUpperCase()} `);
    expect(session.state).toBe('signedIn');
    expect(await asks(session.token)).toMatchObject({ userId: anna.id, email: anna.email, apiKey: null });
    const kept = JSON.stringify(await db.sql('select * from sessions'));
    expect(kept).not.toContain(session.token);
  });

  it('stands in the history of the person’s firm and Mandant without the network address, in the instance’s with it', async () => {
    const firm = await bed.lay.firm('Kanzlei Linde');
    const mandant = await bed.lay.mandant('Bäckerei Korn');
    const berta = await bed.givePassword(await bed.lay.person('Berta Brandt'));
    await bed.lay.joinFirm(firm.id, berta.id);
    await bed.lay.joinMandant(mandant.id, berta.id, 'admin');
    await enter(goodPassword, berta.email);
    for (const [table, ip] of [
      ['firm', false],
      ['mandant', false],
      ['instance', true],
    ] as const) {
      const own = (await bed.history(table, 'person.signedIn')).filter((entry) => entry.actor.id === berta.id);
      expect(own).toHaveLength(1);
      expect(JSON.stringify(own)).not.toMatch(/Brandt|192\.0\.2\.7/);
      const beside = await db.sql(`select value from ${table}_history_people where entry_id = $1 order by label`, [
        own[0]?.id,
      ]);
      expect(beside.map((row) => row['value'])).toEqual(ip ? ['192.0.2.7', 'Berta Brandt'] : ['Berta Brandt']);
    }
  });

  it('ends the session that the browser had before', async () => {
    const { session: first } = await enter();
    const { session: next } = await enter(goodPassword, anna.email, first.token);
    expect(await asks(first.token)).toBeNull();
    expect(await asks(next.token)).not.toBeNull();
  });

  it('answers a wrong password and an unknown address alike, also once both are locked', async () => {
    const carl = await bed.givePassword(await bed.lay.person('Carl Cramer'));
    for (const email of [carl.email, 'nobody@example.com']) {
      const codes: string[] = [];
      for (let i = 0; i < 6; i += 1) codes.push(await codeOf(enter('not this one, sorry', email)));
      expect(codes).toEqual([...Array(4).fill('sign_in_failed'), 'sign_in_locked', 'sign_in_locked']);
    }
    expect(await codeOf(enter(goodPassword, carl.email))).toBe('sign_in_locked');
    const mails = await bed.mails();
    expect(mails.filter((mail) => mail.kind === 'signInLocked').map((mail) => mail.recipient)).toEqual([carl.email]);
    expect(await bed.history('instance', 'person.locked')).toHaveLength(1);
    bed.services.clock.forward(15 * minute);
    expect(await codeOf(enter(goodPassword, carl.email))).toBe('done');
  });

  it('gives no more than five guesses to any number of requests at once', async () => {
    const dora = await bed.givePassword(await bed.lay.person('Dora Dietz'));
    const tries = Array.from({ length: 12 }, () => codeOf(enter('not this one, sorry', dora.email)));
    const codes = await Promise.all(tries);
    expect(codes.filter((code) => code === 'sign_in_failed').length).toBeLessThanOrEqual(4);
    expect(codes.filter((code) => code === 'sign_in_locked').length).toBeGreaterThanOrEqual(8);
  });

  it('keeps nobody out who comes from elsewhere, nor from confirming what only the signed-in may do', async () => {
    const ida = await bed.givePassword(await bed.lay.person('Ida Imhof'));
    const from = (ip: string) => bed.from({ ip });
    const guess = (ip: string, password = 'not this one, sorry') =>
      codeOf(signIn(bed.services, { email: ida.email, password, from: from(ip) }));
    const { session } = await enter(goodPassword, ida.email);
    for (const network of ['9', '7', '8', 'a', 'b', 'c'])
      for (let i = 0; i < 5; i += 1) await guess(`2001:db8:9:${network}::1`);
    const told = (await bed.mails()).filter((mail) => mail.kind === 'signInLocked' && mail.recipient === ida.email);
    expect(told).toHaveLength(4);
    // The same network, whichever of its addresses.
    expect(await guess('2001:db8:9:9:ffff::2', goodPassword)).toBe('sign_in_locked');
    expect(await guess('198.51.100.7', goodPassword)).toBe('done');
    const prove = async () =>
      codeOf(
        confirm(await bed.ctxOfToken(session.token), { proof: { password: goodPassword }, ip: '2001:db8:9:9::1' }),
      );
    expect(await prove()).toBe('done');

    // From many networks together there are no more than a hundred guesses; who is in already may go on.
    const codes: string[] = [];
    for (let i = 0; i < 102; i += 1) codes.push(await guess(`203.0.113.${i}`));
    expect(codes).toEqual([...Array(99).fill('sign_in_failed'), ...Array(3).fill('sign_in_locked')]);
    expect(await guess('198.51.100.7', goodPassword)).toBe('sign_in_locked');
    expect(await prove()).toBe('done');
    bed.services.clock.forward(15 * minute);
    expect(await guess('198.51.100.7', goodPassword)).toBe('done');
  });

  it('limits tries from one network address, whoever they are for', async () => {
    const ip = '2001:db8:1:2::1';
    await db.sql('update rate_limits set count = 0');
    const from = bed.from({ ip });
    const one = () => codeOf(signIn(bed.services, { email: anna.email, password: goodPassword, from }));
    expect(await one()).toBe('done');
    await db.sql("update rate_limits set count = 300 where key like 'signInFrom:%' and count = 1");
    expect(await one()).toBe('too_many_requests');
    // Another address of the same /64 is the same network; another /64 is not.
    const other = (address: string) =>
      codeOf(signIn(bed.services, { email: anna.email, password: goodPassword, from: bed.from({ ip: address }) }));
    expect(await other('2001:db8:1:2:ffff::9')).toBe('too_many_requests');
    expect(await other('2001:db8:1:3::1')).toBe('done');
  });

  it('gives no session for a password, or half a sign-in, that a new password ended meanwhile', async () => {
    const jan = await bed.givePassword(await bed.lay.person('Jan Jost'));
    const open = () =>
      db.sql('select from sessions where user_id = $1 and ended_at is null', [jan.id]).then((rows) => rows.length);
    const renew = async (password: string) => {
      await requestPasswordReset(bed.services, { email: jan.email, ip: '192.0.2.7' });
      await completePasswordReset(bed.services, { token: await bed.lastLink(jan.email), password, ip: '192.0.2.7' });
    };
    const old = { email: jan.email, password: goodPassword, from: bed.from() };
    expect(
      await codeOf(
        signIn(
          afterReading(() => renew('Vier Kähne im Nebel')),
          old,
        ),
      ),
    ).toBe('sign_in_failed');
    expect(await open()).toBe(0);

    const { session } = await enter('Vier Kähne im Nebel', jan.email);
    const ctx = await bed.ctxOfToken(session.token);
    const { secret } = await startTotp(ctx);
    const code = () => totpOf(secret, '').generate({ timestamp: bed.services.now().getTime() });
    const { answer } = await confirmTotp(ctx, { code: code() });
    const { session: half } = await enter('Vier Kähne im Nebel', jan.email);
    const input = { code: answer.recoveryCodes[0] ?? '', from: bed.from({ sessionToken: half.token }) };
    // Found and not yet whole: the new password comes while the count of the codes is waited for.
    const client = new pg.Client(db.admin);
    await client.connect();
    await client.query('begin');
    await client.query('insert into sign_in_attempts (key, failed, last_at) values ($1, 0, $2)', [
      `secondFactor:${jan.id}`,
      bed.services.now(),
    ]);
    const finishing = codeOf(secondFactor(bed.services, input));
    while (!(await someoneWaits())) await Promise.resolve();
    await renew('Fünf Kähne im Nebel');
    await client.query('commit');
    await client.end();
    expect(await finishing).toBe('not_signed_in');
    expect(await open()).toBe(0);
  });

  it('refuses who is disabled, and ends what they had', async () => {
    const emil = await bed.givePassword(await bed.lay.person('Emil Ernst'));
    const { session } = await enter(goodPassword, emil.email);
    await db.sql('update users set disabled_at = now() where id = $1', [emil.id]);
    expect(await asks(session.token)).toBeNull();
    expect(await codeOf(enter(goodPassword, emil.email))).toBe('sign_in_failed');
  });
});

describe('sessions', () => {
  it('end after twelve idle hours, and after thirty days in any case', async () => {
    const { session: idle } = await enter();
    bed.services.clock.forward(12 * hour - 1);
    expect(await asks(idle.token)).not.toBeNull();
    bed.services.clock.forward(12 * hour);
    expect(await asks(idle.token)).toBeNull();
    const { session: busy } = await enter();
    for (let passed = 0; passed < 30 * day - 10 * hour; passed += 10 * hour) {
      bed.services.clock.forward(10 * hour);
      expect(await asks(busy.token)).not.toBeNull();
    }
    bed.services.clock.forward(10 * hour);
    expect(await asks(busy.token)).toBeNull();
  });

  it('note their use once a minute', async () => {
    const { session } = await enter();
    const seen = async () => {
      await asks(session.token);
      return (await getProfile(await bed.ctxOfToken(session.token))).sessions[0]?.seenAt;
    };
    const first = await seen();
    bed.services.clock.forward(59_999);
    expect(await seen()).toBe(first);
    bed.services.clock.forward(1);
    expect(await seen()).not.toBe(first);
  });

  it('are listed and can be ended, only one’s own; their live streams are told', async () => {
    const fritz = await bed.givePassword(await bed.lay.person('Fritz Falk'));
    const { session: here } = await enter(goodPassword, fritz.email);
    const { session: there } = await enter(goodPassword, fritz.email);
    const ctx = await bed.ctxOfToken(here.token);
    const { sessions } = await getProfile(ctx);
    expect(sessions.map((one) => one.current).sort()).toEqual([false, true]);
    const other = sessions.find((one) => !one.current)?.id ?? '';
    const { session: annas } = await enter();
    expect(await codeOf(endSession(await bed.ctxOfToken(annas.token), { sessionId: other }))).toBe('not_found');
    const listener = new pg.Client(db.admin);
    await listener.connect();
    await listener.query('listen session_ended');
    const told = new Promise<string | undefined>((resolve) => {
      listener.once('notification', ({ payload }) => resolve(payload));
    });
    const { history } = await endSession(ctx, { sessionId: other });
    expect(await told).toBe(other);
    await listener.end();
    expect(history.map((entry) => entry.kind)).toEqual(['person.sessionEnded']);
    expect(await asks(there.token)).toBeNull();
    await signOut(ctx);
    expect(await asks(here.token)).toBeNull();
    expect((await signOut(ctx)).history).toBe('unchanged');
  });

  it('are swept a month after their end', async () => {
    await enter();
    bed.services.clock.forward(61 * day);
    await sweepPeople(bed.services);
    const left = await db.sql(
      'select (select count(*)::int from sessions) + (select count(*)::int from rate_limits) + (select count(*)::int from sign_in_attempts) as rows',
    );
    expect(left).toEqual([{ rows: 0 }]);
  });
});

describe('the second factor', () => {
  it('is set up, asked for, good once, and replaced by a recovery code', async () => {
    const greta = await bed.givePassword(await bed.lay.person('Greta Gruber'));
    const { session } = await enter(goodPassword, greta.email);
    const ctx = await bed.ctxOfToken(session.token);
    const { secret, uri } = await startTotp(ctx);
    expect(uri).toMatch(/^otpauth:\/\/totp\/.*algorithm=SHA1&digits=6&period=30/);
    const code = () => totpOf(secret, '').generate({ timestamp: bed.services.now().getTime() });
    const wrong = code() === '000000' ? '000001' : '000000';
    expect(await codeOf(confirmTotp(ctx, { code: wrong }))).toBe('second_factor_failed');
    const { answer } = await confirmTotp(ctx, { code: code() });
    expect(new Set(answer.recoveryCodes).size).toBe(10);
    expect(await codeOf(startTotp(ctx))).toBe('conflict');

    bed.services.clock.forward(minute);
    const { session: half } = await enter(goodPassword, greta.email);
    expect(half.state).toBe('secondFactor');
    expect(await asks(half.token)).toBeNull();
    const finish = (given: string, sessionToken: string) =>
      secondFactor(bed.services, { code: given, from: bed.from({ sessionToken }) });
    const used = code();
    const { session: whole } = await finish(used, half.token);
    expect(await asks(whole.token)).not.toBeNull();
    expect(await codeOf(finish(used, half.token))).toBe('not_signed_in');
    const { session: again } = await enter(goodPassword, greta.email);
    expect(await codeOf(finish(used, again.token))).toBe('second_factor_failed');
    const recovery = answer.recoveryCodes[3] ?? '';
    expect((await finish(recovery.toLowerCase().replaceAll('-', ' '), again.token)).session.state).toBe('signedIn');
    const { session: third } = await enter(goodPassword, greta.email);
    expect(await codeOf(finish(recovery, third.token))).toBe('second_factor_failed');
    expect((await getProfile(ctx)).recoveryCodesLeft).toBe(9);

    // Signing in with the right password in between does not buy more guesses.
    const codes: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      const { session: next } = await enter(goodPassword, greta.email);
      codes.push(await codeOf(finish(wrong, next.token)));
    }
    expect(codes).toContain('sign_in_locked');
    bed.services.clock.forward(15 * minute);
    expect((await removeTotp(ctx)).history).not.toBe('unchanged');
    expect((await enter(goodPassword, greta.email)).session.state).toBe('signedIn');
  });

  it('belongs to a fresh sign-in', async () => {
    const hanna = await bed.givePassword(await bed.lay.person('Hanna Holz'));
    const { session } = await enter(goodPassword, hanna.email);
    const ctx = await bed.ctxOfToken(session.token);
    expect(ctx.caller.session?.freshUntil).toEqual(new Date(bed.services.now().getTime() + 10 * minute));
    const { secret } = await startTotp(ctx);
    const code = () => totpOf(secret, '').generate({ timestamp: bed.services.now().getTime() });
    await confirmTotp(ctx, { code: code() });
    bed.services.clock.forward(30 * minute);
    const prove = (proof: { password: string; code?: string }) => confirm(ctx, { proof, ip: '192.0.2.7' });
    expect(await codeOf(prove({ password: goodPassword }))).toBe('second_factor_failed');
    expect(await codeOf(prove({ password: 'not this one, sorry', code: code() }))).toBe('sign_in_failed');
    const { freshUntil } = await prove({ password: goodPassword, code: code() });
    expect(freshUntil).toBe(new Date(bed.services.now().getTime() + 10 * minute).toISOString());
    expect((await bed.ctxOfToken(session.token)).caller.session?.freshUntil?.toISOString()).toBe(freshUntil);
  });
});
