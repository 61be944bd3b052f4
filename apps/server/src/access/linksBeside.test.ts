import type { Id } from '@bruecke/model';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAdminPool, createTestDatabase, type TestDatabase } from '../db/testDatabase.ts';
import { type TestFirms, testFirms } from '../testFirms.ts';
import { createTestServices, type TestPerson } from '../testServices.ts';

// One transaction takes sight away and has not committed yet; another one changes the same person's place in another firm. Whatever
// the other one computed before the commit must not bring the sight back.

let db: TestDatabase;
let pool: pg.Pool;
let make: TestFirms;
let first: Awaited<ReturnType<TestFirms['firm']>>;
let second: Awaited<ReturnType<TestFirms['firm']>>;
let person: TestPerson;
let mandantId: Id;
let seed = 0;
beforeAll(async () => {
  db = await createTestDatabase();
  pool = createAdminPool(db.admin, 3);
});
afterAll(async () => {
  await pool.end();
  await db.close();
});
beforeEach(async () => {
  seed += 1;
  make = testFirms(db, createTestServices(db, { seed }));
  first = await make.firm('Kanzlei Nord', { consultantNumber: 1000 + 2 * seed });
  second = await make.firm('Kanzlei Süd', { consultantNumber: 1001 + 2 * seed });
  person = first.admin;
  await make.joinFirm(second.id, person.id, 'user');
  ({ id: mandantId } = await make.mandant('Bäckerei Korn'));
});

/** Carries out `taking`, then `beside` in another transaction up to its end or its wait for the first, then commits both in turn. */
async function beside(taking: Statement, other: Statement): Promise<void> {
  const [one, two] = [await pool.connect(), await pool.connect()];
  try {
    await one.query('begin');
    await one.query(...taking);
    await two.query('begin');
    let ended = false;
    const done = two.query(...other).finally(() => {
      ended = true;
    });
    while (!ended && !(await someoneWaits())) await Promise.resolve();
    await one.query('commit');
    await done;
    await two.query('commit');
  } finally {
    one.release();
    two.release();
  }
}
type Statement = [text: string, values: unknown[]];

async function someoneWaits(): Promise<boolean> {
  const [row] = await db.sql<{ waits: boolean }>(
    "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as waits",
  );
  return row?.waits ?? false;
}

const sightOf = (userId: Id) =>
  db.sql('select via, rights from access where mandant_id = $1 and user_id = $2', [mandantId, userId]);
const changeIn = (firmId: Id): Statement => [
  'update firm_staff set may_manage_connections = not may_manage_connections where firm_id = $1 and user_id = $2',
  [firmId, person.id],
];
const cut = (id = mandantId): Statement => [
  "update engagements set ended_at = now(), ended_side = 'mandant' where mandant_id = $1 and ended_at is null",
  [id],
];

