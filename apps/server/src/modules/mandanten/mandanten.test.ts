import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { type TestFirms, testFirms } from '../../testFirms.ts';
import { createTestServices, ctxOf, type TestPerson, type TestServices } from '../../testServices.ts';
import { changeMandant } from './change.ts';
import { changeMember } from './changeMember.ts';
import { getMandant } from './get.ts';
import { inviteMember } from './inviteMember.ts';
import { listMandantenOfPerson } from './list.ts';
import { listAssignments } from './listAssignments.ts';
import { listMembers } from './listMembers.ts';
import { readOverview } from './overview.ts';
import { removeMember } from './removeMember.ts';
import { restrictMandant } from './restrict.ts';
import { revokeMemberInvitation } from './revokeMemberInvitation.ts';
import { setAssignments } from './setAssignments.ts';

let db: TestDatabase;
let services: TestServices;
let make: TestFirms;
let firm: Awaited<ReturnType<TestFirms['firm']>>;
let second: TestPerson;
let user: TestPerson;
let mandantId: string;
let boss: TestPerson;
let seed = 200;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  seed += 1;
  services = createTestServices(db, { seed });
  make = testFirms(db, services);
  firm = await make.firm('Kanzlei Nord', { consultantNumber: 20_000 + seed });
  second = await make.staff(firm.id, 'Berta Zweit', 'admin');
  user = await make.staff(firm.id, 'Ulf Nutzer');
  ({ id: mandantId } = await make.mandant('Bäckerei Korn', { firmId: firm.id, mandantNumber: 500 }));
  boss = await make.member(mandantId, 'Clara Korn');
});

const as = (person: TestPerson) => ctxOf(services, person);
const code = (what: string) => expect.objectContaining({ code: what });

describe('one Mandant', () => {
  it('is shown with what the person may do there, and to nobody else', async () => {
    expect(await getMandant(as(boss), { mandantId })).toEqual({
      id: mandantId,
      name: 'Bäckerei Korn',
      engagement: {
        firmId: firm.id,
        firmName: 'Kanzlei Nord',
        consultantNumber: firm.consultantNumber,
        mandantNumber: 500,
        since: services.now().toISOString(),
      },
      restrictedTo: null,
      rights: ['read', 'handIn', 'edit', 'connections', 'master', 'members', 'cut'],
      via: ['mandant'],
      hasOwnAdmin: true,
    });
    expect((await getMandant(as(firm.admin), { mandantId })).via).toEqual(['firm']);
    for (const id of [mandantId, services.newId()])
      await expect(getMandant(as(user), { mandantId: id })).rejects.toEqual(code('not_found'));
  });

  it('changes name and number, with history for both sides', async () => {
    const { answer, history } = await changeMandant(as(boss), { mandantId, name: 'Korn GmbH', mandantNumber: 501 });
    expect(answer).toMatchObject({ name: 'Korn GmbH', engagement: { mandantNumber: 501 } });
    expect(history).toMatchObject({ kind: 'mandant.changed' });
    await make.mandant('Andere', { firmId: firm.id, mandantNumber: 777 });
    await expect(changeMandant(as(boss), { mandantId, mandantNumber: 777 })).rejects.toEqual(code('number_taken'));
    const { id: alone } = await make.mandant('Allein');
    const owner = await make.member(alone, 'Otto Allein');
    await expect(changeMandant(as(owner), { mandantId: alone, mandantNumber: 1 })).rejects.toEqual(
      code('no_engagement'),
    );
    const told = await db.sql("select from firm_history where firm_id = $1 and kind = 'mandant.changed'", [firm.id]);
    expect(told).toHaveLength(1);
  });

  it('is listed by name, page by page, and for an API key as the only one', async () => {
    const { id: other } = await make.mandant('Autohaus Ast', { firmId: firm.id, mandantNumber: 600 });
    const page = await listMandantenOfPerson(as(firm.admin), { limit: 1 });
    expect(page.mandanten.map((item) => item.name)).toEqual(['Autohaus Ast']);
    const rest = await listMandantenOfPerson(as(firm.admin), { limit: 1, ...(page.next ? { cursor: page.next } : {}) });
    expect(rest).toMatchObject({ mandanten: [{ id: mandantId, mandantNumber: 500 }], next: null });
    const key = ctxOf(services, firm.admin, {
      apiKey: { id: services.newId(), mandantId: other, rights: ['read', 'members'] },
    });
    expect((await listMandantenOfPerson(key, {})).mandanten).toEqual([
      { id: other, name: 'Autohaus Ast', mandantNumber: 600, rights: ['read'] },
    ]);
    await expect(listMandantenOfPerson(as(boss), { cursor: 'nonsense' })).rejects.toEqual(code('invalid_input'));
  });

  it('shows what arrived', async () => {
    const overview = await readOverview(as(boss), { mandantId });
    expect(overview.connectionState).toBe('not_set_up');
    expect(overview.months).toHaveLength(12);
    expect(overview.months.at(-1)).toEqual({ month: '2026-03', handedIn: 0, delivered: 0 });
    expect(overview.counts).toContainEqual({ status: 'waiting', count: 0 });
  });
});

