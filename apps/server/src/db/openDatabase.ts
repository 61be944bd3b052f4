import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { installQueue } from '../jobs/installQueue.ts';
import type { MasterKeyCheck } from './masterKeyMark.ts';
import { migrate } from './migrate.ts';
import { type AppConnection, createPool } from './pool.ts';
import { createTenancy, type Tenancy } from './withTenant.ts';

/** The migrations beside this file; a bundle is given the folder its build copied them to (config.migrationsFolder). */
export const SOURCE_MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));

export type OpenDatabaseOptions = {
  /** Embedded: `EmbeddedPostgres.admin`; external: `connectionFromUrl(DATABASE_URL)`. */
  readonly admin: pg.ClientConfig;
  /** Password that the role `bruecke_app` gets and uses. */
  readonly appPassword: string;
  /** What the database is held to; absent in tests only. */
  readonly masterKeys?: MasterKeyCheck;
  readonly migrationsFolder?: string;
  /** Most connections of this process for transactions. Default 20. */
  readonly poolSize?: number;
  readonly log: (line: string) => void;
};

/** An opened database: `withTenant` and `withRole` are the only ways to its tables. */
export type OpenDatabase = Tenancy & {
  /** For further pools of this process (jobs, listeners). */
  readonly connection: AppConnection;
  /** Names of the migrations that this start applied. */
  readonly applied: readonly string[];
  /** One round trip; throws when the database does not answer. For /readyz. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

/** Prepares roles, queue and tables (one process at a time), then opens the pool as `bruecke_app`. Throws DatabaseSetupError. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenDatabase> {
  const { applied } = await migrate({
    admin: options.admin,
    appPassword: options.appPassword,
    ...(options.masterKeys ? { masterKeys: options.masterKeys } : {}),
    folder: options.migrationsFolder ?? SOURCE_MIGRATIONS,
    before: () => installQueue(options.admin),
    log: options.log,
  });
  return { ...connectDatabase(appConnection(options.admin, options.appPassword), options), applied };
}

/** Opens the pool on a database that is already prepared. */
export function connectDatabase(
  connection: AppConnection,
  options: { readonly poolSize?: number; readonly findNesting?: boolean; readonly log: (line: string) => void },
): Omit<OpenDatabase, 'applied'> {
  const pool = createPool(connection, {
    ...(options.poolSize === undefined ? {} : { max: options.poolSize }),
    pipeline: true,
    onError: (error) => options.log(`database: a connection broke: ${error.message}`),
  });
  return {
    ...createTenancy(pool, { findNesting: options.findNesting ?? false }),
    connection,
    ping: async () => {
      await pool.query('select 1');
    },
    close: () => pool.end(),
  };
}

/** Parts of a connection URL; pg's own reading of it, so that everything pg documents works (sslmode, host as socket folder). */
export function connectionFromUrl(url: string): pg.ClientConfig {
  const { host, port, database, user, password, ssl } = new pg.Client({ connectionString: url });
  return {
    host,
    port,
    ...(database === undefined ? {} : { database }),
    ...(user === undefined ? {} : { user }),
    ...(typeof password === 'string' ? { password } : {}),
    ssl,
  };
}

/** The same server and database as the administrator's, as our own role. */
export function appConnection(admin: pg.ClientConfig, password: string): AppConnection {
  return {
    host: admin.host ?? 'localhost',
    port: admin.port ?? 5432,
    database: admin.database ?? 'bruecke',
    password,
    ...(admin.ssl === undefined ? {} : { ssl: admin.ssl }),
  };
}