describe('sight that ends while the person’s place in another firm changes', () => {
  it('ends with the cut', async () => {
    await make.engage(mandantId, first.id, 1);
    expect(await sightOf(person.id)).toHaveLength(1);
    await beside(cut(), changeIn(second.id));
    expect(await sightOf(person.id)).toEqual([]);
    await make.engage(mandantId, first.id, 1);
    await beside(cut(), changeIn(first.id));
    expect(await sightOf(person.id)).toEqual([]);
  });

  it('ends with being removed from the Mandant', async () => {
    await make.member(mandantId, 'Clara Korn');
    await make.joinMandant(mandantId, person.id, 'user', ['read']);
    await beside(
      ['delete from mandant_members where mandant_id = $1 and user_id = $2', [mandantId, person.id]],
      changeIn(second.id),
    );
    expect(await sightOf(person.id)).toEqual([]);
  });

  it('ends with being unassigned, or shut out by a restriction', async () => {
    await make.engage(mandantId, second.id, 1);
    await make.assign(mandantId, second.id, person.id);
    await beside(['delete from assignments where mandant_id = $1', [mandantId]], changeIn(first.id));
    expect(await sightOf(person.id)).toEqual([]);
    await make.assign(mandantId, second.id, person.id);
    await beside(
      ['update mandanten set restricted_to = $2 where mandant_id = $1', [mandantId, second.admin.id]],
      changeIn(first.id),
    );
    expect(await sightOf(person.id)).toEqual([]);
  });

  // The former firm's lock is not the one under which sight through the present firm changes.
  it('ends with leaving the present firm, also when the other one was the Mandant’s before', async () => {
    await make.engage(mandantId, second.id, 1);
    await db.sql(...cut());
    await make.staff(first.id, 'Bleibt', 'admin');
    await make.engage(mandantId, first.id, 1);
    expect(await sightOf(person.id)).toHaveLength(1);
    await beside(
      ['delete from firm_staff where firm_id = $1 and user_id = $2', [first.id, person.id]],
      changeIn(second.id),
    );
    expect(await sightOf(person.id)).toEqual([]);
  });

  it('gets the rights of the later change in the same firm', async () => {
    await make.engage(mandantId, first.id, 1);
    await make.staff(first.id, 'Bleibt', 'admin');
    await beside(
      ["update firm_staff set role = 'user' where firm_id = $1 and user_id = $2", [first.id, person.id]],
      ["insert into assignments values ($1, $2, 'accounting', $3, now())", [mandantId, person.id, first.id]],
    );
    expect(await sightOf(person.id)).toMatchObject([{ rights: expect.not.arrayContaining(['cut']) }]);
  });
});

it('two Mandanten that changed places between two firms are cut at the same moment, and neither waits for the other', async () => {
  const { id: other } = await make.mandant('Metzgerei Zwirn');
  await make.engage(mandantId, second.id, 1);
  await make.engage(other, first.id, 1);
  await db.sql("update engagements set ended_at = now(), ended_side = 'mandant' where ended_at is null");
  await make.engage(mandantId, first.id, 1);
  await make.engage(other, second.id, 1);
  const [one, two] = [await pool.connect(), await pool.connect()];
  try {
    await one.query('begin');
    await two.query('begin');
    // As the verb does: the Mandant, then its firm.
    await one.query('select lock_links($1), lock_links($2)', [mandantId, first.id]);
    await two.query('select lock_links($1), lock_links($2)', [other, second.id]);
    await Promise.all([one.query(...cut()), two.query(...cut(other))]);
    await one.query('commit');
    await two.query('commit');
  } finally {
    one.release();
    two.release();
  }
  expect(await db.sql("select from access where via = 'firm' and mandant_id in ($1, $2)", [mandantId, other])).toEqual(
    [],
  );
});

// A loop over the Mandanten, or a notice for each, would make a change of one person the matter of minutes in a large firm.
it('a change of a person reaches a thousand Mandanten of the firm at once, and is told once', async () => {
  await db.sql('alter table engagements disable trigger user');
  await db.sql(
    `with made as (
       insert into mandanten (mandant_id, name, created_at)
       select gen_random_uuid(), 'M', now() from generate_series(1, 1000) returning mandant_id)
     insert into engagements (mandant_id, id, firm_id, mandant_number, since)
     select mandant_id, gen_random_uuid(), $1, row_number() over (), now() from made`,
    [first.id],
  );
  await db.sql('alter table engagements enable trigger user');
  const client = await pool.connect();
  try {
    const told: unknown[] = [];
    client.on('notification', ({ payload }) => told.push(JSON.parse(payload ?? '')));
    await client.query('listen access_changed');
    await client.query(...changeIn(first.id));
    await client.query('unlisten access_changed');
    expect(told).toEqual([{ mandantId: null, userId: person.id }]);
  } finally {
    client.release(true);
  }
  expect(await db.sql('select from access where user_id = $1', [person.id])).toHaveLength(1000);
});
