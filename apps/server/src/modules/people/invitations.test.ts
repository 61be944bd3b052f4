import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { day } from '../../testServices.ts';
import { inviteStaff } from '../firms/inviteStaff.ts';
import { inviteMember } from '../mandanten/inviteMember.ts';
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
