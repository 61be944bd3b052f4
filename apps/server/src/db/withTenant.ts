import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import {
  type CompiledQuery,
  type ConnectionProvider,
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  Transaction,
} from 'kysely';
import type pg from 'pg';
import { CONTEXT_ROLES } from './roles.ts';
import type { Database } from './tables.ts';

/** The handle for statements; exists only inside withTenant and withRole, and refuses work after they have ended. */
export type Tx = Transaction<Database>;

/** For whom a transaction works. Ids are UUIDs. */
export type TenantContext =
  | {
      readonly as: 'user';
      readonly userId: string;
      /** An API key's mandant: narrows the person's access to this one. */
      readonly scopeMandantId?: string;
      /** The Mandant that the transaction is about: the person sees no other one in it. Absent: all in their sight. */
      readonly aboutMandantId?: string;
      /** An API key's rights: cut with the person's own in SQL (`app_has_right`). Absent: all of the person's. */
      readonly rights?: readonly string[];
    }
  | { readonly as: 'job'; readonly mandantId: string }
  | { readonly as: 'connector'; readonly connectorId: string };

/** Roles that work over all mandanten, each with its own narrow view. */
export type InstanceRole = 'auth' | 'dispatcher' | 'sealer' | 'operator' | 'keeper';

export type TransactionOptions = {
  /** Runs the whole callback again after a serialization failure or deadlock (40001, 40P01), this often at most. Default 0. */
  readonly retries?: number;
  /** `work` only reads: its result is handed on without waiting for the end of the transaction. */
  readonly readOnly?: boolean;
  /**
   * `work` sends all of its statements before it waits for the first answer: the commit leaves with them, in one packet, and is
   * answered with them. A statement that fails undoes them all; what is found wrong in an answer no longer does.
   */
  readonly oneBreath?: boolean;
  /**
   * `work` works on lists of rows by their keys, for which one plan does for all: its prepared statements keep it. Left to itself
   * PostgreSQL plans each anew at each call, as lists shorter than the ten values that a kept plan assumes come cheaper: a sixth of
   * its work for forwarding.
   */
  readonly keepPlans?: boolean;
};

