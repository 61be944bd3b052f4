import type { ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { clusterOwner, prepareClusterFolder } from './clusterFolder.ts';
import { clearCluster, type OwnedCluster, ownCluster } from './clusterProcesses.ts';
import { EmbeddedPostgresError, preparePostgresBinaries } from './embeddedBinaries.ts';
import {
  ADMIN,
  type Cluster,
  collect,
  type EmbeddedPostgresOptions,
  initialise,
  PORT,
  spawnServer,
  spawnWatchdog,
} from './embeddedProcess.ts';
import { SYSTEM_HOME } from './systemHome.ts';
import { chooseUnprivilegedUser, readSystemUsers, runAs, type SystemUser } from './unprivilegedUser.ts';

export { EmbeddedPostgresError } from './embeddedBinaries.ts';
export type { EmbeddedPostgresOptions } from './embeddedProcess.ts';

/** A socket's path may have about 104 bytes, and PostgreSQL appends `/.s.PGSQL.5432.lock`. */
const LONGEST_SOCKET_FOLDER = 80;

export type AdminConnection = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
};

export type EmbeddedPostgres = {
  /** How the administrator (superuser; for migrations only) reaches the database `bruecke`. */
  readonly admin: AdminConnection;
  /** Process number of the running postmaster; undefined while it is being restarted. */
  pid(): number | undefined;
  /**
   * Lets sessions end by themselves for a second, then ends them (fast shutdown; nothing committed is lost), after 20 s immediate shutdown.
   * Safe to call twice.
   */
  stop(): Promise<void>;
};

/**
 * Starts the embedded PostgreSQL as our direct child and waits until it answers; makes the cluster and the database on first
 * start. A PostgreSQL that ends by itself (kill -9, out of memory) is started again, on the same socket, so that pools reconnect.
 * Measured on 2 cores: first start 1.5 s, later ones 0.15 s. Throws EmbeddedPostgresError with a remedy.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataFolder = options.dataFolder;
  mkdirSync(dataFolder, { recursive: true, mode: 0o755 });
  const user = process.getuid?.() === 0 ? requireUser(clusterOwner(dataFolder)) : undefined;
  const binaries = preparePostgresBinaries(user, options.log, { homes: [SYSTEM_HOME, resolve(dataFolder)] });
  const { home, cluster: folder } = prepareClusterFolder(dataFolder, user, options.log);
  const socketFolder = makeSocketFolder(user);
  const cluster: Cluster = { binaries, user, home, folder, socketFolder, options };
  let owned: OwnedCluster | undefined;
  const leave = () => {
    rmSync(socketFolder, { recursive: true, force: true });
    owned?.giveUp();
  };
  try {
    owned = await ownCluster({ home, cluster: folder, socketFolder }, options.log);
    if (!existsSync(join(folder, 'PG_VERSION'))) await initialise(cluster);
    const supervised = await supervise(cluster, leave);
    await createDatabase(adminConnection(cluster, 'postgres'));
    return { ...supervised, admin: adminConnection(cluster, 'bruecke') };
  } catch (error) {
    leave();
    throw error;
  }
}

function requireUser(preferredUid: number | undefined): SystemUser {
  const user = chooseUnprivilegedUser(readSystemUsers(), preferredUid);
  if (user) return user;
  throw new EmbeddedPostgresError(
    'PostgreSQL refuses to run as root, and /etc/passwd lists no other user. Add one (for example the line ' +
      '"nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin"), start Brücke as an ordinary user, or set DATABASE_URL.',
  );
}

/** TMPDIR may be too long, or closed to PostgreSQL's user (libpam-tmpdir gives root one of its own). */
function makeSocketFolder(user: SystemUser | undefined): string {
  const parent = [tmpdir(), '/tmp'].find(
    (folder) => Buffer.byteLength(folder) + 18 <= LONGEST_SOCKET_FOLDER && (!user || runAs(user, 'cd "$1"', folder)),
  );
  if (parent === undefined) {
    throw new EmbeddedPostgresError(
      `User "${user?.name}" may enter neither ${tmpdir()} nor /tmp, where PostgreSQL puts its socket. ` +
        'Set TMPDIR to a folder with a short name that this user may enter.',
    );
  }
  const folder = mkdtempSync(join(parent, 'bruecke-pg-')); // mode 0700
  if (user) chownSync(folder, user.uid, user.gid);
  return folder;
}

