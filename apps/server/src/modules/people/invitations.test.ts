import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { day, type TestPerson } from '../../testServices.ts';
import { changeStaff } from '../firms/changeStaff.ts';
import { createMandant } from '../firms/createMandant.ts';
import { inviteStaff } from '../firms/inviteStaff.ts';
import { listStaff } from '../firms/listStaff.ts';
import { removeStaff } from '../firms/removeStaff.ts';
import { createFirm } from '../instance/createFirm.ts';
import { changeMember } from '../mandanten/changeMember.ts';
import { inviteMember } from '../mandanten/inviteMember.ts';
import { listMembers } from '../mandanten/listMembers.ts';
import { removeMember } from '../mandanten/removeMember.ts';
import { restrictMandant } from '../mandanten/restrict.ts';
import { acceptInvitation } from './acceptInvitation.ts';
import { completeSetup } from './completeSetup.ts';
import { ensureSetupLink } from './ensureSetupLink.ts';
import { joinWithAccount } from './joinWithAccount.ts';
import { lookUpInvitation } from './lookUpInvitation.ts';
import { me } from './me.ts';
import { codeOf, createPeopleTestbed, goodPassword } from './testPeople.ts';

let db: TestDatabase;
let bed: ReturnType<typeof createPeopleTestbed>;
beforeAll(async () => {
  db = await createTestDatabase();
  bed = createPeopleTestbed(db);
});
afterAll(() => db.close());

const lookUp = (token: string) => lookUpInvitation(bed.services, { token, ip: '192.0.2.7' });
const accept = (token: string, given: { name?: string; password?: string } = {}) =>
  acceptInvitation(bed.services, {
    token,
    name: 'Neue Person',
    password: goodPassword,
    language: 'de',
    from: bed.from(),
    ...given,
  });

describe('the first start', () => {
  const setUp = (token: string, password = goodPassword) =>
    completeSetup(bed.services, {
      token,
      firmName: 'Kanzlei Anfang',
      consultantNumber: 29098,
      name: 'Ada Anfang',
      email: 'ada@example.com',
      password,
      language: 'de',
      from: bed.from(),
    });

  it('prints a link that is good once, for 24 hours, until the next start; then never again', async () => {
    const tokenOf = (address: string | null) => address?.split('#')[1] ?? '';
    const first = tokenOf(await ensureSetupLink(bed.services));
    const address = await ensureSetupLink(bed.services);
    expect(bed.services.lines.at(-1)).toContain(address);
    expect(await ensureSetupLink(bed.services, 'worker')).toBeNull();
    expect(bed.services.lines.at(-1)).toContain(address);
    expect(await lookUp(tokenOf(address))).toMatchObject({ kind: 'setup' });
    expect(await codeOf(setUp(first))).toBe('link_expired');
    bed.services.clock.forward(day);
    expect(await codeOf(setUp(tokenOf(address)))).toBe('link_expired');
    const token = tokenOf(await ensureSetupLink(bed.services));
    expect(await lookUp(token)).toEqual({
      kind: 'setup',
      email: null,
      organisation: null,
      role: null,
      hasAccount: false,
    });
    expect(await codeOf(setUp(token, 'kanzlei anfang'))).toBe('password_too_weak');
    // Two at once: one firm.
    const both = await Promise.all([codeOf(setUp(token)), codeOf(setUp(token))]);
    expect(both.filter((code) => code === 'done')).toHaveLength(1);
    expect(await db.sql('select name, consultant_number from firms')).toEqual([
      { name: 'Kanzlei Anfang', consultant_number: 29098 },
    ]);
    expect(await db.sql('select email, operator from users')).toEqual([{ email: 'ada@example.com', operator: true }]);
    expect(await bed.history('instance', 'instance.setUp')).toHaveLength(1);
    expect(await bed.history('firm', 'firm.created')).toHaveLength(1);
    expect(await ensureSetupLink(bed.services)).toBeNull();
    expect(await codeOf(setUp(token))).toBe('link_expired');
  });
});

