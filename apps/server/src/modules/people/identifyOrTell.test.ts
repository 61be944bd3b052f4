import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { Refusal } from '../../refusal.ts';
import { hour, type TestPerson } from '../../testServices.ts';
import { changePassword } from './changePassword.ts';
import { identifyOrTell } from './identifyOrTell.ts';
import { signIn } from './signIn.ts';
import { createPeopleTestbed, goodPassword } from './testPeople.ts';

let db: TestDatabase;
let bed: ReturnType<typeof createPeopleTestbed>;
let person: TestPerson;
beforeAll(async () => {
  db = await createTestDatabase();
  bed = createPeopleTestbed(db);
  person = await bed.givePassword(await bed.lay.person('Anna Adler'));
});
afterAll(() => db.close());

const enter = async () =>
  (await signIn(bed.services, { email: person.email, password: goodPassword, from: bed.from() })).session.token;
const told = (sessionToken: string) =>
  identifyOrTell(bed.services, { sessionToken, bearer: null }).then(
    (caller) => caller?.name ?? null,
    (error: unknown) => (error instanceof Refusal ? [error.code, error.details.detail?.en] : error),
  );

it('says why a session is over: ended, unused for twelve hours, thirty days old', async () => {
  const [idle, old] = [await enter(), await enter()];
  expect(await told(idle)).toBe('Anna Adler');
  for (let passed = 0; passed < 30 * 24; passed += 8) {
    bed.services.clock.forward(8 * hour);
    if (passed === 8) expect(await told(idle)).toEqual(['not_signed_in', expect.stringContaining('twelve hours')]);
    await told(old);
  }
  expect(await told(old)).toEqual(['not_signed_in', expect.stringContaining('thirty days ago')]);
  const ended = await enter();
  await changePassword(bed.ctxOf(person), { password: 'Vier Kähne im Nebel' });
  expect(await told(ended)).toEqual(['not_signed_in', expect.stringContaining('was ended')]);
  expect(await told('no session')).toBeNull();
});
