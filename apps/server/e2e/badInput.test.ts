import { randomUUID } from 'node:crypto';
import type { Id } from '@bruecke/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCursor } from '../src/db/cursor.ts';
import { createTestDatabase, type TestDatabase } from '../src/db/testDatabase.ts';
import { addMandant, pdfOf } from '../src/modules/vouchers/testVouchers.ts';
import { testFirms } from '../src/testFirms.ts';
import { type Request, type SignedIn, startTestServer, type TestServer } from './testServer.ts';

let db: TestDatabase;
let server: TestServer;
let lay: ReturnType<typeof testFirms>;
let admin: SignedIn;
let member: SignedIn;
let firmId: Id;
let mandantId: Id;
beforeAll(async () => {
  db = await createTestDatabase();
  server = await startTestServer(db, { seed: 3, datasets: [] });
  lay = testFirms(db, server.services);
  const firm = await lay.firm('Kanzlei Weber');
  firmId = firm.id;
  mandantId = (await lay.mandant('Tischlerei Brandt', { firmId })).id;
  await db.sql('update users set operator = true where id = $1', [firm.admin.id]);
  admin = await server.signIn(firm.admin);
  member = await server.signIn(await lay.member(mandantId, 'Ina Brandt'));
});
afterAll(async () => {
  await server.stop();
  await db.close();
});

/** Status and code; nothing of what these tests send may reach the log as a surprise. */
async function outcome(request: Request, who: SignedIn = admin): Promise<(string | number)[]> {
  const answer = await server.ask(who, request);
  expect(server.services.lines).toEqual([]);
  return [answer.status, answer.status < 400 ? 'ok' : JSON.parse(answer.text).code];
}

const refused = [400, 'invalid_input'];

describe('names', () => {
  const places = (name: string): Request[] => [
    { method: 'PATCH', path: '/me/profile', body: { name } },
    { method: 'PATCH', path: `/firms/${firmId}`, body: { name } },
    { method: 'PATCH', path: `/mandanten/${mandantId}`, body: { name } },
    { method: 'POST', path: `/firms/${firmId}/mandanten`, body: { name, mandantNumber: 77 } },
    { method: 'POST', path: '/me/api-keys', body: { name, mandantId, rights: ['read'] } },
    { method: 'POST', path: '/operator/firms', body: { name, consultantNumber: 7777, adminEmail: 'a@example.com' } },
  ];

  it.each([
    ['NUL', 'Bäcker\0ei'],
    ['half a character', 'Bäckerei \ud83e'],
    ['blanks alone', '   '],
    ['nothing one can see', '\u200b'],
    ['a line break', 'Bäcker\nei'],
  ])('with %s are refused everywhere', async (_, name) => {
    for (const request of places(name))
      expect([request.path, ...(await outcome(request))]).toEqual([request.path, ...refused]);
    expect(await db.sql('select name from mandanten')).toEqual([{ name: 'Tischlerei Brandt' }]);
  });

  it('of whole characters beyond the first 65,536 are kept as they came', async () => {
    const name = '🥨 Bäckerei Özgür';
    expect(await outcome({ method: 'PATCH', path: `/mandanten/${mandantId}`, body: { name } })).toEqual([200, 'ok']);
    expect(await db.sql('select name from mandanten')).toEqual([{ name }]);
  });

  it('that are blank from earlier days cannot be confirmed with nothing', async () => {
    const blank = await lay.mandant('', { firmId });
    await lay.member(blank.id, 'Uwe Still');
    const cut = { method: 'POST', path: `/mandanten/${blank.id}/engagement/cut` };
    for (const mandantName of ['', '  ', '\0'])
      expect(await outcome({ ...cut, body: { mandantName } })).toEqual([400, 'name_does_not_match']);
  });

  it('of 160 characters do not end a list that goes on behind them', async () => {
    const names = ['ä', 'ö', 'ü'].map((letter) => letter.repeat(160));
    for (const name of names) await lay.mandant(name, { firmId });
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      const answer = await server.ask(admin, { method: 'GET', path: `/mandanten?limit=1${cursor}` });
      expect(answer.status).toBe(200);
      const page = JSON.parse(answer.text) as { mandanten: { name: string }[]; next: string | null };
      seen.push(...page.mandanten.map(({ name }) => name));
      next = page.next;
    }
    expect(seen).toEqual(expect.arrayContaining(names));
  });
});

