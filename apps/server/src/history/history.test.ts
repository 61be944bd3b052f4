import { randomBytes, randomUUID } from 'node:crypto';
import { matchesCommitment, signingKeyFromSeed } from '@bruecke/proof';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testDatabase.ts';
import { forgetPerson } from './forget.ts';
import { findSeal } from './read.ts';
import { type HistoryEntry, recordHistories, recordHistory } from './record.ts';
import type { HistoryScope } from './scopes.ts';
import { sealPending } from './sealer.ts';
import { startSealer } from './sealerLoop.ts';
import { verifyHistory } from './verify.ts';

const key = signingKeyFromSeed(Buffer.alloc(32, 7));
const sources = { newId: randomUUID, randomBytes };
const now = () => new Date('2026-03-04T05:06:07.890Z');

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

let mandantId: string;
let userId: string;
beforeEach(async () => {
  mandantId = randomUUID();
  userId = randomUUID();
  await db.sql("insert into access (user_id, mandant_id, via, rights) values ($1, $2, 'mandant', '{read}')", [
    userId,
    mandantId,
  ]);
});

function entry(part: Partial<HistoryEntry> = {}): HistoryEntry {
  return {
    at: now(),
    kind: 'voucher.received',
    actor: { type: 'user', id: userId },
    subject: { voucherId: randomUUID() },
    data: { size: 12.5, list: [1, 'ä', null], b: 1, a: { z: true } },
    mandantIds: [mandantId],
    ...part,
  };
}

const asUser = (part?: Partial<HistoryEntry>) =>
  db.withTenant({ as: 'user', userId }, (tx) => recordHistory(tx, sources, entry(part)));
const seal = (limit?: number) => sealPending({ tenancy: db, key, now, ...(limit ? { limit } : {}) });
const sealAll = async () => {
  while ((await seal()) > 0);
};
const verify = (scope: HistoryScope, anchors: Parameters<typeof verifyHistory>[2]['anchors'] = []) =>
  db.withRole('sealer', (tx) => verifyHistory(tx, scope, { publicKeys: [key.public], anchors }));
const ofMandant = (): HistoryScope => ({ class: 'mandant', id: mandantId });

describe('recordHistory', () => {
  it('writes to the chain of every side concerned, with personal values beside it', async () => {
    const firmId = randomUUID();
    const { id } = await asUser({
      firmIds: [firmId],
      instance: true,
      people: [{ label: 'actor.name', value: 'Ada Lovelace', userId }],
    });
    await sealAll();
    for (const scope of [ofMandant(), { class: 'firm', id: firmId }, { class: 'instance' }] as const) {
      const found = await db.withRole('sealer', (tx) => findSeal(tx, scope, id));
      expect(found?.link.entry).toMatchObject({ id, kind: 'voucher.received', at: '2026-03-04T05:06:07.890Z' });
      expect(found?.head?.seq).toBeGreaterThanOrEqual(found?.link.seq ?? Number.POSITIVE_INFINITY);
    }
    const [person] = await db.sql<{ value: string; salt: string; commitment: string }>(
      `select p.value, p.salt, h.commitments ->> 'actor.name' as commitment
         from firm_history_people p join firm_history h on h.id = p.entry_id where p.entry_id = $1`,
      [id],
    );
    expect(matchesCommitment(person?.commitment ?? '', 'Ada Lovelace', person?.salt ?? '')).toBe(true);
  });

  it('writes several at once, each to its own sides, sealed in their order', async () => {
    const firmId = randomUUID();
    const entries = Array.from({ length: 12 }, (_, i) =>
      entry({
        data: { i, text: '{"\\",}' },
        ...(i % 3 === 0 ? { firmIds: [firmId], people: [{ label: 'actor.name', value: `Ada ${i}`, userId }] } : {}),
      }),
    );
    const recorded = await db.withTenant({ as: 'user', userId }, (tx) => recordHistories(tx, sources, entries));
    await sealAll();
    const sealed = await db.sql<{ entry_id: string; data: unknown; people: string[] }>(
      `select s.entry_id, h.data, array(select p.value from mandant_history_people p where p.entry_id = h.id) as people
         from mandant_history_seals s join mandant_history h on h.mandant_id = s.mandant_id and h.id = s.entry_id
        where s.mandant_id = $1 order by s.seq`,
      [mandantId],
    );
    expect(sealed.map((row) => row.entry_id)).toEqual(recorded.map(({ id }) => id));
    expect(sealed.map((row) => row.data)).toEqual(entries.map(({ data }) => data));
    expect(sealed.map((row) => row.people)).toEqual(entries.map((_, i) => (i % 3 === 0 ? [`Ada ${i}`] : [])));
    expect(await verify({ class: 'firm', id: firmId })).toMatchObject({ ok: true, count: 4 });
  });

  it('leaves nothing behind when the change it tells of fails', async () => {
    const failing = db.withTenant({ as: 'user', userId }, async (tx) => {
      await recordHistory(tx, sources, entry());
      throw new Error('planned');
    });
    await expect(failing).rejects.toThrow('planned');
    await sealAll();
    expect(await verify(ofMandant())).toMatchObject({ ok: true, count: 0, unsealed: 0 });
  });

  it('refuses an entry in the name of someone else', async () => {
    await expect(asUser({ actor: { type: 'user', id: randomUUID() } })).rejects.toMatchObject({ code: '42501' });
    await expect(asUser({ actor: { type: 'connector', id: randomUUID() } })).rejects.toMatchObject({ code: '42501' });
    await expect(asUser({ actor: { type: 'apiKey', id: randomUUID(), userId } })).resolves.toBeDefined();
    await expect(asUser({ actor: { type: 'rule', name: 'forward' } })).resolves.toBeDefined();
  });

  it('refuses entries without a chain and values that are no JSON', async () => {
    await expect(asUser({ mandantIds: [] })).rejects.toThrow('names no chain');
    await expect(asUser({ data: { amount: Number.NaN } })).rejects.toThrow('not a JSON number');
  });

  it('cannot be changed or removed by any role of the application', async () => {
    const { id } = await asUser();
    const attempts = [
      () =>
        db.withTenant({ as: 'user', userId }, (tx) => sql`delete from mandant_history where id = ${id}`.execute(tx)),
      () => db.withTenant({ as: 'job', mandantId }, (tx) => sql`update mandant_history set kind = 'a.b'`.execute(tx)),
      () => db.withRole('sealer', (tx) => sql`delete from mandant_history_seals`.execute(tx)),
      () => db.withRole('operator', (tx) => sql`truncate instance_history`.execute(tx)),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: '42501' });
    // The superuser of the test stands for the owner's own functions: a trigger stops those as well.
    await expect(db.sql('update mandant_history set kind = $1 where id = $2', ['a.b', id])).rejects.toThrow(
      'only ever added',
    );
  });

  it('shows a chain only to those with access', async () => {
    await asUser();
    const count = (who: string) =>
      db.withTenant(
        { as: 'user', userId: who },
        async (tx) =>
          (await tx.selectFrom('mandant_history').select('id').where('mandant_id', '=', mandantId).execute()).length,
      );
    expect(await count(userId)).toBe(1);
    expect(await count(randomUUID())).toBe(0);
  });
});

