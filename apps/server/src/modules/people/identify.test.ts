import type { Id, Right } from '@bruecke/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import type { TestPerson } from '../../testServices.ts';
import { createApiKey } from './createApiKey.ts';
import { identify } from './identify.ts';
import { signIn } from './signIn.ts';
import { createPeopleTestbed, goodPassword } from './testPeople.ts';

let db: TestDatabase;
let bed: ReturnType<typeof createPeopleTestbed>;
beforeAll(async () => {
  db = await createTestDatabase();
  bed = createPeopleTestbed(db);
});
afterAll(() => db.close());

const tokenOf = async (person: TestPerson) => {
  await bed.givePassword(person);
  return (await signIn(bed.services, { email: person.email, password: goodPassword, from: bed.from() })).session.token;
};
const rightsAt = async (shown: { sessionToken: string } | { bearer: string }, mandantId: Id) =>
  (await identify(bed.services, { sessionToken: null, bearer: null, ...shown, mandantId }))?.atMandant;

describe('who asks, with the rights for a Mandant', () => {
  it('comes with those that are the person’s now, and with none for a Mandant that is not theirs or not there', async () => {
    const [mandant, other] = [await bed.lay.mandant('Schreinerei Kolb'), await bed.lay.mandant('Fremde GmbH')];
    const person = await bed.lay.member(mandant.id, 'Ida Imhof', 'user', ['read', 'handIn']);
    const sessionToken = await tokenOf(person);
    expect(await rightsAt({ sessionToken }, mandant.id)).toEqual({ id: mandant.id, rights: ['read', 'handIn'] });
    await db.sql("update mandant_members set rights = '{read}' where user_id = $1", [person.id]);
    expect(await rightsAt({ sessionToken }, mandant.id)).toEqual({ id: mandant.id, rights: ['read'] });
    for (const id of [other.id, bed.services.newId()])
      expect(await rightsAt({ sessionToken }, id)).toEqual({ id, rights: [] });
    expect(await rightsAt({ sessionToken: 'no session' }, mandant.id)).toBeUndefined();
  });

  it('cuts an API key’s with the person’s, and gives it none for another Mandant of the same person', async () => {
    const [mandant, second] = [await bed.lay.mandant('Malerei Rot'), await bed.lay.mandant('Malerei Blau')];
    const person = await bed.lay.member(mandant.id, 'Jan Jung', 'user', ['read', 'handIn', 'edit']);
    await bed.lay.joinMandant(second.id, person.id, 'user', ['read', 'handIn', 'edit']);
    const rights: Right[] = ['read', 'handIn'];
    const { answer } = await createApiKey(bed.ctxOf(person), { name: 'Scanner', mandantId: mandant.id, rights });
    const bearer = answer.key;
    expect(await rightsAt({ bearer }, mandant.id)).toEqual({ id: mandant.id, rights });
    expect(await rightsAt({ bearer }, second.id)).toEqual({ id: second.id, rights: [] });
    expect(await rightsAt({ sessionToken: await tokenOf(person) }, second.id)).toMatchObject({
      rights: ['read', 'handIn', 'edit'],
    });
    await db.sql("update mandant_members set rights = '{read}' where user_id = $1", [person.id]);
    expect(await rightsAt({ bearer }, mandant.id)).toEqual({ id: mandant.id, rights: ['read'] });
  });

  it('tells those apart who ask at the same time', async () => {
    const mandants = await Promise.all(['Eins', 'Zwei', 'Drei'].map((name) => bed.lay.mandant(`${name} GmbH`)));
    const people = await Promise.all(
      mandants.map(({ id }, n) => bed.lay.member(id, `Kim Nummer${n}`, 'user', ['read'])),
    );
    const tokens = await Promise.all(people.map(tokenOf));
    const pairs = tokens.flatMap((sessionToken, p) =>
      mandants.map(({ id }, m) => ({ sessionToken, id, own: p === m })),
    );
    const found = await Promise.all(pairs.map(({ sessionToken, id }) => rightsAt({ sessionToken }, id)));
    expect(found).toEqual(pairs.map(({ id, own }) => ({ id, rights: own ? ['read'] : [] })));
  });
});
