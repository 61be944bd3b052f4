import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import type { Tx } from '../../db/withTenant.ts';
import { type TestFirms, testFirms } from '../../testFirms.ts';
import { createTestServices, ctxOf, day, type TestPerson, type TestServices } from '../../testServices.ts';
import { createMandant } from '../firms/index.ts';
import { removeStaff } from '../firms/removeStaff.ts';
import { restrictMandant } from '../mandanten/index.ts';
import { createApiKey } from '../people/createApiKey.ts';
import { readFirmHistory } from '../protocol/firmHistory.ts';
import { acceptEngagement } from './acceptEngagement.ts';
import { confirmEngagement } from './confirmEngagement.ts';
import { cutEngagement } from './cutEngagement.ts';
import { getEngagement } from './getEngagement.ts';
import { inviteFirm } from './inviteFirm.ts';
import { previewCut } from './previewCut.ts';
import { withdrawFirmInvitation } from './withdrawInvitation.ts';

let db: TestDatabase;
let services: TestServices;
let make: TestFirms;
let firm: Awaited<ReturnType<TestFirms['firm']>>;
let user: TestPerson;
let mandantId: string;
let boss: TestPerson;
let seed = 300;
const mandantName = 'Bäckerei Korn';

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  seed += 1;
  services = createTestServices(db, { seed });
  make = testFirms(db, services);
  firm = await make.firm('Kanzlei Nord', { consultantNumber: 20_000 + seed });
  user = await make.staff(firm.id, 'Ulf Nutzer');
  ({ id: mandantId } = await make.mandant(mandantName, { firmId: firm.id, mandantNumber: 500 }));
  boss = await make.member(mandantId, 'Clara Korn');
  await db.sql('delete from mails');
});

const as = (person: TestPerson) => ctxOf(services, person);
const code = (what: string) => expect.objectContaining({ code: what });

