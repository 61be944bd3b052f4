import type { Id } from '@bruecke/model';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '../context.ts';
import { createAdminPool, createTestDatabase, type TestDatabase } from '../db/testDatabase.ts';
import { confirmEngagement } from '../modules/engagements/confirmEngagement.ts';
import { cutEngagement } from '../modules/engagements/cutEngagement.ts';
import { inviteFirm } from '../modules/engagements/inviteFirm.ts';
import { changeStaff } from '../modules/firms/changeStaff.ts';
import { createMandant } from '../modules/firms/createMandant.ts';
import { removeStaff } from '../modules/firms/removeStaff.ts';
import { changeMandant } from '../modules/mandanten/change.ts';
import { changeMember } from '../modules/mandanten/changeMember.ts';
import { removeMember } from '../modules/mandanten/removeMember.ts';
import { restrictMandant } from '../modules/mandanten/restrict.ts';
import { setAssignments } from '../modules/mandanten/setAssignments.ts';
import { codeOf } from '../modules/people/testPeople.ts';
import { type TestFirms, testFirms } from '../testFirms.ts';
import { createTestServices, ctxOf, type TestPerson, type TestServices } from '../testServices.ts';

// A verb has asked for the right and waits for the links; whoever holds them takes that right away. Nothing may be written then,
// least of all half of it, or a history of what did not happen.

let db: TestDatabase;
let pool: pg.Pool;
let services: TestServices;
let make: TestFirms;
let firm: Awaited<ReturnType<TestFirms['firm']>>;
let bert: TestPerson;
let ulf: TestPerson;
let boss: TestPerson;
let olga: TestPerson;
let nina: TestPerson;
let mandantId: Id;
let seed = 600;
const mandantName = 'Bäckerei Korn';
beforeAll(async () => {
  db = await createTestDatabase();
  pool = createAdminPool(db.admin, 2);
});
afterAll(async () => {
  await pool.end();
  await db.close();
});
beforeEach(async () => {
  seed += 1;
  services = createTestServices(db, { seed });
  make = testFirms(db, services);
  firm = await make.firm('Kanzlei Nord', { consultantNumber: 20_000 + seed });
  bert = await make.staff(firm.id, 'Bert Zweit', 'admin');
  await make.staff(firm.id, 'Dora Dritt', 'admin');
  ulf = await make.staff(firm.id, 'Ulf Nutzer');
  ({ id: mandantId } = await make.mandant(mandantName, { firmId: firm.id }));
  boss = await make.member(mandantId, 'Clara Korn');
  olga = await make.member(mandantId, 'Olga Korn');
  nina = await make.member(mandantId, 'Nina Korn', 'user', ['read']);
  // Who is an admin no longer still sees the Mandant.
  await make.assign(mandantId, firm.id, bert.id);
});

/** The code that `verb` ends with when the statement commits while it waits for the links. */
async function whileTaken(statement: [text: string, values: unknown[]], verb: () => Promise<unknown>): Promise<string> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(...statement);
    let ended = false;
    const code = codeOf(verb()).finally(() => {
      ended = true;
    });
    while (!ended && !(await someoneWaits())) await Promise.resolve();
    await client.query('commit');
    return await code;
  } finally {
    client.release();
  }
}

async function someoneWaits(): Promise<boolean> {
  const [row] = await db.sql<{ waits: boolean }>(
    "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as waits",
  );
  return row?.waits ?? false;
}

const as = (person: TestPerson): Ctx => ctxOf(services, person);
const told = () =>
  db.sql<{ kind: string }>(
    'select kind from firm_history where firm_id = $1 union all select kind from mandant_history where mandant_id = $2',
    [firm.id, mandantId],
  );

