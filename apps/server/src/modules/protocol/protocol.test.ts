import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { actedBy, forgetPerson, recordHistory, sealPending } from '../../history/index.ts';
import { type TestFirms, testFirms } from '../../testFirms.ts';
import { createTestServices, ctxOf, minute, type TestPerson, type TestServices } from '../../testServices.ts';
import { readFirmHistory } from './firmHistory.ts';
import { readMandantHistory } from './mandantHistory.ts';

let db: TestDatabase;
let services: TestServices;
let make: TestFirms;
let firm: Awaited<ReturnType<TestFirms['firm']>>;
let second: TestPerson;
let mandantId: string;
let boss: TestPerson;
let seed = 400;

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
  ({ id: mandantId } = await make.mandant('Bäckerei Korn'));
  boss = await make.member(mandantId, 'Clara Korn');
});

const as = (person: TestPerson) => ctxOf(services, person);
const seal = async () => {
  while ((await sealPending({ tenancy: services, key: services.signingKey, now: services.now })) > 0);
};
async function write(person: TestPerson, kind: 'mandant.changed' | 'member.changed', firmIds: string[] = []) {
  const ctx = as(person);
  services.clock.forward(minute);
  return ctx.withTenant({ as: 'user', userId: person.id }, (tx) =>
    recordHistory(tx, ctx, {
      at: ctx.now(),
      kind,
      subject: { mandantId, userId: boss.id },
      data: { note: 1 },
      ...actedBy(ctx.caller, [{ label: 'mandant.name', value: 'Name von damals' }]),
      mandantIds: [mandantId],
      firmIds,
    }),
  );
}

describe('Protokoll', () => {
  it('comes newest first, page by page without gap or repeat, also among entries of the same moment', async () => {
    const written: string[] = [];
    for (let n = 0; n < 60; n += 1) written.push((await write(boss, 'mandant.changed')).id);
    await db.sql(
      'insert into mandant_history select mandant_id, gen_random_uuid(), at, kind, actor, subject, data, commitments from mandant_history where mandant_id = $1',
      [mandantId],
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await readMandantHistory(as(boss), { mandantId, ...(cursor ? { cursor } : {}) });
      seen.push(...page.entries.map((entry) => `${entry.at} ${entry.id}`));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(new Set(seen).size).toBe(120);
    expect(seen.map((line) => line.slice(0, 24))).toEqual([...seen.map((line) => line.slice(0, 24))].sort().reverse());
    expect(seen.filter((line) => written.some((id) => line.endsWith(id)))).toHaveLength(60);
  });

  it('names what the reader sees today, else what was written then, and nobody who was forgotten', async () => {
    await write(boss, 'mandant.changed', [firm.id]);
    const ofMandant = await readMandantHistory(as(boss), { mandantId });
    expect(ofMandant.entries[0]).toMatchObject({
      kind: 'mandant.changed',
      actor: { kind: 'person', id: boss.id, name: 'Clara Korn' },
      data: { mandantId, userId: boss.id, note: 1 },
      names: { mandant: 'Bäckerei Korn', user: 'Clara Korn' },
      seq: null,
    });
    // The firm does not see the Mandant: it has the name that was written beside its own chain.
    const ofFirm = await readFirmHistory(as(firm.admin), { firmId: firm.id });
    expect(ofFirm.entries[0]?.names).toEqual({ mandant: 'Name von damals' });
    await seal();
    const [sealed] = (await readMandantHistory(as(boss), { mandantId })).entries;
    expect(sealed).toMatchObject({ seq: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    await services.withRole('auth', (tx) => forgetPerson(tx, boss.id));
    const [forgotten] = (await readFirmHistory(as(firm.admin), { firmId: firm.id })).entries;
    expect(forgotten?.actor).toEqual({ kind: 'person', id: boss.id, name: null });
  });

  it('is filtered by kind or noun', async () => {
    await write(boss, 'mandant.changed');
    await write(boss, 'member.changed');
    const kinds = async (kind: string) =>
      (await readMandantHistory(as(boss), { mandantId, kind })).entries.map((entry) => entry.kind);
    expect(await kinds('member')).toEqual(['member.changed']);
    expect(await kinds('mandant.changed')).toEqual(['mandant.changed']);
    expect(await kinds('mandant.created')).toEqual([]);
  });

  it('begins for a firm with its own Kanzleiverbindung, names included', async () => {
    await write(boss, 'mandant.changed');
    services.clock.forward(minute);
    await make.engage(mandantId, firm.id, 1);
    expect((await readMandantHistory(as(firm.admin), { mandantId })).entries).toEqual([]);
    await write(boss, 'member.changed');
    const { entries } = await readMandantHistory(as(firm.admin), { mandantId });
    expect(entries.map((entry) => [entry.kind, entry.actor.name])).toEqual([['member.changed', 'Clara Korn']]);
  });

  it('does not tell a firm’s other admins of a Mandant that is restricted to one of them', async () => {
    await make.engage(mandantId, firm.id, 1);
    await write(boss, 'mandant.changed', [firm.id]);
    await make.restrict(mandantId, second.id);
    expect((await readFirmHistory(as(firm.admin), { firmId: firm.id })).entries).toEqual([]);
    expect((await readFirmHistory(as(second), { firmId: firm.id })).entries).toHaveLength(1);
    await make.restrict(mandantId, null);
    expect((await readFirmHistory(as(firm.admin), { firmId: firm.id })).entries).toHaveLength(1);
  });
});
