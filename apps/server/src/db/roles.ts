import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import pg from 'pg';

/** Owns every table and function; nobody signs in as it, migrations take it on. */
export const OWNER_ROLE = 'bruecke_owner';
/** The only role the running server signs in as. It may do nothing by itself; each transaction takes on a context role. */
export const APP_ROLE = 'bruecke_app';
/** Runs graphile-worker's own statements on its own schema; sees no table of ours. */
export const QUEUE_ROLE = 'bruecke_queue';

/** A transaction has exactly one of these; what each may see stands in the policies of the migrations. */
export const CONTEXT_ROLES = {
  /** A signed-in person (or their API key): rows of the mandanten in `access`. */
  user: 'bruecke_user',
  /** Background work for one mandant. */
  job: 'bruecke_job',
  /** The connector of one firm. */
  connector: 'bruecke_connector',
  /** Finds due work over all mandanten: ids and states, no content. */
  dispatcher: 'bruecke_dispatcher',
  /** Links history entries: ids and commitments, no content. */
  sealer: 'bruecke_sealer',
  /** Sign-in: people, sessions, invitations. */
  auth: 'bruecke_auth',
  /** Instance settings, mail states, technical log, instance history. */
  operator: 'bruecke_operator',
  /** Seals anew what an earlier master key sealed: sealed values, nothing else. */
  keeper: 'bruecke_keeper',
} as const;

/** Oldest server we run on, as server_version_num writes it (15.0). */
const OLDEST_VERSION = 150_000;

/** Thrown when the database cannot be prepared; the message says what to run or change. */
export class DatabaseSetupError extends Error {
  override readonly name = 'DatabaseSetupError';
  readonly code = 'database_setup';
}

export async function checkServerVersion(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ number: string; shown: string }>(
    "select current_setting('server_version_num') as number, current_setting('server_version') as shown",
  );
  for (const row of rows) assertServerVersion(Number(row.number), row.shown);
}

/** @throws DatabaseSetupError for a server older than 15 */
export function assertServerVersion(number: number, shown: string): void {
  if (number >= OLDEST_VERSION) return;
  throw new DatabaseSetupError(`DATABASE_URL leads to PostgreSQL ${shown}; Brücke needs version 15 or newer.`);
}

export type RolesOptions = {
  /** The connection that `client` has, to sign in on the same server as the application. */
  readonly admin: pg.ClientConfig;
  readonly appPassword: string;
  /** Asked once the owner role can be taken on; what it throws leaves the password of the application's role as it is. */
  readonly beforePassword: () => Promise<void>;
};

/**
 * Creates the roles that are missing, gives the server's role its password, and lets the owner role create in this database.
 * Runs at each start as the administrator (embedded: superuser; external: the user of DATABASE_URL). Repeatable.
 * Throws DatabaseSetupError with the statements to run where that user may not create roles, and where others use the role with
 * another password.
 */
export async function ensureRoles(client: pg.ClientBase, options: RolesOptions): Promise<void> {
  const { rows } = await client.query<{ superuser: boolean; creator: boolean; user: string; database: string }>(
    `select rolsuper as superuser, rolcreaterole as creator, current_user as user, current_database() as database
       from pg_roles where rolname = current_user`,
  );
  const me = rows[0];
  if (!me)
    throw new DatabaseSetupError('The database does not know its own user: pg_roles has no row for current_user.');
  const roles = roleStatements(me.user, me.database);
  // The verifier, not the password: statements may be logged by the server.
  const password = `alter role ${APP_ROLE} password '${scramVerifier(options.appPassword)}';`;
  const statements = [...roles, password];
  if (!me.superuser && !me.creator) {
    await verifyPreparedRoles(client, statements);
    await options.beforePassword();
    return;
  }
  await run(client, roles, statements);
  await options.beforePassword();
  await refuseToLockOut(client, options);
  await run(client, [password], statements);
}

async function run(client: pg.ClientBase, some: readonly string[], all: readonly string[]): Promise<void> {
  try {
    await client.query(`begin; ${some.join('\n')} commit`);
  } catch (cause) {
    await client.query('rollback');
    throw setupError(all, cause);
  }
}

