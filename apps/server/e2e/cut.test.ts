import { allEndpoints, type Endpoint } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../src/db/testDatabase.ts';
import { begin, connect, cut, deliverAll, engage, type Firm, type History, layFirm, step } from './cutHistories.ts';
import { exampleOf } from './exampleOf.ts';
import { type SignedIn, startTestServer, type TestServer } from './testServer.ts';

// Trennen, over 200 seeded histories of people, assignments, restrictions and cuts in random order. After each cut: nothing of the
// Mandant is readable by the former firm, nothing more begins towards its dataset, and the Mandant reads what it read before.
// A failing seed stands in the test's name and makes the same history again.

const HISTORIES = 200;
/** So many of them also over HTTP, endpoint by endpoint, with open live streams. */
const OVER_HTTP = 20;

let db: TestDatabase;
let server: TestServer;
let firms: [Firm, Firm];
let tables: string[];
const puts: { url: string; at: number }[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  const datasets = [1, 2, 3, 4].map((n) => ({ consultantNumber: 100_000 + n, mandantNumber: 101 }));
  server = await startTestServer(db, {
    seed: 99,
    datasets,
    onCall: (request) => {
      if (request.method === 'PUT') puts.push({ url: request.url, at: puts.length });
    },
  });
  firms = [await layFirm(server, db), await layFirm(server, db)];
  tables = (
    await db.sql<{ name: string }>(
      `select c.table_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
        where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
          and case when c.column_name = 'mandant_id'
              then has_column_privilege('bruecke_user', format('%I.%I', c.table_schema, c.table_name), 'mandant_id', 'select') end
        order by 1`,
    )
  )
    .map((row) => row.name)
    // A person's keys are their own, as their sessions are; that they open nothing any more is looked at apart.
    .filter((name) => name !== 'api_keys');
  expect(tables.length).toBeGreaterThan(15);
});
afterAll(async () => {
  await server.stop();
  await db.close();
});

/** All rows of all tables that this person can read of the Mandant, in one statement. */
async function rowsSeenBy(userId: Id, mandantId: Id): Promise<Record<string, number>> {
  const parts = tables.map(
    (name) =>
      sql`select ${name} as name, count(mandant_id)::int as count from ${sql.table(name)} where mandant_id = ${mandantId}`,
  );
  const { rows } = await db.withTenant({ as: 'user', userId }, (tx) =>
    sql<{ name: string; count: number }>`${sql.join(parts, sql` union all `)}`.execute(tx),
  );
  return Object.fromEntries(rows.filter((row) => row.count > 0).map((row) => [row.name, row.count]));
}

/** What the Mandant's own admin reads: whole rows where nothing may change, keys where a cut leaves its mark on a row. */
async function readByMandant(history: History): Promise<Record<string, string[]>> {
  const { mandantId, own } = history;
  const whole: Record<string, string> = {
    blobs: 't::text',
    vouchers: "(to_jsonb(t) - 'status' - 'cause')::text",
    voucher_field_changes: 't::text',
    deliveries: "(to_jsonb(t) - 'phase' - 'ended_at' - 'cause' - 'next_attempt_at')::text",
    delivery_attempts: 't::text',
    receipts: 't::text',
    mandant_members: 't::text',
    mandant_history: 't::text',
    mandant_history_people: 't::text',
    connections: 't.id::text',
  };
  const seen: Record<string, string[]> = {};
  await db.withTenant({ as: 'user', userId: own.id }, async (tx) => {
    for (const [table, row] of Object.entries(whole)) {
      const { rows } = await sql<{ row: string }>`
        select ${sql.raw(row)} as row from ${sql.table(table)} t where t.mandant_id = ${mandantId} order by 1`.execute(
        tx,
      );
      seen[table] = rows.map((one) => one.row);
    }
  });
  return seen;
}

/** Everything that was readable still is; history may only have grown. */
function expectKept(before: Record<string, string[]>, after: Record<string, string[]>): void {
  for (const [table, rows] of Object.entries(before)) {
    const now = new Set(after[table]);
    expect([table, rows.filter((row) => !now.has(row))]).toEqual([table, []]);
    if (!table.startsWith('mandant_history')) expect([table, after[table]?.length]).toEqual([table, rows.length]);
  }
}

async function expectNothingReadable(history: History): Promise<void> {
  for (const firm of history.former) {
    for (const person of firm.people) {
      if (history.onBothSides.has(person.id)) {
        const ways = await db.sql('select via from access where user_id = $1 and mandant_id = $2', [
          person.id,
          history.mandantId,
        ]);
        expect(ways).toEqual([{ via: 'mandant' }]);
        continue;
      }
      const seen = await rowsSeenBy(person.id, history.mandantId);
      expect([person.name, seen]).toEqual([person.name, {}]);
      const keys = await db.sql('select from api_keys where user_id = $1 and mandant_id = $2 and revoked_at is null', [
        person.id,
        history.mandantId,
      ]);
      expect(keys).toEqual([]);
    }
  }
}