describe('invitations', () => {
  it('to a firm make an account for the address they went to, and sign it in', async () => {
    const firm = await bed.lay.firm('Kanzlei Linde');
    await inviteStaff(bed.ctxOf(firm.admin), {
      firmId: firm.id,
      email: 'Nora@example.com',
      role: 'user',
      mayManageConnections: true,
    });
    const token = await bed.lastLink('Nora@example.com');
    expect(await lookUp(token)).toEqual({
      kind: 'staff',
      email: 'Nora@example.com',
      organisation: 'Kanzlei Linde',
      role: 'user',
      hasAccount: false,
    });
    expect(await codeOf(accept(token, { password: 'nora@example.com' }))).toBe('password_too_weak');
    const { session, history } = await accept(token, { name: ' Nora Neu ' });
    expect(history.kind).toBe('staff.joined');
    const nora = await bed.ctxOfToken(session.token);
    expect(await me(nora)).toMatchObject({ name: 'Nora Neu', firms: [{ id: firm.id, role: 'user' }], mandantCount: 0 });
    expect(await codeOf(accept(token))).toBe('link_expired');
    expect(await codeOf(lookUp(token))).toBe('link_expired');
    expect(await bed.history('firm', 'staff.joined')).toHaveLength(1);
  });

  it('to a Mandant are joined by an account that exists; for such an address no second one is made', async () => {
    const mandant = await bed.lay.mandant('Bäckerei Korn');
    const chef = await bed.lay.member(mandant.id, 'Chef', 'admin');
    const paula = await bed.lay.person('Paula Pohl', { email: 'paula@example.com' });
    await inviteMember(bed.ctxOf(chef), {
      mandantId: mandant.id,
      email: 'paula@example.com',
      role: 'user',
      rights: ['read', 'edit'],
    });
    const token = await bed.lastLink('paula@example.com');
    expect(await lookUp(token)).toMatchObject({ kind: 'member', organisation: 'Bäckerei Korn', hasAccount: true });
    expect(await codeOf(accept(token))).toBe('account_exists');
    expect(await codeOf(joinWithAccount(bed.ctxOf(chef), { token, ip: '192.0.2.7' }))).toBe('already_member');
    const { history } = await joinWithAccount(bed.ctxOf(paula), { token, ip: '192.0.2.7' });
    expect(history.kind).toBe('member.joined');
    expect(await me(bed.ctxOf(paula))).toMatchObject({ onlyMandant: { id: mandant.id, rights: ['read', 'edit'] } });
    expect(await codeOf(joinWithAccount(bed.ctxOf(paula), { token, ip: '192.0.2.7' }))).toBe('link_expired');
  });

  it('end after seven days, when withdrawn, and when they never were', async () => {
    const firm = await bed.lay.firm('Kanzlei Eiche');
    const invite = () =>
      inviteStaff(bed.ctxOf(firm.admin), {
        firmId: firm.id,
        email: 'otto@example.com',
        role: 'user',
        mayManageConnections: false,
      });
    await invite();
    const older = await bed.lastLink('otto@example.com');
    bed.services.clock.forward(1);
    await invite();
    const newer = await bed.lastLink('otto@example.com');
    expect(await codeOf(accept(older))).toBe('link_expired');
    bed.services.clock.forward(7 * day);
    expect(await codeOf(accept(newer))).toBe('link_expired');
    expect(await codeOf(lookUp('no-such-link-at-all-here'))).toBe('link_expired');
  });
});

