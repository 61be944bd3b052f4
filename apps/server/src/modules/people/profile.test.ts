import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inMandant } from '../../access/index.ts';
import type { Caller } from '../../context.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { day, hour, minute } from '../../testServices.ts';
import { changePassword } from './changePassword.ts';
import { changeProfile } from './changeProfile.ts';
import { completePasswordReset } from './completePasswordReset.ts';
import { createApiKey } from './createApiKey.ts';
import { getProfile } from './getProfile.ts';
import { identify } from './identify.ts';
import { me } from './me.ts';
import { checkPassword } from './passwords.ts';
import { requestPasswordReset } from './requestPasswordReset.ts';
import { revokeApiKey } from './revokeApiKey.ts';
import { signIn } from './signIn.ts';
import { codeOf, createPeopleTestbed, goodPassword } from './testPeople.ts';

let db: TestDatabase;
let bed: ReturnType<typeof createPeopleTestbed>;
beforeAll(async () => {
  db = await createTestDatabase();
  bed = createPeopleTestbed(db);
});
afterAll(() => db.close());

const signedIn = async (email: string, password = goodPassword) =>
  (await signIn(bed.services, { email, password, from: bed.from() })).session.token;
const isGood = async (sessionToken: string) => (await identify(bed.services, { sessionToken, bearer: null })) !== null;

describe('passwords', () => {
  const person = { name: 'Jana Lindemann', email: 'jana.lindemann@example.com' };
  it.each([
    'kurz',
    'elf zeichen',
    'aaaaaaaaaaaaaaaa',
    'abcabcabcabcabc',
    '123456789012',
    'Passwort1234',
    'Steuerkanzlei2026!',
    'JanaLindemann1',
    'lindemann-lindemann',
    'qwertzuiop123',
    'DatevDatevDatev',
    'Sommer2025Sommer',
  ])('refuses %s', async (password) => {
    expect(await codeOf(Promise.resolve().then(() => checkPassword(password, person)))).toBe('password_too_weak');
  });
  it.each(['Drei Kähne im Nebel', 'correct horse battery', 'x7Q!pLm92-vBz', 'überall wächst Moos'])(
    'takes %s',
    async (password) => {
      expect(await codeOf(Promise.resolve().then(() => checkPassword(password, person)))).toBe('done');
    },
  );
});

describe('the own profile', () => {
  it('changes name and language, and says so only when something changed', async () => {
    const anna = await bed.givePassword(await bed.lay.person('Anna Adler'));
    const token = await signedIn(anna.email);
    const { history } = await changeProfile(await bed.ctxOfToken(token), { name: 'Anna Aumann', language: 'en' });
    expect(history === 'unchanged' ? [] : history.map((entry) => entry.kind)).toEqual(['person.profileChanged']);
    const ctx = await bed.ctxOfToken(token);
    expect(await getProfile(ctx)).toMatchObject({
      name: 'Anna Aumann',
      language: 'en',
      hasPassword: true,
      totpOn: false,
    });
    expect((await changeProfile(ctx, { name: 'Anna Aumann' })).history).toBe('unchanged');
    expect(await codeOf(changeProfile(ctx, { name: '  ' }))).toBe('invalid_input');
  });

  it('changes the password, ends all other sessions, and tells by mail', async () => {
    const berta = await bed.givePassword(await bed.lay.person('Berta Brandt'));
    const [here, there] = [await signedIn(berta.email), await signedIn(berta.email)];
    const ctx = await bed.ctxOfToken(here);
    expect(await codeOf(changePassword(ctx, { password: 'Berta Brandt 1' }))).toBe('password_too_weak');
    await changePassword(ctx, { password: 'Vier Kähne im Nebel' });
    expect([await isGood(here), await isGood(there)]).toEqual([true, false]);
    expect(await codeOf(signedIn(berta.email))).toBe('sign_in_failed');
    expect(await codeOf(signedIn(berta.email, 'Vier Kähne im Nebel'))).toBe('done');
    const mails = (await bed.mails()).filter((mail) => mail.recipient === berta.email);
    expect(mails.map((mail) => mail.kind)).toEqual(['signInChanged']);
  });

  it('shows firms and Mandanten', async () => {
    const firm = await bed.lay.firm('Kanzlei Linde');
    const mandant = await bed.lay.mandant('Bäckerei Korn', { firmId: firm.id });
    expect(await me(bed.ctxOf(firm.admin))).toMatchObject({
      firms: [{ id: firm.id, name: 'Kanzlei Linde', role: 'admin' }],
      mandantCount: 1,
      onlyMandant: { id: mandant.id, name: 'Bäckerei Korn' },
    });
    await bed.lay.mandant('Gärtnerei Moos', { firmId: firm.id });
    expect(await me(bed.ctxOf(firm.admin))).toMatchObject({ mandantCount: 2, onlyMandant: null });
    const nobody = await bed.lay.person('Nora Niemand');
    expect(await me(bed.ctxOf(nobody))).toMatchObject({ firms: [], mandantCount: 0, onlyMandant: null });
  });
});

