import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { minute, type TestPerson } from '../../testServices.ts';
import { addPasskey } from './addPasskey.ts';
import { confirm } from './confirm.ts';
import { newPasskeyOptions } from './newPasskeyOptions.ts';
import { passkeyOptions } from './passkeyOptions.ts';
import { passkeySignIn } from './passkeySignIn.ts';
import { removePasskey } from './removePasskey.ts';
import { signIn } from './signIn.ts';
import { createSoftAuthenticator } from './testAuthenticator.ts';
import { codeOf, createPeopleTestbed, goodPassword } from './testPeople.ts';

let db: TestDatabase;
let bed: ReturnType<typeof createPeopleTestbed>;
let anna: TestPerson;
const device = createSoftAuthenticator('bruecke.example', 'https://bruecke.example');
beforeAll(async () => {
  db = await createTestDatabase();
  bed = createPeopleTestbed(db);
  anna = await bed.givePassword(await bed.lay.person('Anna Adler'));
});
afterAll(() => db.close());

const ask = async () => {
  const { challengeId, options } = await passkeyOptions(bed.services, { ip: '192.0.2.7' });
  return { challengeId, challenge: options.challenge };
};
const enter = (challengeId: string, response: Record<string, unknown>) =>
  passkeySignIn(bed.services, { challengeId, response, from: bed.from() });

describe('passkeys', () => {
  it('are added once per challenge, sign in without a second factor, and confirm', async () => {
    const ctx = bed.ctxOf(anna);
    const { challengeId, options } = await newPasskeyOptions(ctx);
    expect(options).toMatchObject({ rp: { id: 'bruecke.example' }, user: { name: anna.email } });
    const response = device.register(options.challenge);
    const { answer, history } = await addPasskey(ctx, { challengeId, response, name: 'Laptop' });
    expect(answer).toMatchObject({ name: 'Laptop', usedAt: null });
    expect(history.map((entry) => entry.kind)).toEqual(['person.signInChanged']);
    expect(await codeOf(addPasskey(ctx, { challengeId, response, name: 'again' }))).toBe('passkey_failed');
    expect((await newPasskeyOptions(ctx)).options.excludeCredentials).toHaveLength(1);

    const { challengeId: signInId, challenge } = await ask();
    const assertion = device.answer(challenge);
    const { session } = await enter(signInId, assertion);
    const signedIn = await bed.ctxOfToken(session.token);
    expect(signedIn.caller.userId).toBe(anna.id);
    // The same answer a second time: its challenge is used up.
    expect(await codeOf(enter(signInId, assertion))).toBe('passkey_failed');

    bed.services.clock.forward(20 * minute);
    const again = await ask();
    const proof = { challengeId: again.challengeId, response: device.answer(again.challenge) };
    const { freshUntil } = await confirm(signedIn, { proof, ip: '192.0.2.7' });
    expect(freshUntil).toBe(new Date(bed.services.now().getTime() + 10 * minute).toISOString());
  });

  it('are refused from another page, with another challenge, too late, unknown, or for another person', async () => {
    const one = await ask();
    expect(await codeOf(enter(one.challengeId, device.answer(one.challenge, 'https://bruecke.example.evil')))).toBe(
      'passkey_failed',
    );
    const [two, three] = [await ask(), await ask()];
    expect(await codeOf(enter(two.challengeId, device.answer(three.challenge)))).toBe('passkey_failed');
    const four = await ask();
    bed.services.clock.forward(5 * minute);
    expect(await codeOf(enter(four.challengeId, device.answer(four.challenge)))).toBe('passkey_failed');
    const five = await ask();
    const stranger = createSoftAuthenticator('bruecke.example', 'https://bruecke.example');
    expect(await codeOf(enter(five.challengeId, stranger.answer(five.challenge)))).toBe('passkey_failed');
    const six = await ask();
    expect(await codeOf(enter(six.challengeId, { id: 7, response: null }))).toBe('passkey_failed');

    const berta = await bed.givePassword(await bed.lay.person('Berta Brandt'));
    const { session } = await signIn(bed.services, { email: berta.email, password: goodPassword, from: bed.from() });
    const seven = await ask();
    const proof = { challengeId: seven.challengeId, response: device.answer(seven.challenge) };
    const bertas = await bed.ctxOfToken(session.token);
    expect(await codeOf(confirm(bertas, { proof, ip: '192.0.2.7' }))).toBe('passkey_failed');
  });

  it('are removed by their own person only, and then no longer good', async () => {
    const berta = await bed.lay.person('Berta Busch');
    const [row] = await db.sql<{ id: string }>('select id from passkeys');
    const passkeyId = row?.id ?? '';
    expect(await codeOf(removePasskey(bed.ctxOf(berta), { passkeyId }))).toBe('not_found');
    await removePasskey(bed.ctxOf(anna), { passkeyId });
    const { challengeId, challenge } = await ask();
    expect(await codeOf(enter(challengeId, device.answer(challenge)))).toBe('passkey_failed');
  });
});
