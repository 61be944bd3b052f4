import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { leaveMark, type MasterKeyCheck, refuseOtherMasterKeys } from './masterKeyMark.ts';
import { checkServerVersion, DatabaseSetupError, ensureRoles, OWNER_ROLE } from './roles.ts';

export type Migration = { readonly name: string; readonly sql: string; readonly checksum: string };

export type MigrateOptions = {
  /** Connection of the administrator: embedded PostgreSQL's `admin`, or DATABASE_URL. */
  readonly admin: pg.ClientConfig;
  /** Password of the role `bruecke_app`, which the running server signs in as. */
  readonly appPassword: string;
  /** Absent: the database is not held to any master keys (tests). */
  readonly masterKeys?: MasterKeyCheck;
  /** Folder with files `NNNN_name.sql`. */
  readonly folder: string;
  /** Work that our own files build on (the job queue's schema); runs under the lock, once the roles exist. */
  readonly before?: () => Promise<void>;
  readonly log: (line: string) => void;
};

/** One lock number for all Brücke servers on a database ("brücke" in ASCII, cut to 31 bits). */
const MIGRATION_LOCK = 1_651_143_019;

/**
 * Brings the database to the state of the files: prepares roles, then runs what is new, each file in its own transaction.
 * One server at a time (advisory lock); others wait. Throws DatabaseSetupError when a file that ran was changed or is gone,
 * when the database is newer than the program or belongs to other secrets, when the server is too old or gives no connection.
 */
export async function migrate(options: MigrateOptions): Promise<{ readonly applied: readonly string[] }> {
  const migrations = readMigrations(options.folder);
  const client = new pg.Client(options.admin);
  await client.connect().catch((error: unknown) => {
    throw noConnection(error);
  });
  try {
    await checkServerVersion(client);
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await ensureRoles(client, {
      ...options,
      beforePassword: async () => {
        if (options.masterKeys) await refuseOtherMasterKeys(client, options.masterKeys);
      },
    });
    await options.before?.();
    await client.query(`set role ${OWNER_ROLE}`);
    await prepareRecord(client);
    const done = await readRecord(client);
    checkDrift(migrations, done);
    const open = migrations.filter((migration) => !done.has(migration.name));
    for (const migration of open) {
      await apply(client, migration);
      options.log(`database: applied ${migration.name}`);
    }
    if (options.masterKeys) await leaveMark(client, options.masterKeys);
    return { applied: open.map((migration) => migration.name) };
  } finally {
    await client.end(); // gives the lock back
  }
}

/** The embedded database was asked before whether it answers, so this is one of the operator's. */
function noConnection(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  // Of a name with several addresses there is only a code.
  const why = error.message || ('code' in error ? String(error.code) : error.name);
  return new DatabaseSetupError(`No connection to the database of DATABASE_URL: ${why}`, { cause: error });
}

/** Reads the files in order; a name out of pattern or a number used twice is an error of the program. */
export function readMigrations(folder: string): readonly Migration[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const numbers = new Set<string>();
  return names.map((name) => {
    const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1];
    if (number === undefined) throw new DatabaseSetupError(`Migration ${name} is not named NNNN_words.sql`);
    if (numbers.has(number)) throw new DatabaseSetupError(`Two migrations have the number ${number}`);
    numbers.add(number);
    // Line ends are levelled: a checkout on another system must not look like a changed file.
    const sql = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n');
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  });
}

async function prepareRecord(client: pg.Client): Promise<void> {
  await client.query(`
    create table if not exists schema_migrations (
      name text primary key,
      checksum text not null,
      applied_at timestamptz not null default now()
    );
    alter table schema_migrations enable row level security;
    alter table schema_migrations force row level security;
    do $$ begin
      if not exists (select from pg_policies where schemaname = 'public' and tablename = 'schema_migrations') then
        create policy owner on schema_migrations to ${OWNER_ROLE} using (true) with check (true);
      end if;
    end $$;`);
}

async function readRecord(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from schema_migrations',
  );
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

function checkDrift(migrations: readonly Migration[], done: ReadonlyMap<string, string>): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const [name, checksum] of done) {
    const migration = known.get(name);
    if (!migration) {
      throw new DatabaseSetupError(
        `The database has run ${name}, which this program does not know: it was used by a newer version. Start that version.`,
      );
    }
    if (migration.checksum !== checksum) {
      throw new DatabaseSetupError(
        `Migration ${name} was changed after it ran on this database. Put the file back as it was and write the change as a new migration.`,
      );
    }
  }
  const newest = [...done.keys()].sort().at(-1) ?? '';
  const late = migrations.find((migration) => !done.has(migration.name) && migration.name < newest);
  if (late) {
    throw new DatabaseSetupError(
      `Migration ${late.name} comes before ${newest}, which has already run. Give it a higher number.`,
    );
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [
      migration.name,
      migration.checksum,
    ]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DatabaseSetupError(`Migration ${migration.name} failed and was undone: ${reason}`, { cause });
  }
}
