import { silentAfterSeconds } from '@bruecke/contract';
import { needsSomeone } from '@bruecke/model';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { type TestFirms, testFirms } from '../../testFirms.ts';
import { createTestServices, ctxOf, day, type TestPerson, type TestServices } from '../../testServices.ts';
import { layBinding, layConnector } from '../connectors/testLink.ts';
import { readOverview } from '../mandanten/overview.ts';
import { changeFirm } from './changeFirm.ts';
import { changeStaff } from './changeStaff.ts';
import { createMandant } from './createMandant.ts';
import { getFirm } from './getFirm.ts';
import { inviteStaff } from './inviteStaff.ts';
import { listMandantenOfFirm } from './listMandanten.ts';
import { listStaff } from './listStaff.ts';
import { rankOf } from './needs.ts';
import { removeStaff } from './removeStaff.ts';
import { revokeStaffInvitation } from './revokeStaffInvitation.ts';

let db: TestDatabase;
let services: TestServices;
let make: TestFirms;
let firm: Awaited<ReturnType<TestFirms['firm']>>;
let second: TestPerson;
let user: TestPerson;
let seed = 100;

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
});

const as = (person: TestPerson) => ctxOf(services, person);
const code = (what: string) => expect.objectContaining({ code: what });
const historyOf = (firmId: string) =>
  db.sql<{ kind: string; data: unknown }>('select kind, data from firm_history where firm_id = $1 order by at, id', [
    firmId,
  ]);

describe('firm data', () => {
  it('is read by its people and changed by its admins, with history', async () => {
    expect(await getFirm(as(user), { firmId: firm.id })).toEqual({
      id: firm.id,
      name: 'Kanzlei Nord',
      consultantNumber: firm.consultantNumber,
    });
    await expect(changeFirm(as(user), { firmId: firm.id, name: 'X' })).rejects.toEqual(code('right_missing'));
    const { answer, history } = await changeFirm(as(firm.admin), { firmId: firm.id, name: ' Kanzlei Süd ' });
    expect(answer.name).toBe('Kanzlei Süd');
    expect(history).toMatchObject({ kind: 'firm.changed' });
    expect((await changeFirm(as(firm.admin), { firmId: firm.id, name: 'Kanzlei Süd' })).history).toBe('unchanged');
    const other = await make.firm('Andere', { consultantNumber: 30_000 + seed });
    await expect(getFirm(as(other.admin), { firmId: firm.id })).rejects.toEqual(code('not_found'));
  });
});

