import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { sealAnew } from '../modules/instance/index.ts';
import { createEncryption, type MasterKey } from '../secrets/encryption.ts';
import { createTestServices } from '../testServices.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts';
import { type OpenDatabase, openDatabase } from './openDatabase.ts';

// A server of its own: passwords of roles are the server's, and the other tests need theirs.
let folder: string;
let postgres: EmbeddedPostgres;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bruecke-mark-'));
  chmodSync(folder, 0o711); // as root, PostgreSQL runs as another user, who must be able to pass
  const log = () => undefined;
  postgres = await startEmbeddedPostgres({ dataFolder: join(folder, 'data'), adminPassword, durable: false, log });
});
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const adminPassword = 'a-password-only-for-tests';
const keyOf = (id: string): MasterKey => ({ id, key: randomBytes(32) });
const [ours, theirs] = [keyOf('ours'), keyOf('theirs')];
const encryptionOf = (...keys: [MasterKey, ...MasterKey[]]) => createEncryption(keys, randomBytes);

let database: string;
let count = 0;
beforeEach(async () => {
  if (database) await sql(`drop database ${database} with (force)`, 'postgres');
  count += 1;
  database = `instance_${count}`;
  await sql(`create database ${database} template template0`, 'postgres');
});

async function query(config: pg.ClientConfig, text: string) {
  const client = new pg.Client(config);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
const sql = (text: string, where = database) => query({ ...postgres.admin, database: where }, text);

type Start = { keys?: [MasterKey, ...MasterKey[]]; password?: string; accept?: boolean; database?: string };
/** What a process does at its start; `work` while it runs. */
async function start(given: Start = {}, work: (db: OpenDatabase) => Promise<unknown> = async () => undefined) {
  const db = await openDatabase({
    admin: { ...postgres.admin, database: given.database ?? database },
    appPassword: given.password ?? 'password-of-the-first',
    masterKeys: { encryption: encryptionOf(...(given.keys ?? [ours])), accept: given.accept ?? false },
    log: () => undefined,
  });
  await Promise.resolve(db.ping())
    .then(() => work(db))
    .finally(() => db.close());
}
/** A closed connection's process at the server ends a moment later. */
async function untilUnused() {
  while ((await sql("select from pg_stat_activity where usename = 'bruecke_app'")).length > 0) await delay(20);
}
const otherSecrets = /belongs to an installation with other secrets.+BRUECKE_SECRETS.+BRUECKE_MASTER_KEYS/;

it('refuses a process with other secrets, and leaves the first one its password', async () => {
  await start();
  await expect(start({ keys: [theirs], password: 'password-of-the-second' })).rejects.toThrow(otherSecrets);
  // The same name for another key is no better.
  const alike = { ...theirs, id: ours.id };
  await expect(start({ keys: [alike], password: 'password-of-the-second' })).rejects.toThrow(otherSecrets);
  const app = { ...postgres.admin, database, user: 'bruecke_app', password: 'password-of-the-first' };
  expect(await query(app, 'select 1 as works')).toEqual([{ works: 1 }]);
  await start();
});

it('goes along with a change of the master key', async () => {
  await start();
  const next = keyOf('next');
  await start({ keys: [next, ours] }, async (db) => {
    await start({ keys: [ours] }); // one that was not started anew yet
    const services = { ...createTestServices(db), encryption: encryptionOf(next, ours) };
    expect(await sealAnew(services)).toEqual({ sealed: 1, unreadable: 0 });
  });
  await start({ keys: [next] });
  await expect(start({ keys: [ours] })).rejects.toThrow(otherSecrets);
});

it('takes the keys of the first start after an update', async () => {
  await start();
  await sql("delete from instance_settings where key = 'master_keys'");
  await start({ keys: [theirs] });
  await expect(start({ keys: [ours] })).rejects.toThrow(otherSecrets);
});

it('takes other keys in the place of lost ones when the operator says so', async () => {
  await start();
  await start({ keys: [theirs], accept: true });
  await start({ keys: [theirs] });
  await expect(start({ keys: [ours] })).rejects.toThrow(otherSecrets);
});

it('refuses a user of the database who may not make roles just the same', async () => {
  await start();
  await sql(`create role plain login password 'plain-password'; grant bruecke_owner to plain`);
  const admin = { ...postgres.admin, database, user: 'plain', password: 'plain-password' };
  const masterKeys = { encryption: encryptionOf(theirs), accept: false };
  await expect(openDatabase({ admin, appPassword: 'any', masterKeys, log: () => undefined })).rejects.toThrow(
    otherSecrets,
  );
});

it('changes the password of the application’s role only while nobody else uses it', async () => {
  const password = 'password-of-the-second';
  await untilUnused();
  await start({}, () => expect(start({ password })).rejects.toThrow(/would lock out/));
  await untilUnused();
  await start({ password });
  await sql('create database another template template0');
  await expect(start({ database: 'another', keys: [theirs] })).rejects.toThrow(
    `it is used for "${database}": a new password would lock out`,
  );
  await start({ password });
  await untilUnused();
  await sql(`revoke connect on database ${database} from bruecke_app`);
  await start({ database: 'another', keys: [theirs] });
});