describe('restriction', () => {
  it('hides the Mandant from the firm’s others at commit, can be handed over, and is lifted by the Mandant', async () => {
    await make.assign(mandantId, firm.id, user.id);
    const restrict = (person: TestPerson, userId: string | null) => restrictMandant(as(person), { mandantId, userId });
    await expect(restrict(firm.admin, user.id)).rejects.toEqual(code('invalid_input'));
    await expect(restrict(boss, second.id)).rejects.toEqual(code('right_missing'));
    await restrict(firm.admin, second.id);
    for (const person of [firm.admin, user])
      await expect(getMandant(as(person), { mandantId })).rejects.toEqual(code('not_found'));
    expect((await getMandant(as(second), { mandantId })).restrictedTo).toEqual({
      userId: second.id,
      name: 'Berta Zweit',
    });
    await expect(restrict(firm.admin, null)).rejects.toEqual(code('not_found'));
    await restrict(second, firm.admin.id);
    await expect(getMandant(as(second), { mandantId })).rejects.toEqual(code('not_found'));
    const lifted = await restrict(boss, null);
    expect(lifted.history).toMatchObject([{ kind: 'mandant.restrictionLifted' }]);
    expect((await restrict(boss, null)).history).toBe('unchanged');
    await getMandant(as(user), { mandantId });
  });
});

describe('Betreuungszuordnung', () => {
  it('gives sight to whom it names, and takes it from the others', async () => {
    const set = (assignments: Parameters<typeof setAssignments>[1]['assignments'], person = firm.admin) =>
      setAssignments(as(person), { mandantId, assignments });
    await set([
      { userId: user.id, function: 'accounting' },
      { userId: user.id, function: 'payroll' },
      { userId: user.id, function: 'payroll' },
    ]);
    expect(await listAssignments(as(user), { mandantId })).toMatchObject({
      assignments: [
        { userId: user.id, name: 'Ulf Nutzer', function: 'accounting' },
        { userId: user.id, name: 'Ulf Nutzer', function: 'payroll' },
      ],
      candidates: [{ userId: second.id }, { userId: firm.admin.id }, { userId: user.id }],
    });
    expect((await set([{ userId: user.id, function: 'payroll' }])).history).toMatchObject({
      kind: 'assignment.changed',
    });
    await expect(set([], user)).rejects.toEqual(code('right_missing'));
    await set([], boss);
    await expect(getMandant(as(user), { mandantId })).rejects.toEqual(code('not_found'));
    await expect(set([{ userId: boss.id, function: 'lead' }])).rejects.toEqual(code('invalid_input'));
  });
});

describe('people of the Mandant', () => {
  it('are invited by its admins; by a Kanzlei-Admin only as long as there is none, and only as admin', async () => {
    const { id: fresh } = await make.mandant('Neu', { firmId: firm.id, mandantNumber: 900 });
    const input = { mandantId: fresh, email: 'chef@example.com', role: 'admin' as const, rights: [] };
    expect((await listMembers(as(firm.admin), { mandantId: fresh })).mayInvite).toBe(true);
    await expect(inviteMember(as(firm.admin), { ...input, role: 'user' })).rejects.toEqual(code('right_missing'));
    await inviteMember(as(firm.admin), input);
    await expect(inviteMember(as(firm.admin), { ...input, mandantId })).rejects.toEqual(code('right_missing'));
    // Past the verb, the database says the same.
    const past = db.withTenant({ as: 'user', userId: firm.admin.id }, (tx) =>
      tx
        .insertInto('invitations')
        .values({
          id: services.newId(),
          kind: 'member',
          token_hash: 'x',
          email: 'a@b.de',
          firm_id: null,
          mandant_id: mandantId,
          role: 'admin',
          invited_by: firm.admin.id,
          created_at: services.now(),
          expires_at: services.now(),
          accepted_at: null,
          revoked_at: null,
        })
        .execute(),
    );
    await expect(past).rejects.toMatchObject({ code: '42501' });
    const { answer } = await inviteMember(as(boss), { ...input, mandantId, role: 'user', rights: ['handIn'] });
    const [row] = await db.sql<{ rights: string[] }>('select rights from invitations where id = $1', [answer.id]);
    expect(row?.rights).toEqual(['read', 'handIn']);
    await revokeMemberInvitation(as(boss), { mandantId, invitationId: answer.id });
    expect((await listMembers(as(boss), { mandantId })).invitations).toEqual([]);
    await expect(inviteMember(as(boss), { ...input, mandantId, email: boss.email })).rejects.toEqual(
      code('already_member'),
    );
  });

  it('change rights and leave, but never the last admin', async () => {
    const helper = await make.member(mandantId, 'Hans Hilfe', 'user', ['read']);
    await expect(removeMember(as(boss), { mandantId, userId: boss.id })).rejects.toEqual(code('last_admin'));
    await expect(changeMember(as(boss), { mandantId, userId: boss.id, role: 'user' })).rejects.toEqual(
      code('last_admin'),
    );
    await changeMember(as(boss), { mandantId, userId: helper.id, role: 'admin' });
    const results = await Promise.allSettled([
      removeMember(as(boss), { mandantId, userId: helper.id }),
      removeMember(as(helper), { mandantId, userId: boss.id }),
    ]);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    const people = await db.sql('select from mandant_members where mandant_id = $1', [mandantId]);
    expect(people).toHaveLength(1);
  });

  it('keep the firm’s sight when they leave the Mandant’s side', async () => {
    await make.joinMandant(mandantId, firm.admin.id, 'user', ['read']);
    await removeMember(as(boss), { mandantId, userId: firm.admin.id });
    expect((await getMandant(as(firm.admin), { mandantId })).via).toEqual(['firm']);
  });
});