type Supervised = { pid(): number | undefined; stop(): Promise<void> };

/** `leave`: what is to be done once PostgreSQL was stopped. */
async function supervise(cluster: Cluster, leave: () => void): Promise<Supervised> {
  let stopping: Promise<void> | undefined;
  let current: ChildProcess | undefined;
  let restarting: Promise<void> = Promise.resolve();

  async function launch(): Promise<void> {
    const child = spawnServer(cluster);
    const watchdog = spawnWatchdog(cluster, child);
    current = child;
    child.once('exit', () => {
      current = undefined;
      watchdog.kill('SIGKILL');
    });
    try {
      await untilReady(cluster, child);
    } catch (error) {
      await end(child);
      throw error;
    }
    child.once('exit', (status, signal) => {
      if (stopping) return;
      cluster.options.log(`PostgreSQL ended by itself (${signal ?? `status ${status}`}): starting it again`);
      restarting = restart();
    });
  }

  async function restart(): Promise<void> {
    for (let pause = 100; !stopping; pause = Math.min(pause * 2, 10_000)) {
      try {
        // The backends of a killed postmaster end within moments; until then a new one would refuse to start.
        await clearCluster(cluster.folder, () => undefined);
        await launch();
        return;
      } catch (error) {
        cluster.options.log(`PostgreSQL does not start: ${error instanceof Error ? error.message : String(error)}`);
        await delay(pause);
      }
    }
  }

  async function shutDown(): Promise<void> {
    await restarting;
    if (current) await end(current);
    leave();
  }

  await launch();
  return {
    pid: () => current?.pid,
    stop: () => {
      stopping ??= shutDown();
      return stopping;
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // Closed pools have taken leave, but not every session has heard of it yet: ended by force, it tells log and pool of a fatal error.
  child.kill('SIGTERM');
  const timers = [setTimeout(() => child.kill('SIGINT'), 1_000), setTimeout(() => child.kill('SIGQUIT'), 20_000)];
  await ended;
  for (const timer of timers) clearTimeout(timer);
}

async function untilReady(cluster: Cluster, child: ChildProcess): Promise<void> {
  const output = collect(child, cluster.options.log);
  let ended: string | undefined;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (status, signal) => {
    ended = `PostgreSQL ended (${signal ?? `status ${status}`})`;
  });
  // Recovery after a crash may take minutes on a big database: it answers "starting up" meanwhile, and we wait for that long.
  for (let waited = 0; ; waited += 20) {
    const answer = await knock(cluster);
    // Asked last: one that was killed right after it answered would be taken for ready, and nobody would start it again.
    if (ended) throw new EmbeddedPostgresError(`${ended}:\n${output()}`);
    if (answer === 'ready') return;
    if (answer === 'absent' && waited > 60_000) {
      throw new EmbeddedPostgresError(`PostgreSQL does not open its socket in ${cluster.socketFolder}:\n${output()}`);
    }
    await delay(20);
  }
}

async function knock(cluster: Cluster): Promise<'ready' | 'starting' | 'absent'> {
  if (!existsSync(join(cluster.socketFolder, `.s.PGSQL.${PORT}`))) return 'absent';
  const client = new pg.Client(adminConnection(cluster, 'postgres'));
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return 'ready';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === '57P03') return 'starting'; // cannot_connect_now
    if (code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'ECONNRESET') return 'absent';
    if (code === '28P01') {
      throw new EmbeddedPostgresError(
        `The database in ${cluster.home} does not accept the administrator password among the secrets: the secrets and this folder are not from the same installation.`,
        { cause: error },
      );
    }
    throw error;
  }
}

async function createDatabase(admin: AdminConnection): Promise<void> {
  const client = new pg.Client(admin);
  await client.connect();
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = 'bruecke'");
    if (rowCount === 0) await client.query('create database bruecke template template0');
  } finally {
    await client.end();
  }
}

function adminConnection(cluster: Cluster, database: string): AdminConnection {
  return { host: cluster.socketFolder, port: PORT, user: ADMIN, password: cluster.options.adminPassword, database };
}