/** Every endpoint about a Mandant, with ids that exist there, asked by the former firm's people. */
async function expectNoEndpointAnswers(history: History): Promise<void> {
  const { mandantId } = history;
  const [voucher] = await db.sql<{ id: Id }>('select id from vouchers where mandant_id = $1 limit 1', [mandantId]);
  const [delivery] = await db.sql<{ id: Id }>('select id from deliveries where mandant_id = $1 limit 1', [mandantId]);
  const [connection] = await db.sql<{ id: Id }>('select id from connections where mandant_id = $1 limit 1', [
    mandantId,
  ]);
  const known: Record<string, Id | undefined> = {
    mandantId,
    voucherId: voucher?.id,
    deliveryId: delivery?.id,
    connectionId: connection?.id,
    userId: history.helper.id,
  };
  let asked = 0;
  for (const { name, endpoint } of allEndpoints()) {
    if (endpoint.access.who !== 'mandant') continue;
    for (const firm of history.former) {
      const people = firm.people.filter((person) => !history.onBothSides.has(person.id));
      // Each of the firm's people in turn: which of them asks makes no difference any more.
      const person = people[asked % people.length];
      asked += 1;
      if (!person) continue;
      const answer = await server.ask(person, requestFor(endpoint, known));
      expect([name, person.name, answer.status]).toEqual([name, person.name, 404]);
      expect(answer.text).not.toContain(history.name);
    }
  }
}

function requestFor(endpoint: Endpoint, known: Readonly<Record<string, Id | undefined>>) {
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => known[name] ?? server.services.newId());
  const query = endpoint.query ? exampleOf(endpoint.query) : {};
  const search = new URLSearchParams(Object.entries(query ?? {}).map(([name, value]) => [name, String(value)]));
  return {
    method: endpoint.method,
    path: `${path}${search.size > 0 ? `?${search}` : ''}`,
    ...(endpoint.takes === 'bytes' ? { bytes: Buffer.from('%PDF-1.4') } : {}),
    ...(endpoint.body ? { body: exampleOf(endpoint.body) } : {}),
  };
}

/** A live stream that tells when it ends. */
async function openStream(person: SignedIn, mandantId: Id): Promise<{ ended: Promise<number>; close(): void } | null> {
  const stopping = new AbortController();
  const response = await fetch(`${server.url}/api/v1/mandanten/${mandantId}/live`, {
    headers: { cookie: person.cookie },
    signal: stopping.signal,
  });
  const reader = response.ok ? response.body?.getReader() : undefined;
  if (!reader) return null;
  const drain = async (): Promise<number> => {
    while (!(await reader.read()).done);
    return performance.now();
  };
  return { ended: drain(), close: () => stopping.abort() };
}

async function runHistory(seed: number, overHttp: boolean): Promise<void> {
  const history = await begin(server, db, firms[seed % 2 === 0 ? 0 : 1], seed);
  const cuts = 1 + history.random.below(2);
  for (let n = 0; n < cuts; n += 1) {
    if (history.random.below(4) > 0) await connect(history);
    for (let steps = 3 + history.random.below(6); steps > 0; steps -= 1) await step(history);
    const firm = history.firm;
    if (!firm) throw new Error('no firm to cut');
    const openings = overHttp ? firm.people.filter((person) => !history.onBothSides.has(person.id)) : [];
    const streams = (await Promise.all(openings.map((person) => openStream(person, history.mandantId)))).filter(
      (stream) => stream !== null,
    );
    const ownStream = overHttp ? await openStream(history.own, history.mandantId) : null;
    const before = await readByMandant(history);
    // A worker is at it while the cut comes.
    const [cutting, working] = await Promise.allSettled([cut(history), n % 2 === 0 ? deliverAll(history) : null]);
    for (const result of [cutting, working]) if (result.status === 'rejected') throw result.reason;
    expect(history.firm).toBeNull();
    const done = performance.now();
    for (const stream of streams) expect((await stream.ended) - done).toBeLessThan(1000);
    ownStream?.close();
    await ownStream?.ended.catch(() => undefined);

    const begun = puts.length;
    await deliverAll(history);
    expect(puts.slice(begun)).toEqual([]);
    await expectNothingReadable(history);
    expectKept(settled(before), settled(await readByMandant(history)));
    if (overHttp) await expectNoEndpointAnswers(history);
    if (n + 1 < cuts) {
      await engage(history, history.random.pick(firms));
      // Waiting vouchers do not find the former dataset again.
      await deliverAll(history);
      expect(puts.slice(begun)).toEqual([]);
    }
  }
}

/** The worker beside the cut may add attempts and receipts of what it had begun; those are not the cut's. */
function settled(seen: Record<string, string[]>): Record<string, string[]> {
  const { delivery_attempts: _attempts, receipts: _receipts, deliveries: _deliveries, ...rest } = seen;
  return rest;
}

describe('Trennen', () => {
  for (let part = 0; part < 10; part += 1) {
    const from = (part * HISTORIES) / 10;
    const to = ((part + 1) * HISTORIES) / 10;
    it(`leaves the former firm nothing, histories ${from} to ${to - 1}`, async () => {
      for (let seed = from; seed < to; seed += 1) {
        try {
          await runHistory(seed, seed % (HISTORIES / OVER_HTTP) === 0);
        } catch (error) {
          throw new Error(`history with seed ${seed}`, { cause: error });
        }
      }
    }, 180_000);
  }

  it('has been about something: vouchers arrived before cuts, and were left waiting by them', async () => {
    const phases = await db.sql<{ phase: string; count: number }>(
      'select phase, count(*)::int as count from deliveries group by phase',
    );
    const count = new Map(phases.map((row) => [row.phase, row.count]));
    expect(puts.length).toBeGreaterThan(20);
    expect(count.get('arrived') ?? 0).toBeGreaterThan(20);
    expect(count.get('cancelled') ?? 0).toBeGreaterThan(20);
    const [cuts] = await db.sql<{ firm: number; mandant: number }>(
      `select count(*) filter (where ended_side = 'firm')::int as firm, count(*) filter (where ended_side = 'mandant')::int as mandant from engagements`,
    );
    expect(Math.min(cuts?.firm ?? 0, cuts?.mandant ?? 0)).toBeGreaterThan(20);
  });
});
