import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from './migrate.ts';
import { connectionFromUrl } from './openDatabase.ts';
import { assertServerVersion, DatabaseSetupError } from './roles.ts';
import { createTestDatabase, type TestDatabase } from './testDatabase.ts';

let db: TestDatabase;
let admin: pg.ClientConfig;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

let folder: string;
let database: string;
let count = 0;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bruecke-migrations-'));
  mkdirSync(folder, { recursive: true });
  count += 1;
  database = `${db.admin.database}_migrate_${count}`;
  await db.sql(`create database ${database} template template0`);
  admin = { ...db.admin, database };
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await db.sql(`drop database ${database} with (force)`);
});

const write = (name: string, sql: string) => writeFileSync(join(folder, name), sql);
const run = (given: Partial<Parameters<typeof migrate>[0]> = {}) =>
  migrate({ admin, appPassword: db.connection.password, folder, log: () => undefined, ...given });
async function query(text: string, config: pg.ClientConfig = admin) {
  const client = new pg.Client(config);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe('migrate', () => {
  it('runs each file once, in order, as the owner role', async () => {
    write('0002_second.sql', 'alter table first add b int;');
    write('0001_first.sql', 'create table first (a int);');
    expect(await run()).toEqual({ applied: ['0001_first.sql', '0002_second.sql'] });
    expect(await run()).toEqual({ applied: [] });
    write('0003_third.sql', 'create table third (a int);');
    expect(await run()).toEqual({ applied: ['0003_third.sql'] });
    expect(await query("select distinct tableowner from pg_tables where schemaname = 'public'")).toEqual([
      { tableowner: 'bruecke_owner' },
    ]);
  });

  it('lets one server at a time do it', async () => {
    write('0001_first.sql', 'select pg_sleep(0.1); create table first (a int);');
    const results = await Promise.all([run(), run(), run()]);
    expect(results.flatMap((result) => result.applied)).toEqual(['0001_first.sql']);
  });

  it('undoes a file that fails, and keeps those before it', async () => {
    write('0001_first.sql', 'create table first (a int);');
    write('0002_second.sql', 'create table second (a int); select 1/0;');
    await expect(run()).rejects.toThrow('0002_second.sql failed and was undone: division by zero');
    expect(await query("select tablename from pg_tables where tablename in ('first', 'second')")).toEqual([
      { tablename: 'first' },
    ]);
  });

  it('refuses a changed file, a vanished one, and one that comes too late', async () => {
    write('0001_first.sql', 'create table first (a int);');
    write('0003_third.sql', 'select 1;');
    await run();
    write('0001_first.sql', 'create table first (a int);\r\n'.replace('\r\n', ''));
    await expect(run()).resolves.toEqual({ applied: [] });
    write('0001_first.sql', 'create table first (a bigint);');
    await expect(run()).rejects.toThrow('0001_first.sql was changed after it ran');
    write('0001_first.sql', 'create table first (a int);');
    write('0002_late.sql', 'select 1;');
    await expect(run()).rejects.toThrow('0002_late.sql comes before 0003_third.sql');
    rmSync(join(folder, '0002_late.sql'));
    rmSync(join(folder, '0003_third.sql'));
    await expect(run()).rejects.toThrow('0003_third.sql, which this program does not know');
  });

  it('refuses names out of pattern and numbers used twice', async () => {
    write('first.sql', 'select 1;');
    await expect(run()).rejects.toThrow('not named NNNN_words.sql');
    rmSync(join(folder, 'first.sql'));
    write('0001_a.sql', 'select 1;');
    write('0001_b.sql', 'select 1;');
    await expect(run()).rejects.toThrow('the number 0001');
  });

  it('says that no connection came about, and why, also where the name has several addresses', async () => {
    const running = run({ admin: { ...admin, host: 'localhost', port: 1 } });
    await expect(running).rejects.toThrow(/^No connection to the database of DATABASE_URL: .*ECONNREFUSED/);
    await expect(running).rejects.toBeInstanceOf(DatabaseSetupError);
  });

  it('names the statements to run where the user of DATABASE_URL may not make roles, and works once they ran', async () => {
    const user = `plain_${database}`;
    await db.sql(`create role ${user} login password 'plain-password'`);
    const plain = { ...admin, user, password: 'plain-password' };
    try {
      const error = await run({ admin: plain }).catch((thrown: unknown) => thrown);
      if (!(error instanceof Error)) throw new Error('it ran');
      expect(error.message).toContain('Run these statements once');
      expect(error.message).not.toContain(db.connection.password);
      await query(error.message.slice(error.message.indexOf('do $$')));
      write('0001_first.sql', 'create table first (a int);');
      expect(await run({ admin: plain })).toEqual({ applied: ['0001_first.sql'] });
    } finally {
      await query(
        `reassign owned by ${user} to current_user; drop owned by ${user}; revoke bruecke_owner from ${user}`,
      );
      await db.sql(`drop role ${user}`);
    }
  });

  it('refuses a server older than 15', () => {
    expect(() => assertServerVersion(140_011, '14.11')).toThrow('leads to PostgreSQL 14.11');
    expect(() => assertServerVersion(150_000, '15.0')).not.toThrow();
  });
});

describe('connectionFromUrl', () => {
  it('reads a network address and a socket folder', () => {
    expect(connectionFromUrl('postgres://ada:p%40ss@db.example:6432/bruecke?sslmode=disable')).toMatchObject({
      host: 'db.example',
      port: 6432,
      user: 'ada',
      password: 'p@ss',
      database: 'bruecke',
      ssl: false,
    });
    expect(connectionFromUrl('postgres:///bruecke?host=/run/postgresql&user=ada')).toMatchObject({
      host: '/run/postgresql',
      database: 'bruecke',
    });
  });
});