describe('sealPending', () => {
  it('makes one unbroken chain per mandant from concurrent writers and concurrent sealers', async () => {
    const writers = Array.from({ length: 40 }, () => asUser());
    const sealers = Array.from({ length: 6 }, () => seal(7));
    await Promise.all([...writers, ...sealers]);
    await sealAll();
    const report = await verify(ofMandant());
    expect(report).toMatchObject({ ok: true, count: 40, signedUpTo: 40, unsealed: 0 });
  });

  it('goes on from the last seal', async () => {
    await asUser();
    await sealAll();
    await asUser();
    expect(await verify(ofMandant())).toMatchObject({ ok: true, count: 1, unsealed: 1 });
    await sealAll();
    expect(await verify(ofMandant())).toMatchObject({ ok: true, count: 2, signedUpTo: 2, unsealed: 0 });
  });

  it('runs until it is stopped, over an error as well', async () => {
    const errors: unknown[] = [];
    let calls = 0;
    let sealed: () => void = () => undefined;
    const both = new Promise<void>((resolve) => {
      sealed = resolve;
    });
    await asUser();
    const loop = startSealer({
      key,
      now,
      tenancy: {
        ...db,
        withRole: async (role, work) => {
          calls += 1;
          if (calls === 1) throw new Error('the database is away');
          const result = await db.withRole(role, work);
          sealed();
          return result;
        },
      },
      wait: async () => undefined,
      onError: (error) => errors.push(error),
    });
    await both;
    await loop.stop();
    expect(errors).toHaveLength(1);
    expect(await verify(ofMandant())).toMatchObject({ ok: true, count: 1 });
  });
});

describe('verifyHistory', () => {
  /** Past the triggers and policies, as only someone with the database's files could. */
  async function tamper(statement: string, values: readonly unknown[] = [mandantId]) {
    await db.sql(
      `do $$ begin perform set_config('session_replication_role', 'replica', true); ${statement.replaceAll('$1', `'${values[0]}'`)}; end $$`,
    );
  }
  beforeEach(async () => {
    for (let i = 0; i < 5; i += 1) await asUser({ data: { i } });
    await sealAll();
  });

  it.each([
    [
      'a changed entry',
      `update mandant_history set data = '{"i": 99}' where mandant_id = $1 and data = '{"i": 2}'`,
      'changed_entry',
    ],
    ['a removed entry', 'delete from mandant_history_seals where mandant_id = $1 and seq = 3', 'missing_entries'],
    ['a cut-off tail', 'delete from mandant_history_seals where mandant_id = $1 and seq = 5', 'tail_missing'],
    [
      'a forged signature',
      `update mandant_history_heads set hash = repeat('0', 64) where mandant_id = $1`,
      'head_bad_signature',
    ],
  ])('finds %s', async (_what, statement, code) => {
    await tamper(statement);
    const report = await verify(ofMandant());
    expect(report.ok).toBe(false);
    expect(report.findings.map((finding) => finding.code)).toContain(code);
  });

  it('finds a cut with its signed head removed, and a chain computed anew, by an anchor', async () => {
    const { last } = await verify(ofMandant());
    if (!last) throw new Error('no chain');
    expect(await verify(ofMandant(), [last])).toMatchObject({ ok: true });
    await tamper(
      'delete from mandant_history_seals where mandant_id = $1; delete from mandant_history_heads where mandant_id = $1',
    );
    await db.sql(
      "insert into unsealed (class, scope_id, entry_id) select 'mandant', mandant_id, id from mandant_history where mandant_id = $1 and data <> '{\"i\": 1}'",
      [mandantId],
    );
    await sealAll();
    expect((await verify(ofMandant())).findings).toEqual([]);
    const report = await verify(ofMandant(), [last]);
    expect(report.findings.map((finding) => finding.code)).toContain('tail_missing');
  });

  it('still verifies after a person was forgotten', async () => {
    await asUser({ people: [{ label: 'actor.name', value: 'Grace Hopper', userId }] });
    await sealAll();
    expect(await db.withRole('auth', (tx) => forgetPerson(tx, userId))).toBe(1);
    expect(await db.sql('select from mandant_history_people where mandant_id = $1', [mandantId])).toEqual([]);
    expect(await verify(ofMandant())).toMatchObject({ ok: true, count: 6 });
  });
});