describe('Trennen', () => {
  it('is previewed with counts, and ends all of it in one transaction', async () => {
    await make.assign(mandantId, firm.id, user.id);
    const kept = await addConnection(firm.consultantNumber + 1);
    await addKey(user.id);
    await addKey(boss.id);
    await db.sql(
      `insert into invitations (id, kind, token_hash, email, mandant_id, role, invited_by, created_at, expires_at)
       values ($1::uuid, 'member', $1::uuid::text, 'x@example.com', $2, 'admin', $3, now(), now() + interval '1 day'),
              ($4::uuid, 'member', $4::uuid::text, 'y@example.com', $2, 'user', $5, now(), now() + interval '1 day'),
              ($6::uuid, 'member', $6::uuid::text, 'z@example.com', $2, 'user', $7, now(), now() + interval '1 day')`,
      [
        services.newId(),
        mandantId,
        firm.admin.id,
        services.newId(),
        // Of the firm no more.
        (await make.person('Frieda Früher')).id,
        services.newId(),
        boss.id,
      ],
    );
    // One living connection per channel: the firm's own takes the other's place.
    await db.sql('update connections set severed_at = now() where id = $1', [kept]);
    const own = await addConnection(firm.consultantNumber);
    const waiting = await addDelivery(own, 'waiting', false);
    const unclear = await addDelivery(own, 'waiting', true);

    const preview = await previewCut(as(boss), { mandantId });
    expect(preview).toMatchObject({
      mandantName,
      firmName: 'Kanzlei Nord',
      side: 'mandant',
      ends: {
        people: [{ userId: firm.admin.id }, { userId: user.id }],
        connections: 1,
        grants: 1,
        waitingDeliveries: 1,
        unclearDeliveries: 1,
        apiKeys: 1,
        assignments: 1,
      },
      stays: { vouchers: 2, people: 1 },
      refusal: null,
    });
    expect((await previewCut(as(firm.admin), { mandantId })).side).toBe('firm');
    await expect(cutEngagement(as(boss), { mandantId, mandantName: 'Bäckerei' })).rejects.toEqual(
      code('name_does_not_match'),
    );
    await expect(cutEngagement(as(user), { mandantId, mandantName })).rejects.toEqual(code('right_missing'));

    const { answer, history } = await cutEngagement(as(firm.admin), { mandantId, mandantName });
    expect(answer).toEqual({ endedAt: services.now().toISOString() });
    expect(history.map((entry) => entry.kind).sort()).toEqual([
      'connection.severed',
      'delivery.cancelled',
      'delivery.unresolved',
      'engagement.ended',
    ]);
    expect(await db.sql<{ via: string }>('select via from access where mandant_id = $1', [mandantId])).toEqual([
      { via: 'mandant' },
    ]);
    const phases = await db.sql<{ id: string; phase: string }>(
      'select id, phase from deliveries where mandant_id = $1',
      [mandantId],
    );
    expect(new Map(phases.map((row) => [row.id, row.phase]))).toEqual(
      new Map([
        [waiting, 'cancelled'],
        [unclear, 'unresolved'],
      ]),
    );
    expect(await db.sql('select from connections where mandant_id = $1 and severed_at is null', [mandantId])).toEqual(
      [],
    );
    expect(
      await db.sql("select from grants where mandant_id = $1 and state in ('valid', 'lost')", [mandantId]),
    ).toHaveLength(1); // of the connection to the other dataset, which is not this firm's
    const keys = await db.sql<{ user_id: string }>(
      'select user_id from api_keys where mandant_id = $1 and revoked_at is null',
      [mandantId],
    );
    expect(keys).toEqual([{ user_id: boss.id }]);
    expect(await db.sql('select from assignments where mandant_id = $1', [mandantId])).toEqual([]);
    expect(
      await db.sql('select email from invitations where mandant_id = $1 and revoked_at is null', [mandantId]),
    ).toEqual([{ email: 'z@example.com' }]);
    const sides = await db.sql<{ data: object }>(
      `select data from firm_history where firm_id = $1 and kind = 'engagement.ended'
       union all select data from mandant_history where mandant_id = $2 and kind = 'engagement.ended'`,
      [firm.id, mandantId],
    );
    expect(sides).toHaveLength(2);
    // Without it the policy could not hide what happened at a restricted Mandant from the firm's other admins.
    const nameless = await db.sql(
      `select kind from firm_history
        where firm_id = $1 and split_part(kind, '.', 1) in ('mandant', 'member', 'engagement', 'connection')
          and subject ->> 'mandantId' is null`,
      [firm.id],
    );
    expect(nameless).toEqual([]);
    expect(sides[0]?.data).toMatchObject({ side: 'firm', apiKeys: 1, invitations: 2, firmPeople: 2 });
    const mails = await db.sql<{ recipient: string; kind: string; link: string | null }>(
      'select recipient, kind, link from mails',
    );
    expect(mails.map((mail) => mail.recipient).sort()).toEqual([boss.email, firm.admin.email].sort());
    expect(mails.every((mail) => mail.kind === 'engagementEnded' && mail.link === null)).toBe(true);
    await expect(getEngagement(as(firm.admin), { mandantId })).rejects.toEqual(code('not_found'));
    expect(await getEngagement(as(boss), { mandantId })).toMatchObject({
      open: null,
      ended: [{ firmName: 'Kanzlei Nord', endedBySide: 'firm' }],
    });
    await expect(cutEngagement(as(boss), { mandantId, mandantName })).rejects.toEqual(code('no_engagement'));
  });

  it.each(['cut', 'leaving the firm'] as const)('leaves no key that was made beside it: %s', async (what) => {
    const other = await make.staff(firm.id, 'Zweite Admin', 'admin');
    await besideOpen(
      (stayOpen) => {
        const ctx = as(other);
        const withTenant: typeof ctx.withTenant = (by, work, options) =>
          ctx.withTenant(by, (tx) => work(tx).then((made) => stayOpen().then(() => made)), options);
        return createApiKey({ ...ctx, withTenant }, { name: 'Skript', mandantId, rights: ['read'] });
      },
      () =>
        what === 'cut'
          ? cutEngagement(as(boss), { mandantId, mandantName })
          : removeStaff(as(firm.admin), { firmId: firm.id, userId: other.id }),
    );
    expect(await db.sql('select revoked_at from api_keys where user_id = $1', [other.id])).toEqual([
      { revoked_at: services.now() },
    ]);
  });

  it('is refused while the Mandant has no admin of its own', async () => {
    const { id: alone } = await make.mandant('Ohne Admin', { firmId: firm.id, mandantNumber: 501 });
    await make.member(alone, 'Nur Nutzer', 'user', ['read']);
    expect((await previewCut(as(firm.admin), { mandantId: alone })).refusal).toBe('mandant_needs_admin');
    await expect(cutEngagement(as(firm.admin), { mandantId: alone, mandantName: 'Ohne Admin' })).rejects.toEqual(
      code('mandant_needs_admin'),
    );
  });

  it('takes only the firm’s side from who acts on both, and lifts a restriction without naming the Mandant to the firm', async () => {
    await make.joinMandant(mandantId, firm.admin.id, 'user', ['read']);
    const other = await make.staff(firm.id, 'Zweite Admin', 'admin');
    await make.restrict(mandantId, firm.admin.id);
    await addKey(firm.admin.id);
    expect((await previewCut(as(firm.admin), { mandantId })).side).toBe('firm');
    await cutEngagement(as(firm.admin), { mandantId, mandantName });
    expect(
      await db.sql('select via from access where mandant_id = $1 and user_id = $2', [mandantId, firm.admin.id]),
    ).toEqual([{ via: 'mandant' }]);
    expect(
      await db.sql('select from api_keys where user_id = $1 and revoked_at is null', [firm.admin.id]),
    ).toHaveLength(1);
    expect(await db.sql('select restricted_to from mandanten where mandant_id = $1', [mandantId])).toEqual([
      { restricted_to: null },
    ]);
    const beside = await db.sql<{ value: string }>('select value from firm_history_people where firm_id = $1', [
      firm.id,
    ]);
    expect(beside.map((row) => row.value)).not.toContain(mandantName);
    const mails = await db.sql<{ recipient: string }>('select recipient from mails');
    expect(mails.map((mail) => mail.recipient)).not.toContain(other.email);
  });

  it('severs a connection on another dataset too where it rests on the firm’s people, and leaves one that rests on the Mandant’s', async () => {
    const left = await make.staff(firm.id, 'Leo Weg', 'admin');
    const both = await make.staff(firm.id, 'Bea Beides', 'admin');
    const elsewhere = firm.consultantNumber + 1;
    type Case = [connectedBy: TestPerson, consentOf: TestPerson | null, under: 'engagement' | 'none', severed: boolean];
    const cases: Case[] = [
      [firm.admin, firm.admin, 'engagement', true],
      [boss, firm.admin, 'engagement', true],
      [boss, firm.admin, 'none', true],
      [left, left, 'engagement', true],
      [firm.admin, null, 'engagement', true],
      [boss, null, 'engagement', false],
      [firm.admin, boss, 'engagement', false],
      [firm.admin, both, 'engagement', false],
      [boss, boss, 'none', false],
    ];
    const laid = [];
    for (const [connectedBy, consentOf, under, severed] of cases) {
      const { id, engagementId } = await make.mandant('Fall', { firmId: firm.id });
      const chief = await make.member(id, 'Chefin');
      for (const person of [boss, both]) await make.joinMandant(id, person.id, 'user', ['read']);
      const connectionId = await addConnection(elsewhere, {
        mandantId: id,
        engagementId: under === 'engagement' ? engagementId : null,
        createdBy: connectedBy.id,
        grantedBy: consentOf?.id ?? null,
      });
      laid.push({ id, chief, connectionId, severed, grants: severed && consentOf ? 1 : 0 });
    }
    await db.sql('delete from firm_staff where user_id = $1', [left.id]);
    for (const { id, chief, connectionId, severed, grants } of laid) {
      const { ends } = await previewCut(as(chief), { mandantId: id });
      expect(ends).toMatchObject({ connections: severed ? 1 : 0, grants });
      await cutEngagement(as(chief), { mandantId: id, mandantName: 'Fall' });
      const rows = await db.sql(
        'select switched_on, severed_at is not null as severed from connections where id = $1',
        [connectionId],
      );
      expect(rows).toEqual([{ switched_on: !severed, severed }]);
      const revoking = await db.sql("select from grants where mandant_id = $1 and state = 'revoking'", [id]);
      expect(revoking).toHaveLength(grants);
    }
  });

  it('severs a connection whose consent is just being stored', async () => {
    const { id, engagementId } = await make.mandant('Fall', { firmId: firm.id });
    const chief = await make.member(id, 'Chefin');
    const of = { mandantId: id, engagementId, createdBy: chief.id };
    const connectionId = await addConnection(firm.consultantNumber + 1, { ...of, grantedBy: null });
    const consent = (tx: Tx) =>
      sql`with held as (select from connections where id = ${connectionId} for update)
        insert into grants (mandant_id, id, connection_id, granted_by, person_name, state, refresh_expires_at, scopes, consented_at)
        select ${id}, ${services.newId()}, ${connectionId}, ${firm.admin.id}, 'Ada', 'valid', now(), '{}', ${services.now()} from held`.execute(
        tx,
      );
    await besideOpen(
      (stayOpen) => services.withTenant({ as: 'job', mandantId: id }, (tx) => consent(tx).then(stayOpen)),
      () => cutEngagement(as(chief), { mandantId: id, mandantName: 'Fall' }),
    );
    expect(await db.sql('select state from grants where mandant_id = $1', [id])).toEqual([{ state: 'revoking' }]);
    expect(await db.sql('select from connections where mandant_id = $1 and severed_at is null', [id])).toEqual([]);
  });

  it('tells the firm’s other admins of a restricted Mandant as little as before it', async () => {
    const second = await make.staff(firm.id, 'Zweite Admin', 'admin');
    const { answer } = await createMandant(as(second), { firmId: firm.id, name: 'Geheim GmbH', mandantNumber: 777 });
    const secret = answer.mandantId;
    await restrictMandant(as(second), { mandantId: secret, userId: second.id });
    const chief = await make.member(secret, 'Chefin Geheim');
    const readBy = async (person: TestPerson, firmId = firm.id) =>
      (await readFirmHistory(as(person), { firmId })).entries.map((entry) => entry.kind);
    expect(await readBy(firm.admin)).toEqual([]);
    await cutEngagement(as(chief), { mandantId: secret, mandantName: 'Geheim GmbH' });
    expect(await readBy(firm.admin)).toEqual([]);
    const all = ['engagement.ended', 'engagement.opened', 'mandant.created', 'mandant.restricted'];
    expect((await readBy(second)).sort()).toEqual(all);

    // At another firm it is no secret, and does not become one to who is an admin there too.
    const next = await make.firm('Kanzlei Süd', { consultantNumber: 70_000 + seed });
    await make.joinFirm(next.id, firm.admin.id, 'admin');
    services.clock.forward(day);
    await make.engage(secret, next.id, 9);
    await restrictMandant(as(firm.admin), { mandantId: secret, userId: firm.admin.id });
    await restrictMandant(as(chief), { mandantId: secret, userId: null });
    expect(await readBy(firm.admin, next.id)).toHaveLength(2);
    expect(await readBy(firm.admin)).toEqual([]);

    // Back again and open to all, it is known; and stays so when it leaves.
    await cutEngagement(as(chief), { mandantId: secret, mandantName: 'Geheim GmbH' });
    services.clock.forward(day);
    await make.engage(secret, firm.id, 777);
    expect((await readBy(firm.admin)).sort()).toEqual(all);
    await cutEngagement(as(chief), { mandantId: secret, mandantName: 'Geheim GmbH' });
    expect((await readBy(firm.admin)).sort()).toEqual(['engagement.ended', ...all]);
  });

  it('happens once when both sides cut at the same moment', async () => {
    const results = await Promise.allSettled([
      cutEngagement(as(firm.admin), { mandantId, mandantName }),
      cutEngagement(as(boss), { mandantId, mandantName }),
    ]);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    const told = await db.sql("select from mandant_history where mandant_id = $1 and kind = 'engagement.ended'", [
      mandantId,
    ]);
    expect(told).toHaveLength(1);
  });

  it('ends deliveries of vouchers that the firm itself may not see', async () => {
    await cutEngagement(as(boss), { mandantId, mandantName });
    const next = await make.firm('Kanzlei Süd', { consultantNumber: 50_000 + seed });
    await make.engage(mandantId, next.id, 9, { accessFrom: new Date(services.now().getTime() + day) });
    const connection = await addConnection(next.consultantNumber);
    await addDelivery(connection, 'waiting', false);
    expect(await previewCut(as(next.admin), { mandantId })).toMatchObject({
      ends: { waitingDeliveries: 1 },
      stays: { vouchers: 0, people: 1 },
    });
    expect((await previewCut(as(boss), { mandantId })).stays.vouchers).toBe(1);
    await cutEngagement(as(next.admin), { mandantId, mandantName });
    expect(await db.sql('select phase from deliveries where connection_id = $1', [connection])).toEqual([
      { phase: 'cancelled' },
    ]);
  });
});