describe('of a Kanzlei-Admin who is one no longer', () => {
  const demoted = (): [string, unknown[]] => [
    "update firm_staff set role = 'user' where firm_id = $1 and user_id = $2",
    [firm.id, bert.id],
  ];
  it.each<[string, () => Promise<unknown>]>([
    ['cutting', () => cutEngagement(as(bert), { mandantId, mandantName })],
    ['changing a Mandant', () => changeMandant(as(bert), { mandantId, name: 'Korn GmbH' })],
    ['restricting', () => restrictMandant(as(bert), { mandantId, userId: firm.admin.id })],
    [
      'assigning',
      () => setAssignments(as(bert), { mandantId, assignments: [{ userId: ulf.id, function: 'accounting' }] }),
    ],
    ['unassigning', () => setAssignments(as(bert), { mandantId, assignments: [] })],
    ['changing a person', () => changeStaff(as(bert), { firmId: firm.id, userId: ulf.id, mayManageConnections: true })],
    [
      'taking the role of another',
      () => changeStaff(as(bert), { firmId: firm.id, userId: firm.admin.id, role: 'user' }),
    ],
    ['removing a person', () => removeStaff(as(bert), { firmId: firm.id, userId: ulf.id })],
    [
      'creating a Mandant',
      () => createMandant(as(bert), { firmId: firm.id, name: 'Neu', mandantNumber: 5, adminEmail: 'n@example.com' }),
    ],
    ['removing another admin', () => removeStaff(as(bert), { firmId: firm.id, userId: firm.admin.id })],
  ])('%s is refused and leaves nothing', async (_, verb) => {
    const mails = await db.sql('select from mails');
    expect(await whileTaken(demoted(), verb)).toBe('right_missing');
    expect(await told()).toEqual([]);
    expect(await db.sql('select from mails')).toHaveLength(mails.length);
  });
});

it('creating a Mandant waits for one that is just given the same number, and neither for the other', async () => {
  const { id: other } = await make.mandant('Metzgerei Zwirn', { firmId: firm.id });
  const client = await pool.connect();
  try {
    await client.query('begin');
    // As changing a Mandant does.
    await client.query('select lock_links($1), lock_links($2)', [other, firm.id]);
    const creating = codeOf(createMandant(as(firm.admin), { firmId: firm.id, name: 'Neu GmbH', mandantNumber: 4711 }));
    while (!(await someoneWaits())) await Promise.resolve();
    await client.query('update engagements set mandant_number = 4711 where mandant_id = $1', [other]);
    await client.query('commit');
    expect(await creating).toBe('number_taken');
  } finally {
    client.release(true);
  }
});

describe('removing a person whose assignments change meanwhile', () => {
  const removing = (person: TestPerson) => () => removeStaff(as(firm.admin), { firmId: firm.id, userId: person.id });
  const kinds = async () => (await told()).map(({ kind }) => kind).sort();

  it('tells the Mandant that has just come', async () => {
    const values = [mandantId, ulf.id, firm.id];
    const text =
      "insert into assignments (mandant_id, user_id, function, firm_id, since) values ($1, $2, 'payroll', $3, now())";
    expect(await whileTaken([text, values], removing(ulf))).toBe('done');
    expect(await kinds()).toEqual(['assignment.changed', 'staff.removed']);
  });

  it('tells none that has just gone', async () => {
    const text = 'delete from assignments where mandant_id = $1 and user_id = $2';
    expect(await whileTaken([text, [mandantId, bert.id]], removing(bert))).toBe('done');
    expect(await kinds()).toEqual(['staff.removed']);
  });
});

describe('of a Mandanten-Admin who is one no longer', () => {
  const demoted = (): [string, unknown[]] => [
    "update mandant_members set role = 'user', rights = '{read}' where mandant_id = $1 and user_id = $2",
    [mandantId, olga.id],
  ];
  it.each<[string, () => Promise<unknown>]>([
    ['cutting', () => cutEngagement(as(olga), { mandantId, mandantName })],
    ['changing the Mandant', () => changeMandant(as(olga), { mandantId, name: 'Korn GmbH' })],
    ['changing a person', () => changeMember(as(olga), { mandantId, userId: nina.id, rights: ['read', 'edit'] })],
    ['removing a person', () => removeMember(as(olga), { mandantId, userId: nina.id })],
    ['removing the other admin', () => removeMember(as(olga), { mandantId, userId: boss.id })],
    ['unassigning', () => setAssignments(as(olga), { mandantId, assignments: [] })],
  ])('%s is refused and leaves nothing', async (_, verb) => {
    expect(await whileTaken(demoted(), verb)).toBe('right_missing');
    expect(await told()).toEqual([]);
  });

  it('inviting and confirming a firm is refused and leaves nothing', async () => {
    await cutEngagement(as(boss), { mandantId, mandantName });
    const input = { mandantId, email: 'neu@example.com', accessFrom: '2026-01-01' };
    const { id: invitationId } = (await inviteFirm(as(boss), input)).answer;
    const before = await told();
    expect(await whileTaken(demoted(), () => inviteFirm(as(olga), input))).toBe('right_missing');
    await db.sql("update mandant_members set role = 'admin' where user_id = $1", [olga.id]);
    const confirm = () => confirmEngagement(as(olga), { mandantId, invitationId, checkCode: 'KA34-UX7R' });
    expect(await whileTaken(demoted(), confirm)).toBe('right_missing');
    expect(await told()).toHaveLength(before.length);
  });
});