describe('people of the firm', () => {
  it('are invited once per address; a newer invitation ends the older; it can be withdrawn', async () => {
    const input = { firmId: firm.id, email: 'neu@example.com', role: 'user' as const, mayManageConnections: true };
    const first = await inviteStaff(as(firm.admin), input);
    const again = await inviteStaff(as(firm.admin), { ...input, email: 'NEU@example.com' });
    expect((await listStaff(as(user), { firmId: firm.id })).invitations.map((open) => open.id)).toEqual([
      again.answer.id,
    ]);
    await expect(
      revokeStaffInvitation(as(firm.admin), { firmId: firm.id, invitationId: first.answer.id }),
    ).rejects.toEqual(code('not_found'));
    await revokeStaffInvitation(as(firm.admin), { firmId: firm.id, invitationId: again.answer.id });
    expect((await listStaff(as(user), { firmId: firm.id })).invitations).toEqual([]);
    await expect(inviteStaff(as(firm.admin), { ...input, email: user.email.toUpperCase() })).rejects.toEqual(
      code('already_member'),
    );
    const mails = await db.sql<{ kind: string; link: string }>(
      "select kind, link from mails where recipient ilike 'neu@%'",
    );
    expect(mails.filter((mail) => /^\/einladung#[\w-]{43}$/.test(mail.link))).toHaveLength(mails.length);
    expect((await historyOf(firm.id)).map((entry) => entry.kind).sort()).toEqual([
      'invitation.revoked',
      'staff.invited',
      'staff.invited',
    ]);
  });

  it('keep an admin, also when two remove each other at the same moment', async () => {
    const results = await Promise.allSettled([
      removeStaff(as(firm.admin), { firmId: firm.id, userId: second.id }),
      removeStaff(as(second), { firmId: firm.id, userId: firm.admin.id }),
    ]);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    const admins = await db.sql("select from firm_staff where firm_id = $1 and role = 'admin'", [firm.id]);
    expect(admins).toHaveLength(1);
  });

  it('cannot lose the last admin by a change of role either', async () => {
    await changeStaff(as(firm.admin), { firmId: firm.id, userId: second.id, role: 'user' });
    await expect(changeStaff(as(firm.admin), { firmId: firm.id, userId: firm.admin.id, role: 'user' })).rejects.toEqual(
      code('last_admin'),
    );
    await expect(removeStaff(as(firm.admin), { firmId: firm.id, userId: firm.admin.id })).rejects.toEqual(
      code('last_admin'),
    );
  });

  it('hand restricted Mandanten over first, even those that the one who removes does not see', async () => {
    const mandant = await make.mandant('Geheim GmbH', { firmId: firm.id });
    await make.restrict(mandant.id, second.id);
    await expect(removeStaff(as(firm.admin), { firmId: firm.id, userId: second.id })).rejects.toEqual(
      code('hand_over_first'),
    );
    await expect(changeStaff(as(firm.admin), { firmId: firm.id, userId: second.id, role: 'user' })).rejects.toEqual(
      code('hand_over_first'),
    );
    // Past the verb, the database says the same at commit.
    const past = db.withTenant({ as: 'user', userId: firm.admin.id }, (tx) =>
      tx.deleteFrom('firm_staff').where('user_id', '=', second.id).execute(),
    );
    await expect(past).rejects.toMatchObject({ code: 'BR002' });
  });

  it('leave without leftovers: sight, assignments and keys end, also on hidden Mandanten, and do not wake up again', async () => {
    const open = await make.mandant('Offen GmbH', { firmId: firm.id });
    const hidden = await make.mandant('Verdeckt GmbH', { firmId: firm.id });
    await make.assign(open.id, firm.id, user.id);
    await make.assign(hidden.id, firm.id, user.id);
    await make.restrict(hidden.id, second.id);
    await db.sql(
      "insert into api_keys (id, user_id, mandant_id, rights, name, prefix, token_hash, created_at) values ($1, $2, $3, '{read}', 'k', 'p', $4, now())",
      [services.newId(), user.id, open.id, services.newId()],
    );
    const { history } = await removeStaff(as(firm.admin), { firmId: firm.id, userId: user.id });
    expect(history.map((entry) => entry.kind)).toEqual(['staff.removed', 'assignment.changed']);
    expect(await db.sql('select from access where user_id = $1', [user.id])).toEqual([]);
    expect(await db.sql('select from assignments where user_id = $1', [user.id])).toEqual([]);
    expect(await db.sql('select from api_keys where user_id = $1 and revoked_at is null', [user.id])).toEqual([]);
    const told = await db.sql<{ mandant_id: string }>(
      "select mandant_id from mandant_history where kind = 'assignment.changed' and subject ->> 'userId' = $1",
      [user.id],
    );
    expect(told.map((row) => row.mandant_id).sort()).toEqual([open.id, hidden.id].sort());
    await make.joinFirm(firm.id, user.id);
    expect(await db.sql('select from access where user_id = $1', [user.id])).toEqual([]);
  });
});

describe('createMandant', () => {
  it('opens a Kanzleiverbindung, invites the first admin, and refuses a number twice, hidden ones included', async () => {
    const { answer, history } = await createMandant(as(firm.admin), {
      firmId: firm.id,
      name: 'Neu GmbH',
      mandantNumber: 4711,
      adminEmail: 'chef@example.com',
    });
    expect(history.map((entry) => entry.kind)).toEqual(['mandant.created', 'engagement.opened', 'member.invited']);
    await make.restrict(answer.mandantId, second.id);
    await expect(
      createMandant(as(firm.admin), { firmId: firm.id, name: 'Andere', mandantNumber: 4711 }),
    ).rejects.toEqual(code('number_taken'));
    await expect(createMandant(as(user), { firmId: firm.id, name: 'Andere', mandantNumber: 4712 })).rejects.toEqual(
      code('right_missing'),
    );
  });
});

describe('listMandanten', () => {
  it('shows each person what they see, with counts and states, by number, name and need', async () => {
    const a = await make.mandant('Zeta GmbH', { firmId: firm.id, mandantNumber: 10 });
    const b = await make.mandant('Alpha GmbH', { firmId: firm.id, mandantNumber: 20 });
    const c = await make.mandant('Mitte GmbH', { firmId: firm.id, mandantNumber: 30 });
    await make.restrict(c.id, second.id);
    await make.assign(b.id, firm.id, user.id);
    await addConnection(a.id);
    await addVoucher(b.id, 'error', new Date(services.now().getTime() - day));
    await addVoucher(b.id, 'waiting', services.now());
    const list = (person: TestPerson, more = {}) => listMandantenOfFirm(as(person), { firmId: firm.id, ...more });
    const names = async (person: TestPerson, more = {}) => (await list(person, more)).rows.map((row) => row.name);
    expect(await names(firm.admin)).toEqual(['Zeta GmbH', 'Alpha GmbH']);
    expect(await names(second, { order: 'name' })).toEqual(['Alpha GmbH', 'Mitte GmbH', 'Zeta GmbH']);
    expect(await names(second, { order: 'need' })).toEqual(['Alpha GmbH', 'Zeta GmbH', 'Mitte GmbH']);
    expect(await names(user)).toEqual(['Alpha GmbH']);
    expect(await names(second, { text: 'MITTE' })).toEqual(['Mitte GmbH']);
    expect(await names(second, { text: '20' })).toEqual(['Alpha GmbH']);
    const [zeta, alpha] = (await list(firm.admin)).rows;
    expect(zeta).toMatchObject({ connectionState: 'active', restricted: false, lastHandedInAt: null });
    expect(alpha).toMatchObject({
      connectionState: 'not_set_up',
      waiting: 1,
      errors: 1,
      questions: 0,
      lastHandedInAt: services.now().toISOString(),
      assignedTo: [{ userId: user.id, name: 'Ulf Nutzer' }],
    });
    for (const order of ['number', 'name', 'need'] as const) {
      const first = await list(second, { order, limit: 2 });
      const rest = await list(second, { order, limit: 2, offset: 2 });
      expect([first.total, rest.total]).toEqual([3, 3]);
      expect([...first.rows, ...rest.rows].map((row) => row.name)).toEqual(await names(second, { order }));
    }
  });

  it('comes in windows, in each order up and down; equals stay in their order, and beyond the end there is nothing but the facts', async () => {
    const many = 1100;
    await db.sql(
      `with made as (insert into mandanten (mandant_id, name, created_at)
         select gen_random_uuid(), 'Gleich ' || i % 7, $1 from generate_series(1, $2::int) i returning mandant_id)
       insert into engagements (mandant_id, id, firm_id, mandant_number, since)
       select mandant_id, gen_random_uuid(), $3, 100 + row_number() over (order by mandant_id), $1 from made`,
      [services.now(), many, firm.id],
    );
    await addVoucher(await idOf(900), 'error', services.now());
    const list = (more: Partial<Parameters<typeof listMandantenOfFirm>[1]>) =>
      listMandantenOfFirm(as(second), { firmId: firm.id, ...more });
    const numbersOf = ({ rows }: Awaited<ReturnType<typeof list>>) => rows.map((row) => row.mandantNumber);
    const inWindows = async (more: Parameters<typeof list>[0]) => {
      const numbers: number[] = [];
      for (let offset = 0; offset < many; offset += 400) {
        const window = await list({ ...more, offset, limit: 400 });
        expect(window.total).toBe(many);
        numbers.push(...numbersOf(window));
      }
      return numbers;
    };
    const byNumber = Array.from({ length: many }, (_, i) => 101 + i);
    const names = new Map((await list({ limit: 1000 })).rows.map((row) => [row.mandantNumber, row.name]));
    for (const row of (await list({ limit: 1000, offset: 1000 })).rows) names.set(row.mandantNumber, row.name);
    const nameOf = (number: number) => names.get(number) ?? '';
    const byName = byNumber.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)) || a - b);
    const orders = {
      number: byNumber,
      name: byName,
      need: [900, ...byNumber.filter((number) => number !== 900)],
    };
    for (const [order, expected] of Object.entries(orders) as [keyof typeof orders, number[]][]) {
      expect(await inWindows({ order })).toEqual(expected);
      expect(await inWindows({ order, direction: 'down' })).toEqual(expected.toReversed());
      expect(await list({ order, offset: many })).toEqual({ rows: [], total: many, figuresSetUp: false });
      const found = byNumber.filter((number) => nameOf(number) === 'Gleich 3');
      const last = numbersOf(await list({ order, direction: 'down', text: 'gleich 3', limit: 3 }));
      expect(last).toEqual(found.toReversed().slice(0, 3));
    }
  });

  it('says whether figures are set up for anybody in sight, whatever the page shows', async () => {
    const told = async (more = {}, person = second) =>
      (await listMandantenOfFirm(as(person), { firmId: firm.id, ...more })).figuresSetUp;
    const { id: mandantId, engagementId } = await make.mandant('Zeta GmbH', { firmId: firm.id, mandantNumber: 10 });
    expect(await told()).toBe(false);
    const connectorId = await layConnector(db, services, firm.id, { machine: 'DATEV-SRV', confirmedBy: firm.admin.id });
    expect(await told()).toBe(false);
    await layBinding(db, services, {
      mandantId,
      engagementId: engagementId ?? '',
      connectorId,
      guid: services.newId(),
    });
    expect([await told(), await told({ text: 'niemand' }), await told({ order: 'need', offset: 5 })]).toEqual([
      true,
      true,
      true,
    ]);
    const { id: otherId } = await make.mandant('Alpha GmbH', { firmId: firm.id, mandantNumber: 20 });
    await make.assign(otherId, firm.id, user.id);
    expect(await told({}, user)).toBe(false);
    await make.assign(mandantId, firm.id, user.id);
    expect(await told({}, user)).toBe(true);
    await make.restrict(mandantId, user.id);
    expect(await told()).toBe(false);
    await make.restrict(mandantId, second.id);
    await db.sql('update connections set severed_at = $2 where mandant_id = $1', [mandantId, services.now()]);
    expect(await told()).toBe(false);
    await db.sql(
      `insert into binding_requests (mandant_id, id, engagement_id, connector_id, client_guid, company_name, consultant_number,
         mandant_number, asked_by, asked_at) values ($1, $2, $3, $4, 'g', 'Zeta', 1001, 99, $5, $6)`,
      [mandantId, services.newId(), engagementId, connectorId, firm.admin.id, services.now()],
    );
    expect([await told(), await told({}, firm.admin)]).toEqual([true, false]);
  });

  it('tells who needs someone, and how many there are all the same', async () => {
    const calm = await make.mandant('Alpha GmbH', { firmId: firm.id, mandantNumber: 10 });
    const asked = await make.mandant('Mitte GmbH', { firmId: firm.id, mandantNumber: 20 });
    const lost = await make.mandant('Zeta GmbH', { firmId: firm.id, mandantNumber: 30 });
    const all = { firmId: firm.id, needing: true } as const;
    expect(await listMandantenOfFirm(as(second), all)).toMatchObject({ rows: [], total: 3 });
    await addVoucher(calm.id, 'waiting', services.now());
    await addVoucher(asked.id, 'question', services.now());
    await addConnection(lost.id);
    await db.sql(`update grants set state = 'lost' where mandant_id = $1`, [lost.id]);
    const names = async (more: object) => {
      const { rows, total } = await listMandantenOfFirm(as(second), { ...all, ...more });
      expect(total).toBe(3);
      return rows.map((row) => row.name);
    };
    expect(await names({ order: 'need' })).toEqual(['Zeta GmbH', 'Mitte GmbH']);
    expect(await names({ limit: 1 })).toEqual(['Mitte GmbH']);
    expect(await names({ limit: 1, offset: 1 })).toEqual(['Zeta GmbH']);
    expect(await names({ offset: 2 })).toEqual([]);
    expect(await names({ order: 'name', direction: 'down' })).toEqual(['Zeta GmbH', 'Mitte GmbH']);
  });

  // Of all it is read only as far as need hangs on it, with times no finer than the edges at which a state changes.
  it('knows who needs someone, and how much, as the rows themselves tell it, in each millisecond around the edges', async () => {
    const start = services.now().getTime();
    const connector = (machine: string) => layConnector(db, services, firm.id, { machine, confirmedBy: firm.admin.id });
    const [quiet, awake] = [await connector('DATEV-SRV-01'), await connector('DATEV-SRV-02')];
    await db.sql(`update connectors set last_seen_at = $2 where id = $1`, [awake, new Date(start + 400 * day)]);
    for (const [index, age] of [0, 1, 300, 340].entries()) {
      const { id, engagementId } = await make.mandant(`Mandant ${index}`, {
        firmId: firm.id,
        mandantNumber: 10 + index,
      });
      await addConnection(id);
      await db.sql(`update grants set refresh_expires_at = $2 where mandant_id = $1`, [
        id,
        new Date(start + (365 - age) * day),
      ]);
      const guid = services.newId();
      if (index === 1) continue;
      const connectorId = index === 3 ? awake : quiet;
      await layBinding(db, services, { mandantId: id, engagementId: engagementId ?? '', connectorId, guid });
      await db.sql(
        `insert into ledgers (mandant_id, ledger_no, client_guid, connection_id, engagement_id, created_at, first_read_at, last_run_at)
         select mandant_id, 1, client_id, id, engagement_id, $2, $2, $2 from connections where channel = 'datevconnect' and mandant_id = $1`,
        [id, services.now()],
      );
      await db.sql(
        `insert into fiscal_years (mandant_id, year_no, ledger_no, fiscal_year_id, first_day, last_day, consultant_number, mandant_number,
           account_length, account_system, currency, locked, stand)
         values ($1, 1, 1, '20260101', '2026-01-01', '2026-12-31', 1, 1, 4, 3, 'EUR', false, $2)`,
        [id, new Date(start - index * day)],
      );
    }
    await addVoucher(await idOf(11), 'question', services.now());
    const edges = [0, silentAfterSeconds * 1000, ...[3, 6, 25, 35, 65, 364, 365].map((days) => days * day)];
    const seen = new Set<string>();
    for (const at of edges.flatMap((edge) => [edge - 1, edge, edge + 1])) {
      const ctx = { ...as(second), now: () => new Date(start + at) };
      const list = async (more: object) => (await listMandantenOfFirm(ctx, { firmId: firm.id, ...more })).rows;
      const rows = await list({});
      expect(await list({ order: 'need' })).toEqual(rows.toSorted((a, b) => rankOf(a) - rankOf(b)));
      expect(await list({ needing: true })).toEqual(rows.filter(needsSomeone));
      for (const row of rows) seen.add(row.connectionState).add(row.figures?.state ?? 'none');
    }
    expect([...seen].sort()).toEqual(['active', 'current', 'expiring', 'needs_reauth', 'none', 'silent', 'stale']);
  });

  // The list reads as owner and only what the state hangs on, the overview whole rows through the policies.
  it('calls the state of a connection as the Mandant’s own overview does', async () => {
    const { id: mandantId } = await make.mandant('Zeta GmbH', { firmId: firm.id, mandantNumber: 10 });
    const told = async () => {
      const [row] = (await listMandantenOfFirm(as(firm.admin), { firmId: firm.id })).rows;
      expect(row?.connectionState).toBe((await readOverview(as(firm.admin), { mandantId })).connectionState);
      return row?.connectionState;
    };
    const connection = (set: string) => db.sql(`update connections set ${set} where mandant_id = $1`, [mandantId]);
    const grant = (set: string) => db.sql(`update grants set ${set} where mandant_id = $1`, [mandantId]);
    expect(await told()).toBe('not_set_up');
    await addConnection(mandantId);
    expect(await told()).toBe('active');
    await connection('last_success_at = null');
    expect(await told()).toBe('connecting');
    await grant(`refresh_expires_at = refresh_expires_at - interval '280 days'`);
    expect(await told()).toBe('expiring');
    await connection('reachable = false');
    expect(await told()).toBe('degraded');
    await connection(`setup = 'findings', setup_blocking = false`);
    expect(await told()).toBe('degraded');
    await connection('setup_blocking = true');
    expect(await told()).toBe('misconfigured');
    await grant(`refresh_expires_at = refresh_expires_at - interval '20 days'`);
    expect(await told()).toBe('needs_reauth');
    await grant(
      `state = 'lost', lost_at = consented_at, lost_reason = 'refused', refresh_expires_at = refresh_expires_at + interval '300 days'`,
    );
    expect(await told()).toBe('needs_reauth');
    await connection('switched_on = false');
    expect(await told()).toBe('paused');
    await grant(`state = 'revoked'`);
    expect(await told()).toBe('misconfigured');
  });
});