describe('Kanzlei einladen', () => {
  let next: Awaited<ReturnType<TestFirms['firm']>>;
  beforeEach(async () => {
    next = await make.firm('Kanzlei Süd', { consultantNumber: 60_000 + seed });
  });
  const invite = async (accessFrom = '2026-02-01') => {
    const { answer } = await inviteFirm(as(boss), { mandantId, email: 'kanzlei@example.com', accessFrom });
    const [mail] = await db.sql<{ link: string }>(
      "select link from mails where kind = 'firmInvitation' order by created_at desc limit 1",
    );
    return { invitationId: answer.id, token: mail?.link.split('#')[1] ?? '' };
  };
  const accept = (token: string, admin = next, mandantNumber = 77) =>
    acceptEngagement(as(admin.admin), { firmId: admin.id, token, mandantNumber });
  const confirm = (invitationId: string, checkCode: string) =>
    confirmEngagement(as(boss), { mandantId, invitationId, checkCode });

  it('needs the old one ended, a firm that accepts, and the code that it reads out', async () => {
    await expect(invite()).rejects.toEqual(code('engagement_exists'));
    await cutEngagement(as(boss), { mandantId, mandantName });
    await db.sql('delete from mails');
    const { invitationId, token } = await invite();
    await expect(confirm(invitationId, 'AAAA-AAAA')).rejects.toEqual(code('check_code_wrong'));
    const { answer } = await accept(token);
    expect(answer.checkCode).toMatch(/^[AEFHKMQRUXY34679]{4}-[AEFHKMQRUXY34679]{4}$/);
    const mails = await db.sql<{ recipient: string; kind: string }>(
      "select recipient, kind from mails where kind = 'engagementAccepted'",
    );
    expect(mails).toEqual([{ recipient: boss.email, kind: 'engagementAccepted' }]);
    expect((await getEngagement(as(boss), { mandantId })).invitations).toMatchObject([
      { state: 'accepted', firmName: 'Kanzlei Süd', consultantNumber: next.consultantNumber },
    ]);
    expect(await db.sql('select from access where user_id = $1', [next.admin.id])).toEqual([]);
    await expect(accept(token, firm)).rejects.toEqual(code('link_expired'));
    await confirm(invitationId, ` ${answer.checkCode.toLowerCase().replace('-', ' ')}`);
    const page = await getEngagement(as(next.admin), { mandantId });
    // Who was the firm before, and whom the Mandant invited, is the Mandant's.
    expect(page).toMatchObject({ open: { firmName: 'Kanzlei Süd', mandantNumber: 77 }, ended: [], invitations: [] });
    const [access] = await db.sql<{ voucher_from: Date; history_from: Date }>(
      'select voucher_from, history_from from access where user_id = $1',
      [next.admin.id],
    );
    expect(access?.voucher_from.toISOString()).toBe('2026-01-31T23:00:00.000Z');
    expect(access?.history_from).toEqual(services.now());
    await expect(confirm(invitationId, answer.checkCode)).rejects.toEqual(code('link_expired'));
    await expect(accept(token)).rejects.toEqual(code('link_expired'));
  });

  it('dies with the fifth wrong code, each counted although refused', async () => {
    await cutEngagement(as(boss), { mandantId, mandantName });
    const { invitationId, token } = await invite();
    const { answer } = await accept(token);
    for (let i = 0; i < 4; i += 1)
      await expect(confirm(invitationId, 'AAAA-AAAA')).rejects.toEqual(code('check_code_wrong'));
    await expect(confirm(invitationId, 'AAAA-AAAA')).rejects.toEqual(code('check_code_spent'));
    await expect(confirm(invitationId, answer.checkCode)).rejects.toEqual(code('check_code_spent'));
    await expect(accept(token)).rejects.toEqual(code('link_expired'));
    expect((await getEngagement(as(boss), { mandantId })).invitations).toMatchObject([{ state: 'expired' }]);
  });

  it('is over after seven days, when withdrawn, and for a number in use', async () => {
    await cutEngagement(as(boss), { mandantId, mandantName });
    const first = await invite();
    services.clock.forward(7 * day);
    await expect(accept(first.token)).rejects.toEqual(code('link_expired'));
    const again = await invite();
    await make.mandant('Andere', { firmId: next.id, mandantNumber: 78 });
    await expect(accept(again.token, next, 78)).rejects.toEqual(code('number_taken'));
    const { answer } = await accept(again.token);
    await withdrawFirmInvitation(as(boss), { mandantId, invitationId: again.invitationId });
    await expect(confirm(again.invitationId, answer.checkCode)).rejects.toEqual(code('link_expired'));
    await expect(accept('x'.repeat(43))).rejects.toEqual(code('link_expired'));
  });
});

