import { firmRights, memberRights, type Right } from '@bruecke/model';
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAdminPool, createTestDatabase, type TestDatabase } from '../db/testDatabase.ts';

// Property: whatever sequence of joins, roles, assignments, restrictions and cuts, one after the other or at the same time, the
// table `access` holds what TypeScript computes from the links, and what the view access_computed says.

const FIRMS = 2;
const MANDANTEN = 3;
const PEOPLE = 5;
const id = (kind: number, n: number): string =>
  `${String(kind).repeat(8)}-0000-4000-8000-${String(n).padStart(12, '0')}`;
const firmId = (n: number) => id(1, n);
const mandantId = (n: number) => id(2, n);
const userId = (n: number) => id(3, n);

type Step =
  | { do: 'joinFirm' | 'leaveFirm'; firm: number; user: number; admin: boolean; manage: boolean }
  | { do: 'joinMandant' | 'leaveMandant'; mandant: number; user: number; admin: boolean; rights: Right[] }
  | { do: 'assign' | 'unassign'; mandant: number; firm: number; user: number }
  | { do: 'restrict'; mandant: number; user: number | null }
  | { do: 'engage'; mandant: number; firm: number; later: boolean }
  | { do: 'cut'; mandant: number };

const firm = fc.nat(FIRMS - 1);
const mandant = fc.nat(MANDANTEN - 1);
const user = fc.nat(PEOPLE - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom('joinFirm', 'joinFirm', 'leaveFirm'),
    firm,
    user,
    admin: fc.boolean(),
    manage: fc.boolean(),
  }),
  fc.record({
    do: fc.constantFrom('joinMandant', 'joinMandant', 'leaveMandant'),
    mandant,
    user,
    admin: fc.boolean(),
    rights: fc.subarray<Right>(['read', 'handIn', 'edit']),
  }),
  fc.record({ do: fc.constantFrom('assign', 'assign', 'unassign'), mandant, firm, user }),
  fc.record({ do: fc.constant('restrict' as const), mandant, user: fc.option(user) }),
  fc.record({ do: fc.constant('engage' as const), mandant, firm, later: fc.boolean() }),
  fc.record({ do: fc.constant('cut' as const), mandant }),
);

/** Steps that the rules forbid (last admin, second engagement, a stranger's assignment) are refused by the database and change nothing. */
const forbidden = new Set(['BR001', 'BR002', '23503', '23505']);

function statement(one: Step): [string, unknown[]] {
  switch (one.do) {
    case 'joinFirm':
      return [
        `insert into firm_staff (firm_id, user_id, role, may_manage_connections, since) values ($1, $2, $3, $4, now())
         on conflict (firm_id, user_id) do update set role = excluded.role, may_manage_connections = excluded.may_manage_connections`,
        [firmId(one.firm), userId(one.user), one.admin ? 'admin' : 'user', one.manage],
      ];
    case 'leaveFirm':
      return ['delete from firm_staff where firm_id = $1 and user_id = $2', [firmId(one.firm), userId(one.user)]];
    case 'joinMandant':
      return [
        `insert into mandant_members (mandant_id, user_id, role, rights, since) values ($1, $2, $3, $4, now())
         on conflict (mandant_id, user_id) do update set role = excluded.role, rights = excluded.rights`,
        [mandantId(one.mandant), userId(one.user), one.admin ? 'admin' : 'user', one.rights],
      ];
    case 'leaveMandant':
      return [
        'delete from mandant_members where mandant_id = $1 and user_id = $2',
        [mandantId(one.mandant), userId(one.user)],
      ];
    case 'assign':
      return [
        "insert into assignments (mandant_id, user_id, function, firm_id, since) values ($1, $2, 'accounting', $3, now())",
        [mandantId(one.mandant), userId(one.user), firmId(one.firm)],
      ];
    case 'unassign':
      return [
        'delete from assignments where mandant_id = $1 and user_id = $2',
        [mandantId(one.mandant), userId(one.user)],
      ];
    case 'restrict':
      return [
        'update mandanten set restricted_to = $2 where mandant_id = $1',
        [mandantId(one.mandant), one.user === null ? null : userId(one.user)],
      ];
    case 'engage':
      return [
        `insert into engagements (mandant_id, id, firm_id, mandant_number, since, access_from)
         values ($1, gen_random_uuid(), $2, $3, '2026-01-01', $4)`,
        [mandantId(one.mandant), firmId(one.firm), one.mandant + 1, one.later ? '2026-02-01' : null],
      ];
    case 'cut':
      return [
        "update engagements set ended_at = now(), ended_side = 'firm' where mandant_id = $1 and ended_at is null",
        [mandantId(one.mandant)],
      ];
  }
}

let db: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  db = await createTestDatabase();
  pool = createAdminPool(db.admin, 6);
});
afterAll(async () => {
  await pool.end();
  await db.close();
});