describe('invitations stand on the right of whoever made them', () => {
  const join = (person: TestPerson, token: string) =>
    codeOf(joinWithAccount(bed.ctxOf(person), { token, ip: '192.0.2.7' }));
  const newAddress = () => `${bed.services.newId()}@example.com`;
  const someone = () => bed.lay.person('Nina Neu', { email: newAddress() });
  const toFirm = async (by: TestPerson, firmId: string) => {
    const email = newAddress();
    await inviteStaff(bed.ctxOf(by), { firmId, email, role: 'admin', mayManageConnections: true });
    return bed.lastLink(email);
  };
  const toMandant = async (by: TestPerson, mandantId: string) => {
    const email = newAddress();
    await inviteMember(bed.ctxOf(by), { mandantId, email, role: 'admin', rights: [] });
    return bed.lastLink(email);
  };
  const byOperator = async (operator: TestPerson, consultantNumber: number) => {
    const adminEmail = newAddress();
    const ctx = bed.ctxOf(operator, { operator: true });
    const { answer, history } = await createFirm(ctx, { name: 'Kanzlei Ulme', consultantNumber, adminEmail });
    return { ...answer, kinds: history.map((entry) => entry.kind), token: await bed.lastLink(adminEmail) };
  };

  it('an admin of the firm who is removed lets nobody in any more, least of all themselves', async () => {
    const firm = await bed.lay.firm('Kanzlei Birke');
    const leaver = await bed.lay.staff(firm.id, 'Lena Leer', 'admin');
    const token = await toFirm(leaver, firm.id);
    const kept = await toFirm(firm.admin, firm.id);
    const { history } = await removeStaff(bed.ctxOf(firm.admin), { firmId: firm.id, userId: leaver.id });
    expect(history.map((entry) => entry.kind)).toEqual(['staff.removed', 'invitation.revoked']);
    expect(await join(leaver, token)).toBe('link_expired');
    expect(await codeOf(lookUp(token))).toBe('link_expired');
    expect(await join(await someone(), kept)).toBe('done');
  });

  it('nor does what is under way to the address of who leaves', async () => {
    const firm = await bed.lay.firm('Kanzlei Buche');
    const leaver = await bed.lay.person('Lars Leer', { email: newAddress() });
    await inviteStaff(bed.ctxOf(firm.admin), {
      firmId: firm.id,
      email: leaver.email,
      role: 'user',
      mayManageConnections: false,
    });
    await bed.lay.joinFirm(firm.id, leaver.id);
    await removeStaff(bed.ctxOf(firm.admin), { firmId: firm.id, userId: leaver.id });
    expect(await join(leaver, await bed.lastLink(leaver.email))).toBe('link_expired');
  });

  it('with the role of admin they end, and do not come back with it', async () => {
    const firm = await bed.lay.firm('Kanzlei Esche');
    const second = await bed.lay.staff(firm.id, 'Sven Zweit', 'admin');
    const token = await toFirm(second, firm.id);
    const set = (role: 'admin' | 'user') =>
      changeStaff(bed.ctxOf(firm.admin), { firmId: firm.id, userId: second.id, role });
    expect((await set('user')).history).toMatchObject([{ kind: 'staff.changed' }, { kind: 'invitation.revoked' }]);
    await set('admin');
    expect(await join(second, token)).toBe('link_expired');
    expect(await join(await someone(), token)).toBe('link_expired');
  });

  it('nobody may give what they have lost, however they lost it; and no list shows what is not good any more', async () => {
    const firm = await bed.lay.firm('Kanzlei Fichte');
    const second = await bed.lay.staff(firm.id, 'Sven Zweit', 'admin');
    const token = await toFirm(second, firm.id);
    const open = async () => (await listStaff(bed.ctxOf(firm.admin), { firmId: firm.id })).invitations;
    expect(await open()).toHaveLength(1);
    await db.sql("update firm_staff set role = 'user' where user_id = $1", [second.id]);
    expect(await join(await someone(), token)).toBe('link_expired');
    expect(await open()).toEqual([]);
  });

  it('an admin of the Mandant who leaves, or is one no longer, lets nobody in any more', async () => {
    const { id: mandantId } = await bed.lay.mandant('Bäckerei Korn');
    const [boss, leaver, second] = [
      await bed.lay.member(mandantId, 'Clara Korn'),
      await bed.lay.member(mandantId, 'Lena Leer'),
      await bed.lay.member(mandantId, 'Sven Zweit'),
    ];
    const [first, other] = [await toMandant(leaver, mandantId), await toMandant(second, mandantId)];
    const removed = await removeMember(bed.ctxOf(boss), { mandantId, userId: leaver.id });
    expect(removed.history).toMatchObject([{ kind: 'member.removed' }, { kind: 'invitation.revoked' }]);
    const changed = await changeMember(bed.ctxOf(boss), { mandantId, userId: second.id, role: 'user', rights: [] });
    expect(changed.history).toMatchObject([{ kind: 'member.changed' }, { kind: 'invitation.revoked' }]);
    expect([await join(leaver, first), await join(leaver, other)]).toEqual(['link_expired', 'link_expired']);
  });

  it('a Kanzlei-Admin who leaves lets nobody into a Mandant either, and the Mandant is told', async () => {
    const firm = await bed.lay.firm('Kanzlei Tanne');
    const leaver = await bed.lay.staff(firm.id, 'Lena Leer', 'admin');
    const adminEmail = newAddress();
    const { answer } = await createMandant(bed.ctxOf(leaver), {
      firmId: firm.id,
      name: 'Neu GmbH',
      mandantNumber: 4711,
      adminEmail,
    });
    await removeStaff(bed.ctxOf(firm.admin), { firmId: firm.id, userId: leaver.id });
    expect(await join(leaver, await bed.lastLink(adminEmail))).toBe('link_expired');
    const told = await bed.history('mandant', 'invitation.revoked');
    expect(
      told.filter((entry) => 'mandantId' in entry.subject && entry.subject.mandantId === answer.mandantId),
    ).toHaveLength(1);
  });

  it('of several first admins that the firm invited to a Mandant one comes, also when they come at the same moment', async () => {
    const firm = await bed.lay.firm('Kanzlei Lärche');
    const { id: mandantId } = await bed.lay.mandant('Neu GmbH', { firmId: firm.id });
    const links = [await toMandant(firm.admin, mandantId), await toMandant(firm.admin, mandantId)];
    const both = await Promise.all(links.map(async (token) => join(await someone(), token)));
    expect(both.sort()).toEqual(['done', 'link_expired']);
    expect((await listMembers(bed.ctxOf(firm.admin), { mandantId })).invitations).toEqual([]);
  });

  it('a Mandant restricted to one Kanzlei-Admin is not entered by what another one invited', async () => {
    const firm = await bed.lay.firm('Kanzlei Kiefer');
    const second = await bed.lay.staff(firm.id, 'Sven Zweit', 'admin');
    const { id: mandantId } = await bed.lay.mandant('Geheim GmbH', { firmId: firm.id });
    const [kept, ended] = [await toMandant(firm.admin, mandantId), await toMandant(second, mandantId)];
    const { history } = await restrictMandant(bed.ctxOf(firm.admin), { mandantId, userId: firm.admin.id });
    expect(history).toMatchObject([{ kind: 'mandant.restricted' }, { kind: 'invitation.revoked' }]);
    expect(await join(second, ended)).toBe('link_expired');
    expect(await join(await someone(), kept)).toBe('done');
  });

  it('of the operator’s to a new firm only the newest is good, and none once somebody has come', async () => {
    const operator = await bed.lay.person('Otto Operator', { operator: true });
    const [stranger, right] = [await bed.lay.person('Frida Fremd'), await bed.lay.person('Rita Richtig')];
    const mistyped = await byOperator(operator, 61_001);
    const corrected = await byOperator(operator, 61_001);
    expect([mistyped.kinds, corrected.kinds]).toEqual([
      ['firm.created', 'staff.invited'],
      ['invitation.revoked', 'staff.invited'],
    ]);
    expect(await join(stranger, mistyped.token)).toBe('link_expired');
    expect(await join(right, corrected.token)).toBe('done');
    // As it was before the first was taken back with the second: two that are open.
    await db.sql('update invitations set revoked_at = null where firm_id = $1', [mistyped.firmId]);
    expect(await join(stranger, mistyped.token)).toBe('link_expired');
  });
});