export type Tenancy = {
  /** Runs `work` in one transaction as `context`; commits when it resolves, rolls back when it throws. */
  withTenant<T>(context: TenantContext, work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  withRole<T>(role: InstanceRole, work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
};

/** A transaction inside another one would wait for a second connection while holding the first: a deadlock under load. */
export class NestedTransactionError extends Error {
  override readonly name = 'NestedTransactionError';
  readonly code = 'nested_transaction';
}

/**
 * Everything that reads or writes tables goes through the two functions returned here. The transaction's role and settings end
 * with it (`set local`), so a connection goes back to the pool with no rights at all.
 * `findNesting`: refuses a transaction inside another one. On in tests alone, as Node 20 then follows every promise of the process.
 */
export function createTenancy(pool: pg.Pool, { findNesting = false } = {}): Tenancy {
  const open = findNesting ? new AsyncLocalStorage<{ running: boolean }>() : null;

  async function run<T>(begin: string, work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T> {
    if (open?.getStore()?.running) {
      throw new NestedTransactionError(
        'withTenant was called inside withTenant: pass the open transaction on instead.',
      );
    }
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await runOnce(options?.keepPlans ? begin + KEEP_PLANS : begin, work, options ?? {});
      } catch (error) {
        if (attempt >= (options?.retries ?? 0) || !isRepeatable(error)) throw error;
      }
    }
  }

  async function runOnce<T>(begin: string, work: (tx: Tx) => Promise<T>, options: TransactionOptions): Promise<T> {
    const client = await pool.connect();
    client.on('error', ignore);
    const connection = createConnection(client);
    const state = { running: true };
    try {
      // One message instead of two or three: +41 % tenant transactions per second (2 cores, 16 connections). That needs the
      // simple query protocol, which knows no parameters: so ids are checked to be UUIDs before they stand in the text.
      // Not waited for: the first statement follows in the same breath, and every statement's answer comes after this one's.
      holdBack(client);
      const begun = client.query(begin);
      begun.catch(ignore); // told below
      const tx = createHandle(connection);
      const working = open ? open.run(state, () => work(tx)) : work(tx);
      const commit = async () => {
        connection.end();
        return client.query('commit');
      };
      const early = options.oneBreath ? inSameBreath(commit) : undefined;
      const result = await working;
      await begun;
      const committed = early ?? commit();
      if (options.readOnly) {
        committed.then(
          () => release(client),
          (error: unknown) => release(client, toError(error)),
        );
        return result;
      }
      const { command } = await committed;
      // PostgreSQL answers ROLLBACK, without an error, when a statement failed and `work` swallowed that.
      if (command !== 'COMMIT') throw new Error('The transaction was rolled back: a statement in it had failed.');
      release(client);
      return result;
    } catch (error) {
      // Of statements that went out together one has failed; whoever still waits for another must not send more behind the rollback.
      connection.end();
      // A connection that cannot even roll back is not given back but closed; the server then rolls back by itself.
      release(client, await client.query('rollback').then(() => undefined, toError));
      throw error;
    } finally {
      state.running = false;
    }
  }

  return {
    withTenant: async (context, work, options) => run(beginAs(context), work, options),
    withRole: async (role, work, options) => run(`begin; set local role ${CONTEXT_ROLES[role]}`, work, options),
  };
}

/**
 * What is sent in the same turn of the event loop leaves in one packet: begin with its first statement, statements that do not wait
 * for each other. Each packet wakes PostgreSQL, which costs either side more than a small statement does.
 */
function holdBack(client: pg.PoolClient): void {
  // The connection's socket, which pg corks itself around the parts of a statement; its types do not show it.
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** After all that is sent in this turn of the event loop, and still in its packet. */
function inSameBreath<T>(send: () => Promise<T>): Promise<T> {
  const sent = new Promise<T>((resolve, reject) => process.nextTick(() => send().then(resolve, reject)));
  sent.catch(ignore);
  return sent;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const RIGHT = /^[a-zA-Z][a-zA-Z0-9._:-]*$/;

function beginAs(context: TenantContext): string {
  const begin = `begin; set local role ${CONTEXT_ROLES[context.as]}`;
  switch (context.as) {
    case 'user': {
      const scope =
        context.scopeMandantId === undefined ? '' : setting('scope_mandant_id', uuid(context.scopeMandantId));
      const about =
        context.aboutMandantId === undefined ? '' : setting('about_mandant_id', uuid(context.aboutMandantId));
      // Braces make the empty list different from an absent one: a key without any right has none, not all.
      const rights = context.rights === undefined ? '' : setting('rights', `{${context.rights.map(right).join(',')}}`);
      return begin + setting('user_id', uuid(context.userId)) + scope + about + rights;
    }
    case 'job':
      return begin + setting('mandant_id', uuid(context.mandantId));
    case 'connector':
      return begin + setting('connector_id', uuid(context.connectorId));
  }
}

function setting(name: string, value: string): string {
  return `; set local app.${name} = '${value}'`;
}

function uuid(value: string): string {
  if (!UUID.test(value)) throw new TypeError('withTenant: an id is not a UUID');
  return value;
}

function right(value: string): string {
  if (!RIGHT.test(value)) throw new TypeError('withTenant: not the name of a right');
  return value;
}

/** A connection that breaks while in use fails the statement as well, so nothing is lost by not listening. */
function ignore(): void {}

function release(client: pg.PoolClient, broken?: Error): void {
  client.off('error', ignore);
  client.release(broken);
}

const KEEP_PLANS = '; set local plan_cache_mode = force_generic_plan';

const REPEATABLE = new Set(['40001', '40P01']);

function isRepeatable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && REPEATABLE.has(error.code);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

const dialect = {
  createAdapter: () => new PostgresAdapter(),
  createDriver: () => new DummyDriver(),
  createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
};
const driver = new DummyDriver();
const template = new Kysely<Database>({ dialect });

/**
 * Kysely's own transaction sends `begin` by itself; so the handle is built on a connection where ours has already run. Its own
 * provider for one connection lets a statement wait for the one before: then none would ever be pipelined.
 */
function createHandle(connection: DatabaseConnection): Tx {
  const provider: ConnectionProvider = { provideConnection: (consumer) => consumer(connection) };
  const executor = template.getExecutor().withConnectionProvider(provider);
  return new Transaction<Database>({ config: { dialect }, dialect, driver, executor });
}

/**
 * Statements that come again and again are prepared once per connection: parsing and planning them under the policies took a third
 * of the database's time for a hand-in (5.4 ms → 3.4 ms of CPU). Only so many: each costs memory in every connection, and texts
 * that vary (lists of a varying length) would never stop coming.
 */
const MOST_PREPARED = 250;
const USES_BEFORE = 3;
const seen = new Map<string, { readonly name: string; uses: number }>();

function nameOf(text: string): string | undefined {
  const known = seen.get(text);
  if (known) {
    known.uses += 1;
    return known.uses > USES_BEFORE ? known.name : undefined;
  }
  if (seen.size < MOST_PREPARED) seen.set(text, { name: `s${seen.size}`, uses: 1 });
  return undefined;
}

const COUNTED = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

function createConnection(client: pg.PoolClient): DatabaseConnection & { end(): void } {
  let ended = false;
  return {
    end: () => {
      ended = true;
    },
    executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
      if (ended) throw new Error('The transaction has ended: its handle was kept beyond withTenant.');
      const values = [...query.parameters];
      const name = nameOf(query.sql);
      holdBack(client);
      const result = await client.query(
        name === undefined ? { text: query.sql, values } : { name, text: query.sql, values },
      );
      // kysely's type for the rows of a query it built itself; pg types them as any
      const rows: R[] = result.rows;
      return COUNTED.has(result.command) ? { rows, numAffectedRows: BigInt(result.rowCount ?? 0) } : { rows };
    },
    // biome-ignore lint/correctness/useYield: part of kysely's interface, refused here
    streamQuery: async function* () {
      throw new Error('Streaming needs a cursor: read page by page with a key instead.');
    },
  };
}