describe('a forgotten password', () => {
  const ask = (email: string, ip = '192.0.2.9') => requestPasswordReset(bed.services, { email, ip });
  const complete = (token: string, password = 'Fünf Kähne im Nebel') =>
    completePasswordReset(bed.services, { token, password, ip: '192.0.2.9' });

  it('is replaced with the newest link, once, within the hour; sessions and the lock end', async () => {
    const carl = await bed.givePassword(await bed.lay.person('Carl Cramer'));
    const old = await signedIn(carl.email);
    for (let i = 0; i < 5; i += 1) await codeOf(signedIn(carl.email, 'not this one, sorry'));
    expect(await codeOf(signedIn(carl.email))).toBe('sign_in_locked');
    await ask(carl.email);
    const first = await bed.lastLink(carl.email);
    bed.services.clock.forward(1);
    await ask(carl.email.toUpperCase());
    const newest = await bed.lastLink(carl.email);
    expect(newest).not.toBe(first);
    expect(await codeOf(complete(first))).toBe('link_expired');
    expect(await codeOf(complete(newest, 'kurz'))).toBe('password_too_weak');
    const { history } = await complete(newest);
    expect(history.map((entry) => entry.kind)).toContain('person.signInChanged');
    expect(await codeOf(complete(newest))).toBe('link_expired');
    expect(await isGood(old)).toBe(false);
    expect(await codeOf(signedIn(carl.email, 'Fünf Kähne im Nebel'))).toBe('done');
    await ask(carl.email);
    const late = await bed.lastLink(carl.email);
    bed.services.clock.forward(hour);
    expect(await codeOf(complete(late))).toBe('link_expired');
  });

  it('answers the same for an unknown address, and mails no more than three times an hour', async () => {
    const dora = await bed.givePassword(await bed.lay.person('Dora Dietz'));
    bed.services.clock.forward(hour);
    for (let i = 0; i < 5; i += 1) {
      expect(await codeOf(ask(dora.email))).toBe('done');
      expect(await codeOf(ask('nobody@example.com'))).toBe('done');
    }
    const mails = (await bed.mails()).filter((mail) => mail.kind === 'passwordReset');
    expect(mails.filter((mail) => mail.recipient === dora.email)).toHaveLength(3);
    expect(mails.filter((mail) => mail.recipient === 'nobody@example.com')).toHaveLength(0);
    for (let i = 0; i < 20; i += 1) await ask('nobody@example.com');
    expect(await codeOf(ask('nobody@example.com'))).toBe('too_many_requests');
    expect(await codeOf(ask('nobody@example.com', '192.0.2.10'))).toBe('done');
  });
});