describe('what is looked for', () => {
  it('is refused with NUL in it', async () => {
    for (const path of [
      '/mandanten?text=a%00',
      `/firms/${firmId}/mandanten?text=a%00`,
      `/mandanten/${mandantId}/vouchers?text=a%00`,
      `/mandanten/${mandantId}/history?kind=a%00`,
      `/firms/${firmId}/history?kind=a%00`,
      '/operator/history?kind=a%00',
    ])
      expect([path, ...(await outcome({ method: 'GET', path }))]).toEqual([path, ...refused]);
  });

  it('may be blank, or a kind of history or a noun', async () => {
    for (const path of ['/mandanten?text=%20', '/operator/history?kind=firm', '/operator/history?kind=firm.created'])
      expect(await outcome({ method: 'GET', path })).toEqual([200, 'ok']);
  });

  it('is refused with a day or month of the year 0', async () => {
    const vouchers = `/mandanten/${mandantId}/vouchers`;
    expect(await outcome({ method: 'GET', path: `${vouchers}?month=0000-01` })).toEqual(refused);
    const body = { email: 'kanzlei@example.com', accessFrom: '0000-01-01' };
    const path = `/mandanten/${mandantId}/engagement/invitations`;
    expect(await outcome({ method: 'POST', path, body }, member)).toEqual(refused);
  });
});

it('refuses cursors of the right shape with values that nothing has', async () => {
  const at = '2026-03-02T08:00:00.000Z';
  const id = randomUUID();
  const byTime = ['/operator/mails', '/operator/technical-log', '/operator/history', `/mandanten/${mandantId}/history`];
  for (const path of byTime) {
    for (const key of [
      ['x', id],
      [at, 'x'],
      ['2026-02-30T08:00:00.000Z', id],
      ['+012026-03-02T08:00:00.000Z', id],
      [at, `urn:uuid:${id}`],
    ])
      expect([path, key, ...(await outcome({ method: 'GET', path: `${path}?cursor=${encodeCursor(key)}` }))]).toEqual([
        path,
        key,
        ...refused,
      ]);
    expect(await outcome({ method: 'GET', path: `${path}?cursor=${encodeCursor([at, id])}` })).toEqual([200, 'ok']);
  }
  for (const key of [
    ['a', 'x'],
    ['a\0', id],
    ['\ud800', id],
  ])
    expect(await outcome({ method: 'GET', path: `/mandanten?cursor=${encodeCursor(key)}` })).toEqual(refused);
});

describe('ids in another spelling', () => {
  const spellings = (id: Id) => [
    id.toUpperCase(),
    `urn:uuid:${id}`,
    `%7B${id}%7D`,
    id.replaceAll('-', ''),
    'a'.repeat(500),
  ];

  it('are not there in an address, like those of nobody, also for an API key', async () => {
    // With letters in its id, which those of the tests' own services have not.
    const { mandantId, ctx } = await addMandant(db, server.services);
    const { userId, name, email } = ctx.caller;
    const member = await server.signIn({ id: userId, name, email });
    const rights = ['read', 'handIn'];
    const made = await server.ask(member, {
      method: 'POST',
      path: '/me/api-keys',
      body: { name: 'Kasse', mandantId, rights },
    });
    const bearer = { headers: { authorization: `Bearer ${JSON.parse(made.text).key}` } };
    const bytes = pdfOf('Rechnung');
    const query = `name=a.pdf&uploadId=${randomUUID()}`;
    const ask = async (id: string, who: SignedIn | null, rest: object) => {
      const handIn = await server.ask(who, {
        method: 'POST',
        path: `/mandanten/${id}/vouchers?${query}`,
        bytes,
        ...rest,
      });
      const list = await server.ask(who, { method: 'GET', path: `/mandanten/${id}/vouchers`, ...rest });
      return [handIn, list].map(({ status, text }) => [status, { ...JSON.parse(text), requestId: '' }]);
    };
    for (const [who, rest] of [
      [member, {}],
      [null, bearer],
    ] as const) {
      const nobodys = await ask(randomUUID(), who, rest);
      expect(nobodys.map(([status]) => status)).toEqual([404, 404]);
      for (const spelling of spellings(mandantId)) expect(await ask(spelling, who, rest)).toEqual(nobodys);
    }
    expect(await db.sql('select id from vouchers')).toEqual([]);
  });

  it('do not fit in a query or a body', async () => {
    const id = randomUUID();
    for (const spelling of [id.toUpperCase(), `urn:uuid:${id}`]) {
      const path = `/mandanten/${mandantId}/vouchers?name=a.pdf&uploadId=${spelling}`;
      expect(await outcome({ method: 'POST', path, bytes: pdfOf('x') }, member)).toEqual(refused);
      const body = { voucherIds: [spelling] };
      expect(await outcome({ method: 'POST', path: `/mandanten/${mandantId}/vouchers/send`, body })).toEqual(refused);
    }
  });
});

it('refuses an API key that ends in a leap second', async () => {
  const body = { name: 'Kasse', mandantId, rights: ['read'], expiresAt: '2026-12-31T23:59:60Z' };
  expect(await outcome({ method: 'POST', path: '/me/api-keys', body })).toEqual(refused);
});