/** Starts `act` while the transaction of `open` is at its end, and lets that commit once `act` waits for it, or has not waited. */
async function besideOpen(
  open: (stayOpen: () => Promise<void>) => Promise<unknown>,
  act: () => Promise<unknown>,
): Promise<void> {
  let letGo = () => {};
  const released = new Promise<void>((resolve) => (letGo = resolve));
  let opened: Promise<unknown> = Promise.resolve();
  await new Promise<void>((atItsEnd, failed) => {
    opened = open(() => {
      atItsEnd();
      return released;
    });
    opened.catch(failed);
  });
  let ended = false;
  const acting = act().finally(() => {
    ended = true;
  });
  const waits = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  while (!ended && (await db.sql(waits)).length === 0);
  letGo();
  await Promise.all([opened, acting]);
}

type LaidConnection = { mandantId: string; engagementId: string | null; createdBy: string; grantedBy: string | null };

/** Switched on and consented to; by nobody in particular unless given. */
async function addConnection(consultantNumber: number, given?: LaidConnection): Promise<string> {
  const id = services.newId();
  const at = services.now();
  const of = given?.mandantId ?? mandantId;
  await db.sql(
    `insert into connections (mandant_id, id, channel, engagement_id, consultant_number, mandant_number, client_id, company_name, switched_on,
       switched_at, created_at, created_by)
     values ($1, $2, 'belegbilderservice', $3, $4, 1, 'c', 'Firma', true, $5, $5, $6)`,
    [of, id, given?.engagementId ?? null, consultantNumber, at, given?.createdBy ?? null],
  );
  if (given && given.grantedBy === null) return id;
  await db.sql(
    `insert into grants (mandant_id, id, connection_id, granted_by, person_name, state, refresh_expires_at, scopes, consented_at)
     values ($1, $2, $3, $4, 'Ada', 'valid', $5, '{}', $6)`,
    [of, services.newId(), id, given?.grantedBy ?? null, new Date(at.getTime() + 300 * day), at],
  );
  return id;
}

