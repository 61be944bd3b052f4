import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts';
import { appConnection, connectDatabase, type OpenDatabase, openDatabase } from './openDatabase.ts';
import type { AppConnection } from './pool.ts';

/** A database of its own for one test file, with all migrations, empty. */
export type TestDatabase = Omit<OpenDatabase, 'applied'> & {
  readonly admin: pg.ClientConfig;
  /** Statements as superuser, past every policy: to look and to lay out data, never what a test is about. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
};

type Grant = { readonly admin: pg.ClientConfig; readonly app: AppConnection };

/** Set by the global setup for the test processes. */
const SOCKET_VARIABLE = 'BRUECKE_TEST_DATABASE';

/**
 * Makes a database for the calling test file (about 0.1 s; the first one starts PostgreSQL, about 2 s).
 * Close it in `afterAll`. Needs vitest's globalSetup test/globalSetup.ts.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const grant = await ask('create');
  const adminPool = createAdminPool(grant.admin, 2);
  const errors = (line: string): void => console.error(line);
  const database = connectDatabase(grant.app, { poolSize: 16, findNesting: true, log: errors });
  return {
    ...database,
    admin: grant.admin,
    sql: async (text, values) => (await adminPool.query(text, values === undefined ? undefined : [...values])).rows,
    close: async () => {
      await Promise.all([database.close(), adminPool.end()]);
      await ask(`drop ${grant.admin.database}`);
    },
  };
}

/** Connections as superuser. One that is just being closed may still hear that its database is dropped: that ends no process. */
export function createAdminPool(admin: pg.ClientConfig, max: number): pg.Pool {
  const pool = new pg.Pool({ ...admin, max });
  return pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
}

/** One request per connection: a line there, a line of JSON back. */
async function ask(request: string): Promise<Grant> {
  const socket = process.env[SOCKET_VARIABLE];
  if (!socket) throw new Error('createTestDatabase needs vitest with globalSetup apps/server/test/globalSetup.ts');
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    const connection = createConnection(socket, () => connection.end(`${request}\n`));
    connection.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    connection.on('error', reject);
    connection.on('end', () => resolve(text));
  });
  // Both ends are in this file.
  const parsed = JSON.parse(answer) as Grant | { readonly error: string };
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed;
}

/**
 * Serves databases to the test processes of one run: PostgreSQL starts at the first request, so that runs which need none
 * pay nothing. Returns the end of it.
 */
export async function serveTestDatabases(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'bruecke-test-'));
  chmodSync(folder, 0o711); // as root, PostgreSQL runs as another user, who must be able to pass
  let cluster: Promise<TestCluster> | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    let text = '';
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('end', () => {
      // One after the other: PostgreSQL copies a template only while nobody else uses it.
      queue = queue
        .then(async () => {
          cluster ??= startCluster(folder);
          return answerRequest(await cluster, text.trim());
        })
        .then(
          (grant) => socket.end(JSON.stringify(grant)),
          (error: unknown) =>
            socket.end(
              JSON.stringify({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
            ),
        );
    });
  });
  const path = join(folder, 'control');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  process.env[SOCKET_VARIABLE] = path;
  return async () => {
    await new Promise((resolve) => server.close(resolve));
    const started = await cluster?.catch(() => undefined);
    await started?.admin.end();
    await started?.postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

type TestCluster = {
  readonly postgres: EmbeddedPostgres;
  readonly admin: pg.Client;
  readonly password: string;
  count: number;
};

async function startCluster(folder: string): Promise<TestCluster> {
  const password = randomBytes(24).toString('hex');
  const log = (line: string): void => {
    if (!line.startsWith('database: applied')) console.error(line);
  };
  const postgres = await startEmbeddedPostgres({
    dataFolder: join(folder, 'data'),
    adminPassword: password,
    durable: false,
    log,
  });
  const prepared = await openDatabase({ admin: postgres.admin, appPassword: password, log });
  await prepared.close();
  const admin = new pg.Client({ ...postgres.admin, database: 'postgres' });
  await admin.connect();
  return { postgres, admin, password, count: 0 };
}

async function answerRequest(cluster: TestCluster, request: string): Promise<Grant | Record<string, never>> {
  const dropped = /^drop (test_\d+)$/.exec(request)?.[1];
  if (dropped) {
    await cluster.admin.query(`drop database ${dropped} with (force)`);
    return {};
  }
  if (request !== 'create') throw new Error(`unknown request: ${request}`);
  cluster.count += 1;
  const database = `test_${cluster.count}`;
  await cluster.admin.query(`create database ${database} template bruecke`);
  // Rights on a database are not copied with it.
  await cluster.admin.query(`grant connect, create on database ${database} to bruecke_owner`);
  const admin = { ...cluster.postgres.admin, database };
  return { admin, app: appConnection(admin, cluster.password) };
}