describe('API keys', () => {
  const asking = async (bearer: string): Promise<Caller | null> =>
    identify(bed.services, { sessionToken: null, bearer });

  it('carry some of the person’s rights for one Mandant, are cut with the present ones, expire, and can be revoked', async () => {
    const mandant = await bed.lay.mandant('Schlosserei Funke');
    const other = await bed.lay.mandant('Fremde GmbH');
    await bed.lay.member(mandant.id, 'Chefin', 'admin');
    const emil = await bed.lay.member(mandant.id, 'Emil Ernst', 'user', ['read', 'handIn']);
    const ctx = bed.ctxOf(emil);
    const input = { name: 'Scanner', mandantId: mandant.id };
    expect(await codeOf(createApiKey(ctx, { ...input, rights: ['read', 'cut'] }))).toBe('right_missing');
    expect(await codeOf(createApiKey(ctx, { ...input, mandantId: other.id, rights: ['read'] }))).toBe('not_found');
    expect(
      await codeOf(createApiKey(ctx, { ...input, rights: ['read'], expiresAt: bed.services.now().toISOString() })),
    ).toBe('invalid_input');
    const expiresAt = new Date(bed.services.now().getTime() + day).toISOString();
    const { answer, history } = await createApiKey(ctx, { ...input, rights: ['handIn', 'read'], expiresAt });
    expect(history.kind).toBe('apiKey.created');
    expect(answer.apiKey).toMatchObject({
      name: 'Scanner',
      mandantName: 'Schlosserei Funke',
      rights: ['read', 'handIn'],
    });
    expect(answer.key.startsWith(answer.apiKey.prefix)).toBe(true);

    const caller = await asking(answer.key);
    expect(caller).toMatchObject({
      userId: emil.id,
      session: null,
      operator: false,
      apiKey: { mandantId: mandant.id },
    });
    if (!caller) throw new Error('unreachable');
    const use = (right: 'read' | 'handIn') =>
      codeOf(inMandant({ ...bed.services, caller }, mandant.id, right, async () => undefined));
    expect([await use('read'), await use('handIn')]).toEqual(['done', 'done']);
    await db.sql("update mandant_members set rights = '{read}' where user_id = $1", [emil.id]);
    expect([await use('read'), await use('handIn')]).toEqual(['done', 'right_missing']);

    bed.services.clock.forward(minute);
    expect((await getProfile(ctx)).apiKeys).toMatchObject([{ id: answer.apiKey.id, mandantId: mandant.id }]);
    const berta = bed.ctxOf(await bed.lay.person('Berta Busch'));
    expect(await codeOf(revokeApiKey(berta, { apiKeyId: answer.apiKey.id }))).toBe('not_found');
    bed.services.clock.forward(day);
    expect(await asking(answer.key)).toBeNull();
    await revokeApiKey(ctx, { apiKeyId: answer.apiKey.id });
    expect((await getProfile(ctx)).apiKeys).toEqual([]);
    expect(await codeOf(revokeApiKey(ctx, { apiKeyId: answer.apiKey.id }))).toBe('not_found');
    expect(await asking('brk_something-else')).toBeNull();
    expect(await asking('')).toBeNull();
  });

  it('show their hash to nobody but the sign-in, and can be written by their own person only', async () => {
    const mandant = await bed.lay.mandant('Tischlerei Span');
    const fritz = await bed.lay.member(mandant.id, 'Fritz Falk', 'admin');
    const greta = await bed.lay.member(mandant.id, 'Greta Gruber', 'admin');
    await createApiKey(bed.ctxOf(fritz), { name: 'x', mandantId: mandant.id, rights: ['read'] });
    const as = { as: 'user', userId: greta.id } as const;
    expect(await db.withTenant(as, (tx) => tx.selectFrom('api_keys').select('id').execute())).toEqual([]);
    await expect(
      db.withTenant({ as: 'user', userId: fritz.id }, (tx) => tx.selectFrom('api_keys').select('token_hash').execute()),
    ).rejects.toThrow(/permission denied/);
  });
});