async function addDelivery(connectionId: string, phase: string, maybeThere: boolean): Promise<string> {
  const [voucherId, id] = [services.newId(), services.newId()];
  const sha = 'a'.repeat(64);
  await db.sql(
    'insert into blobs (mandant_id, sha256, size, created_at) values ($1, $2, 1, now()) on conflict do nothing',
    [mandantId, sha],
  );
  await db.sql(
    `insert into vouchers (mandant_id, id, received_at, upload_id, sha256, size, media_type, original_name, status, handed_in_by)
     values ($1, $2, $3, $2, $4, 1, 'application/pdf', 'a.pdf', 'waiting', '{"type":"system"}')`,
    [mandantId, voucherId, services.now(), sha],
  );
  await db.sql(
    `insert into deliveries (mandant_id, id, voucher_id, connection_id, channel, consultant_number, mandant_number, run, guid, file_name_sent, phase, maybe_there, created_at, created_by)
     values ($1, $2::uuid, $3, $4, 'belegbilderservice', 1, 1, 1, $2::uuid::text, 'a.pdf', $5, $6, now(), '{"type":"system"}')`,
    [mandantId, id, voucherId, connectionId, phase, maybeThere],
  );
  return id;
}

async function addKey(userId: string): Promise<void> {
  await db.sql(
    "insert into api_keys (id, user_id, mandant_id, rights, name, prefix, token_hash, created_at) values ($1::uuid, $2, $3, '{read}', 'k', 'p', $1::uuid::text, now())",
    [services.newId(), userId, mandantId],
  );
}