async function addConnection(mandantId: string): Promise<void> {
  const id = services.newId();
  const at = services.now();
  await db.sql(
    `insert into connections (mandant_id, id, channel, consultant_number, mandant_number, client_id, company_name, switched_on,
       switched_at, setup, checked_at, reachable, reachable_since, last_success_at, created_at)
     values ($1, $2, 'belegbilderservice', 1001, 1, 'c', 'Firma', true, $3, 'ready', $3, true, $3, $3, $3)`,
    [mandantId, id, at],
  );
  await db.sql(
    `insert into grants (mandant_id, id, connection_id, person_name, state, refresh_expires_at, scopes, consented_at)
     values ($1, $2, $3, 'Ada', 'valid', $4, '{}', $5)`,
    [mandantId, services.newId(), id, new Date(at.getTime() + 300 * day), at],
  );
}

async function addVoucher(mandantId: string, status: string, receivedAt: Date): Promise<void> {
  const sha = 'a'.repeat(64);
  await db.sql(
    'insert into blobs (mandant_id, sha256, size, created_at) values ($1, $2, 1, now()) on conflict do nothing',
    [mandantId, sha],
  );
  await db.sql(
    `insert into vouchers (mandant_id, id, received_at, upload_id, sha256, size, media_type, original_name, status, handed_in_by)
     values ($1, $2, $3, $4, $5, 1, 'application/pdf', 'a.pdf', $6, '{"type":"system"}')`,
    [mandantId, services.newId(), receivedAt, services.newId(), sha, status],
  );
}

async function idOf(mandantNumber: number): Promise<string> {
  const found = await db.sql<{ id: string }>(
    'select mandant_id as id from engagements where firm_id = $1 and mandant_number = $2',
    [firm.id, mandantNumber],
  );
  return found[0]?.id ?? '';
}