async function layOut(): Promise<void> {
  await pool.query(`set session_replication_role = replica;
    truncate firm_staff, mandant_members, assignments, engagements, engagement_invitations, connections, grants, datev_sign_ins,
      access, firm_access, mandanten, firms, users cascade;
    set session_replication_role = origin`);
  for (let n = 0; n < PEOPLE; n += 1)
    await pool.query("insert into users (id, email, name, created_at) values ($1, $2, 'P', now())", [
      userId(n),
      `p${n}@example.com`,
    ]);
  for (let n = 0; n < FIRMS; n += 1)
    await pool.query("insert into firms (id, name, consultant_number, created_at) values ($1, 'F', $2, now())", [
      firmId(n),
      1000 + n,
    ]);
  for (let n = 0; n < MANDANTEN; n += 1)
    await pool.query("insert into mandanten (mandant_id, name, created_at) values ($1, 'M', now())", [mandantId(n)]);
}

/** `openFor`: milliseconds between the statement and its commit, in which others look and do not see it yet. */
async function take(one: Step, openFor = 0): Promise<void> {
  const [text, values] = statement(one);
  const client = await pool.connect();
  try {
    for (;;) {
      try {
        await client.query('begin');
        await client.query(text, values);
        if (openFor > 0) await client.query('select pg_sleep($1)', [openFor / 1000]);
        await client.query('commit');
        return;
      } catch (error) {
        await client.query('rollback');
        const code = error instanceof Error && 'code' in error ? String(error.code) : '';
        if (forbidden.has(code)) return;
        // Two that wait for each other: PostgreSQL ends one, which then goes on alone.
        if (code !== '40P01') throw error;
      }
    }
  } finally {
    client.release();
  }
}

type Row = { user_id: string; mandant_id: string; via: string; rights: string[]; voucher_from: Date | null };
const line = (row: Row): string =>
  [row.user_id, row.mandant_id, row.via, row.rights.join('+'), row.voucher_from?.toISOString() ?? 'all'].join(' ');

async function fromTable(table: 'access' | 'access_computed'): Promise<string[]> {
  const { rows } = await pool.query<Row>(`select user_id, mandant_id, via, rights, voucher_from from ${table}`);
  return rows.map(line).sort();
}

/** From the links alone, with the model's rules: nothing of the SQL is used. */
async function recomputed(): Promise<string[]> {
  const read = async <R extends pg.QueryResultRow>(text: string): Promise<R[]> => (await pool.query<R>(text)).rows;
  const members = await read<{ mandant_id: string; user_id: string; role: 'admin' | 'user'; rights: Right[] }>(
    'select * from mandant_members',
  );
  const staff = await read<{
    firm_id: string;
    user_id: string;
    role: 'admin' | 'user';
    may_manage_connections: boolean;
  }>('select * from firm_staff');
  const engagements = await read<{
    mandant_id: string;
    firm_id: string;
    ended_at: Date | null;
    access_from: Date | null;
  }>('select * from engagements');
  const assignments = await read<{ mandant_id: string; user_id: string; firm_id: string }>('select * from assignments');
  const mandanten = await read<{ mandant_id: string; restricted_to: string | null }>('select * from mandanten');
  const rows: Row[] = members.map((member) => ({
    user_id: member.user_id,
    mandant_id: member.mandant_id,
    via: 'mandant',
    rights: memberRights(member.role, member.rights),
    voucher_from: null,
  }));
  for (const engagement of engagements) {
    if (engagement.ended_at) continue;
    const only = mandanten.find((one) => one.mandant_id === engagement.mandant_id)?.restricted_to ?? null;
    for (const person of staff) {
      if (person.firm_id !== engagement.firm_id) continue;
      if (only !== null && only !== person.user_id) continue;
      const assigned = assignments.some(
        (one) =>
          one.mandant_id === engagement.mandant_id && one.user_id === person.user_id && one.firm_id === person.firm_id,
      );
      if (person.role !== 'admin' && !assigned) continue;
      rows.push({
        user_id: person.user_id,
        mandant_id: engagement.mandant_id,
        via: 'firm',
        rights: firmRights(person.role, person.may_manage_connections),
        voucher_from: engagement.access_from,
      });
    }
  }
  return rows.map(line).sort();
}

async function check(): Promise<void> {
  const stored = await fromTable('access');
  expect(stored).toEqual(await recomputed());
  expect(stored).toEqual(await fromTable('access_computed'));
  const { rows: wrong } = await pool.query(
    `(select user_id, firm_id, role from firm_access except select user_id, firm_id, role from firm_access_computed)
     union all (select user_id, firm_id, role from firm_access_computed except select user_id, firm_id, role from firm_access)`,
  );
  expect(wrong).toEqual([]);
}

describe('access, derived from the links', () => {
  it('is right after every step of any sequence', async () => {
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        await layOut();
        for (const one of steps) {
          await take(one);
          await check();
        }
        seen += (await fromTable('access')).length;
      }),
      { numRuns: 8, seed: 4242 },
    );
    // The property would hold for empty tables too.
    expect(seen).toBeGreaterThan(10);
  });

  it('is right after steps taken at the same moment', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60 }), async (steps) => {
        await layOut();
        for (let n = 0; n < steps.length; n += 6) await Promise.all(steps.slice(n, n + 6).map((one) => take(one, 5)));
        await check();
      }),
      { numRuns: 12, seed: 2121, endOnFailure: true },
    );
  });
});
