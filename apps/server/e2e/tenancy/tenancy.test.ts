import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allEndpoints, type Endpoint } from '@bruecke/contract';
import { firmRights } from '@bruecke/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../src/db/testDatabase.ts';
import { ensureSetupLink } from '../../src/modules/people/index.ts';
import { type Answer, type Request, startTestServer, type TestServer } from '../testServer.ts';
import type { Line } from './line.ts';
import { lines } from './lines.ts';
import { layWorld, mandantName, type PersonName, password, type World } from './world.ts';

// Every endpoint of the contract × who could ask. What each may expect follows from the endpoint's own line `access`; the request
// is the very one that gives 2xx for the one it belongs to, on populated data.

/** Seven from outside or with all rights, and two who see the Mandant with fewer: on its own side only to read, in its firm as a Kanzleinutzer. */
const kinds = [
  'nobody',
  'otherFirm',
  'formerFirm',
  'unassigned',
  'underRestriction',
  'otherMandant',
  'reader',
  'assigned',
  'own',
] as const;
type Kind = (typeof kinds)[number];
type Expected = 'yes' | 'not_signed_in' | 'signature_refused' | 'not_found' | 'right_missing' | 'asNonExistent';

function expectedFor(endpoint: Endpoint, line: Line, kind: Kind): Expected {
  const { access } = endpoint;
  if (access.who === 'anyone') return 'yes';
  if (kind === 'own') return 'yes';
  if (kind === 'nobody') return access.who === 'connector' ? 'signature_refused' : 'not_signed_in';
  switch (access.who) {
    case 'connector':
      // No person can sign with a connector's key, whatever they may do.
      return 'signature_refused';
    case 'operator':
      return 'not_found';
    case 'firm':
      // A restriction hides the Mandant, not the firm, from its other admin.
      if (kind === 'underRestriction') return 'yes';
      if (kind === 'unassigned' || kind === 'assigned') return access.role === 'staff' ? 'yes' : 'right_missing';
      return 'not_found';
    case 'mandant':
      if (kind === 'assigned' && line.afterCut) return 'not_found';
      if (kind === 'assigned') return firmRights('user', false).includes(access.right) ? 'yes' : 'right_missing';
      if (kind !== 'reader') return 'not_found';
      return access.right === 'read' && !endpoint.errors?.includes('right_missing') ? 'yes' : 'right_missing';
    case 'signedIn':
      if (line.about === 'target') return kind === 'reader' && targetIsMandant(line) ? 'yes' : 'asNonExistent';
      return 'yes';
  }
}

/** An API key is about a Mandant, which its reader may read. */
const targetIsMandant = (line: Line): boolean => line === lines['profile.createApiKey'];

function callerOf(kind: Kind, line: Line): PersonName | null {
  if (kind === 'nobody') return null;
  if (kind === 'underRestriction') return 'firmAdmin';
  if (kind !== 'own') return kind;
  return line.by === undefined ? 'own' : line.by;
}

let db: TestDatabase;
let server: TestServer;
let common: World;
let installersFolder: string;
beforeAll(async () => {
  db = await createTestDatabase();
  const datasets = Array.from({ length: 300 }, (_, n) => ({ consultantNumber: 100_001 + n, mandantNumber: 101 }));
  installersFolder = mkdtempSync(join(tmpdir(), 'bruecke-installers-'));
  writeFileSync(join(installersFolder, 'bruecke-connector.deb'), 'a package');
  server = await startTestServer(db, { seed: 77, datasets, installersFolder, wait: async () => undefined });
  common = await layWorld(server, db);
});
afterAll(async () => {
  await server.stop();
  await db.close();
  rmSync(installersFolder, { recursive: true });
});

const codeOf = (answer: Answer): string => {
  if (answer.status < 400) return 'yes';
  // Problem details by contract; what is none fails the comparison with its text.
  const parsed = JSON.parse(answer.text) as { code?: string };
  return parsed.code ?? answer.text;
};

const withoutSignature = ({ headers: _headers, ...request }: Request): Request => request;

