import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isDatabaseAway } from './databaseAway.ts';
import { createTestDatabase, type TestDatabase } from './testDatabase.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => new Error('went well'),
    (error: unknown) => error,
  );

/** A connection of its own to the test's database; what it does not survive is no error of the test. */
async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ ...db.connection, user: 'bruecke_app' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** A port where nobody listens any more. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

it('knows a database that stopped, is not there or has no time', async () => {
  const cut = await connect();
  const pid = (await cut.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
  const during = errorOf(cut.query('select pg_sleep(60)'));
  await db.sql('select pg_terminate_backend($1)', [pid]);
  const slow = await connect();
  await slow.query("set statement_timeout = '1ms'");
  const full = new pg.Pool({ ...db.connection, user: 'bruecke_app', max: 1, connectionTimeoutMillis: 1 });
  full.on('error', () => undefined);
  const errors = {
    during: await during,
    after: await errorOf(cut.query('select 1')),
    tooSlow: await errorOf(slow.query('select pg_sleep(60)')),
    nobodyListens: await errorOf(new pg.Client({ host: '127.0.0.1', port: await closedPort() }).connect()),
    noSocket: await errorOf(new pg.Client({ host: '/nowhere/at/all' }).connect()),
    noneFree: await errorOf(Promise.all([full.query('select pg_sleep(1)'), full.query('select 1')])),
  };
  await Promise.all([slow.end(), full.end()]);
  for (const [name, error] of Object.entries(errors))
    expect(isDatabaseAway(error), `${name}: ${String(error)}`).toBe(true);
});

it('takes a statement that was refused, or a file that is missing, for what it is', async () => {
  const refused = [
    await errorOf(db.sql('select nothing')),
    await errorOf(db.sql("select 'x'::uuid")),
    await errorOf(readFile('/nowhere/at/all')),
    'not an error',
  ];
  for (const error of refused) expect(isDatabaseAway(error)).toBe(false);
});
