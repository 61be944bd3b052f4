import pg from 'pg';
import { APP_ROLE } from './roles.ts';

/** Where the running server finds the database; taken from the administrator's connection, with our own role and password. */
export type AppConnection = {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly password: string;
  readonly ssl?: pg.ClientConfig['ssl'];
};

export type PoolOptions = {
  /** Most connections of this process; all processes together must stay below the server's max_connections (embedded: 60). */
  readonly max?: number;
  /** Shown in pg_stat_activity. */
  readonly name?: string;
  /** Session role right from the start, for a pool that does not go through withTenant (the job queue). */
  readonly role?: string;
  /** Statements are sent without waiting for the answers of those before them; who waits for each sees no difference. */
  readonly pipeline?: boolean;
  readonly onError: (error: Error) => void;
};

/**
 * Connections as `bruecke_app`. What PostgreSQL types become: bigint → number (throws beyond 2^53), numeric → string,
 * date → string `YYYY-MM-DD` (a day has no time zone), timestamptz → Date, bytea → Buffer, jsonb → parsed value.
 */
export function createPool(connection: AppConnection, options: PoolOptions): pg.Pool {
  const settings = ['-c idle_in_transaction_session_timeout=60s', '-c lock_timeout=15s', '-c statement_timeout=120s'];
  if (options.role) settings.push(`-c role=${options.role}`);
  const pool = new pg.Pool({
    host: connection.host,
    port: connection.port,
    database: connection.database,
    user: APP_ROLE,
    password: connection.password,
    ...(connection.ssl === undefined ? {} : { ssl: connection.ssl }),
    application_name: options.name ?? 'bruecke',
    max: options.max ?? 20,
    ...(options.pipeline ? { pipeline: true } : {}),
    connectionTimeoutMillis: 30_000,
    options: settings.join(' '),
    types: { getTypeParser },
  });
  // An idle connection that breaks (server restart) is thrown away by the pool; without a listener it would end the process.
  pool.on('error', options.onError);
  // Nor does the pool listen to one in use (graphile-worker asks for a listener then) or just being closed, when the server stops.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

const INT8 = 20;
const DATE = 1082;

function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: never) => unknown {
  if (format !== 'binary') {
    if (oid === INT8) return parseSafeInteger;
    if (oid === DATE) return keepText;
  }
  // pg's own table; its types know only fixed numbers, while ours come off the wire.
  return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text');
}

function parseSafeInteger(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new RangeError(`bigint ${value} is beyond the numbers JavaScript counts exactly`);
  return number;
}

function keepText(value: string): string {
  return value;
}