/** What may differ between two answers: the request's own number. */
const withoutRequestId = (answer: Answer) => ({ ...answer, text: answer.text.replace(/"requestId":"[^"]*"/, '') });

/** The same request about a Mandant, firm or thing that nobody has. */
function nonExistent(request: Request, endpoint: Endpoint, world: World): Request {
  const known = endpoint.access.who === 'firm' ? world.firmId : world.mandantId;
  const inPath = request.path.includes(known);
  const path = inPath
    ? request.path.replace(known, randomUUID())
    : request.path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, randomUUID()).replace(/state=[^&]*/, `state=${randomUUID()}`);
  if (typeof request.body !== 'object' || request.body === null || path !== request.path) return { ...request, path };
  const body = JSON.stringify(request.body)
    .replace(known, randomUUID())
    .replace(/"token":"[^"]*"/, `"token":"${randomUUID()}"`);
  return { ...request, body: JSON.parse(body) };
}

async function check(endpoint: Endpoint, line: Line, kind: Kind, world: World, request: Request): Promise<void> {
  const caller = callerOf(kind, line);
  if (kind === 'underRestriction') await restrict(world, world.people.namedAdmin.id);
  try {
    const expected = expectedFor(endpoint, line, kind);
    const who = caller && world.people[caller];
    // The signature is the right itself: others have none to send.
    const answer = await server.ask(who, expected === 'signature_refused' ? withoutSignature(request) : request);
    const status = endpoint.status ?? 200;
    if (expected === 'yes') {
      expect({ kind, code: codeOf(answer), status: answer.status }).toEqual({ kind, code: 'yes', status });
      if (kind !== 'own' && kind !== 'reader' && endpoint.access.who !== 'anyone') expectNothingOf(world, answer);
      return;
    }
    if (expected !== 'asNonExistent') expect({ kind, code: codeOf(answer) }).toEqual({ kind, code: expected });
    if (expected === 'not_found' || expected === 'asNonExistent') {
      const other = await server.ask(who, nonExistent(request, endpoint, world));
      expect(withoutRequestId(answer)).toEqual(withoutRequestId(other));
      expectNothingOf(world, answer);
    }
  } finally {
    if (kind === 'underRestriction') await restrict(world, null);
  }
}

const restrict = (world: World, userId: string | null) =>
  db.sql('update mandanten set restricted_to = $2 where mandant_id = $1', [world.mandantId, userId]);

/** Whoever may not see the Mandant meets neither its name nor its id in any answer. */
function expectNothingOf(world: World, answer: Answer): void {
  expect(answer.text).not.toContain(mandantName);
  expect(answer.text).not.toContain(world.mandantId);
  expect(answer.text).not.toContain('geheim.pdf');
}

describe('tenancy, endpoint by endpoint', () => {
  it('has a request for every endpoint of the contract, and none for others', () => {
    expect(Object.keys(lines).sort()).toEqual(
      allEndpoints()
        .map(({ name }) => name)
        .sort(),
    );
  });

  for (const { name, endpoint } of allEndpoints()) {
    const line = lines[name];
    if (!line || name === 'auth.completeSetup') continue;
    it(`${name} answers as ${JSON.stringify(endpoint.access)} says`, async () => {
      const world = line.alone ? await layWorld(server, db) : common;
      const perCaller = line.about === 'self';
      const request = perCaller ? null : await line.request(world, line.by ?? 'own');
      for (const kind of kinds) {
        const expected = expectedFor(endpoint, line, kind);
        const caller = callerOf(kind, line);
        // What a Kanzleinutzer may is what others may, too; asked is what it may not, and what its firm has lost.
        if (kind === 'assigned' && expected !== 'right_missing' && expected !== 'not_found') continue;
        // Open to anyone means the same answer for all, and some of these links are good once: asked once.
        if (endpoint.access.who === 'anyone' && kind !== 'own') continue;
        // The link itself is the right: whoever holds it may, once.
        if (line.about === 'link' && kind !== 'own' && kind !== 'nobody') continue;
        if (perCaller) {
          await check(endpoint, line, kind, world, await line.request(world, caller ?? 'operator'));
          continue;
        }
        // What changes something can succeed once per world: each further one that may gets a populated world of its own.
        const again = expected === 'yes' && kind !== 'own' && line.alone;
        const place = again ? await layWorld(server, db) : world;
        const asked = again ? await line.request(place, line.by ?? 'own') : request;
        if (asked) await check(endpoint, line, kind, place, asked);
      }
    });
  }

  it('auth.completeSetup opens an empty instance once', async () => {
    const empty = await createTestDatabase();
    const fresh = await startTestServer(empty, { seed: 78, datasets: [] });
    try {
      const link = await ensureSetupLink(fresh.services);
      const body = {
        token: link?.split('#')[1],
        firmName: 'Erste Kanzlei',
        consultantNumber: 1234,
        name: 'Erste Person',
        email: 'erste@example.com',
        password,
        language: 'de',
      };
      const request: Request = { method: 'POST', path: '/auth/setup', body };
      expect(codeOf(await fresh.ask(null, request))).toBe('yes');
      expect(codeOf(await fresh.ask(null, request))).toBe('link_expired');
    } finally {
      await fresh.stop();
      await empty.close();
    }
  });

  it('answers for a thing of another Mandant as for one that does not exist, also to whoever may everything in their own', async () => {
    const neighbour = await layWorld(server, db);
    const { own } = common.people;
    const ids = [neighbour.ids.delivered, neighbour.ids.deliveryInQuestion, neighbour.ids.connectionId];
    const paths: ((id: string) => Request)[] = [
      (id) => ({ method: 'GET', path: `/mandanten/${common.mandantId}/vouchers/${id}` }),
      (id) => ({ method: 'GET', path: `/mandanten/${common.mandantId}/vouchers/${id}/content` }),
      (id) => ({ method: 'PATCH', path: `/mandanten/${common.mandantId}/vouchers/${id}`, body: { note: 'x' } }),
      (id) => ({
        method: 'POST',
        path: `/mandanten/${common.mandantId}/deliveries/${id}/decision`,
        body: { decision: 'confirmThere' },
      }),
      (id) => ({ method: 'GET', path: `/mandanten/${common.mandantId}/deliveries/${id}/receipt` }),
      (id) => ({ method: 'POST', path: `/mandanten/${common.mandantId}/connections/${id}/switch`, body: { on: true } }),
      (id) => ({ method: 'POST', path: `/mandanten/${common.mandantId}/connections/${id}/test` }),
      (id) => ({ method: 'DELETE', path: `/mandanten/${common.mandantId}/members/${id}` }),
    ];
    for (const path of paths) {
      for (const id of [...ids, neighbour.people.own.id]) {
        const foreign = await server.ask(own, path(id));
        expect(foreign.status).toBe(404);
        expect(withoutRequestId(foreign)).toEqual(withoutRequestId(await server.ask(own, path(randomUUID()))));
      }
    }
  });
});

describe('tenancy in the database alone', () => {
  it('shows no row of any table to whoever may not see it, and lets them change none', async () => {
    const world = await layWorld(server, db);
    const tables = await db.sql<{ table: string; column: 'mandant_id' | 'firm_id' }>(
      `select c.table_name as table, min(c.column_name) filter (where c.column_name = 'mandant_id') as m,
              coalesce(min(c.column_name) filter (where c.column_name = 'mandant_id'), 'firm_id') as column
         from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
        where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name in ('mandant_id', 'firm_id')
        group by c.table_name order by 1`,
    );
    expect(tables.length).toBeGreaterThan(20);
    const strangers: Record<'mandant_id' | 'firm_id', readonly PersonName[]> = {
      mandant_id: ['otherFirm', 'formerFirm', 'unassigned', 'firmAdmin', 'otherMandant', 'operator'],
      firm_id: ['otherFirm', 'formerFirm', 'otherMandant', 'operator'],
    };
    await restrict(world, world.people.namedAdmin.id);
    const empty: string[] = [];
    for (const { table, column } of tables) {
      const id = column === 'mandant_id' ? world.mandantId : world.firmId;
      const [there] = await db.sql<{ count: number }>(
        `select count(*)::int as count from ${table} where ${column} = $1`,
        [id],
      );
      if (!there?.count) empty.push(table);
      for (const name of strangers[column]) {
        const userId = world.people[name].id;
        const asPerson = (text: string) => asUser(userId, text);
        expect([table, name, await asPerson(`select 1 from ${table} where ${column} = '${id}'`)]).toEqual([
          table,
          name,
          0,
        ]);
        const changed = await asPerson(`update ${table} set ${column} = ${column} where ${column} = '${id}'`);
        expect([table, name, changed]).toEqual([table, name, 0]);
        expect([table, name, await asPerson(`delete from ${table} where ${column} = '${id}'`)]).toEqual([
          table,
          name,
          0,
        ]);
      }
    }
    // Seals and heads are the sealer's; all other tables had rows that could have been seen.
    expect(empty.filter((table) => !/_history_(seals|heads)$/.test(table))).toEqual([]);
    // And the one the Mandant is restricted to sees what the others don't.
    expect(
      await asUser(world.people.namedAdmin.id, `select 1 from vouchers where mandant_id = '${world.mandantId}'`),
    ).toBe(4);
  });
});

/** Rows that a statement gives or changes for this person; a missing privilege counts as none. */
async function asUser(userId: string, text: string): Promise<number> {
  const { CompiledQuery } = await import('kysely');
  try {
    return await db.withTenant({ as: 'user', userId }, async (tx) => {
      const result = await tx.executeQuery(CompiledQuery.raw(text));
      return result.numAffectedRows === undefined ? result.rows.length : Number(result.numAffectedRows);
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '42501') return 0;
    throw error;
  }
}