/** A role is the server's, not the database's: with a new password, whoever else uses it would be refused at the next connection. */
async function refuseToLockOut(client: pg.ClientBase, { admin, appPassword }: RolesOptions): Promise<void> {
  const { rows } = await client.query<{ database: string }>(
    `select datname as database from pg_stat_activity where usename = $1
     union select datname from pg_database, aclexplode(datacl) as right_of
            where right_of.grantee = $1::regrole and datname <> current_database()`,
    [APP_ROLE],
  );
  if (rows.length === 0 || (await signsIn({ ...admin, user: APP_ROLE, password: appPassword }))) return;
  throw new DatabaseSetupError(
    `The database role ${APP_ROLE} has another password than this process was given, and it is used for ` +
      `${rows.map(({ database }) => quote(database)).join(', ')}: a new password would lock out whoever uses it. ` +
      'All processes of an installation need the same secrets; another installation needs a PostgreSQL server of its own. ' +
      `To change the password, stop all processes first. What a database keeps that is not used any more: revoke connect on database … from ${APP_ROLE};`,
  );
}

async function signsIn(config: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch (error) {
    // Whatever else goes wrong is told when the pool is opened.
    return !(error instanceof Error && 'code' in error && error.code === '28P01');
  }
}

/** Someone prepared the roles by hand, because the user of DATABASE_URL may not. */
async function verifyPreparedRoles(client: pg.ClientBase, statements: readonly string[]): Promise<void> {
  const wanted = [OWNER_ROLE, APP_ROLE, QUEUE_ROLE, ...Object.values(CONTEXT_ROLES)];
  const { rows } = await client.query<{ rolname: string }>('select rolname from pg_roles where rolname = any($1)', [
    wanted,
  ]);
  const missing = wanted.filter((name) => !rows.some((row) => row.rolname === name));
  if (missing.length > 0) throw setupError(statements, `missing: ${missing.join(', ')}`);
  try {
    await client.query(`begin; set local role ${OWNER_ROLE}; rollback`);
  } catch (cause) {
    await client.query('rollback');
    throw setupError(statements, cause);
  }
}

function setupError(statements: readonly string[], cause: unknown): DatabaseSetupError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DatabaseSetupError(
    `The user of DATABASE_URL may not prepare Brücke's database roles (${reason}). ` +
      `Run these statements once as an administrator of that database, then start again:\n\n${statements.join('\n')}\n`,
    { cause },
  );
}

/** Names of roles come from this file; user and database are quoted. */
function roleStatements(user: string, database: string): readonly string[] {
  const contexts = [...Object.values(CONTEXT_ROLES), QUEUE_ROLE];
  const create = (name: string, attributes: string): string =>
    `do $$ begin if not exists (select from pg_roles where rolname = '${name}') then create role ${name} ${attributes}; end if; end $$;`;
  return [
    create(OWNER_ROLE, 'nologin'),
    create(APP_ROLE, 'login noinherit'),
    ...contexts.map((name) => create(name, 'nologin')),
    ...contexts.map((name) => `grant ${name} to ${APP_ROLE};`),
    `grant ${OWNER_ROLE} to ${quote(user)};`,
    `grant connect, create on database ${quote(database)} to ${OWNER_ROLE};`,
    `grant connect on database ${quote(database)} to ${APP_ROLE};`,
    'revoke all on schema public from public;',
    `grant usage, create on schema public to ${OWNER_ROLE};`,
    `grant usage on schema public to ${[APP_ROLE, ...contexts].join(', ')};`,
  ];
}

function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/**
 * SCRAM-SHA-256 verifier as PostgreSQL stores it (RFC 5803 form, 4096 rounds). The salt is derived from the password, so that
 * the same password gives the same statement; passwords are 32 random bytes, for which a random salt adds nothing.
 */
export function scramVerifier(password: string): string {
  const salt = createHash('sha256').update(`bruecke scram salt ${password}`).digest().subarray(0, 16);
  const salted = pbkdf2Sync(password, salt, 4096, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$4096:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
