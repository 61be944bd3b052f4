import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgresError, type PostgresBinaries } from './embeddedBinaries.ts';
import type { SystemUser } from './unprivilegedUser.ts';

export const ADMIN = 'bruecke_admin';
/** The lock file and the socket carry the port number; no port is ever opened (`listen_addresses` is empty). */
export const PORT = 5432;
export type EmbeddedPostgresOptions = {
  /** The server's data folder; the cluster lies in its subfolder `postgres`. */
  readonly dataFolder: string;
  /** Password of the administrator role `bruecke_admin`, at least 16 characters; set when the cluster is made. */
  readonly adminPassword: string;
  readonly log: (line: string) => void;
  /** false switches fsync off: only for tests, a crash of the machine destroys such a cluster. */
  readonly durable?: boolean;
};

export type Cluster = {
  readonly binaries: PostgresBinaries;
  readonly user: SystemUser | undefined;
  readonly home: string;
  readonly folder: string;
  readonly socketFolder: string;
  readonly options: EmbeddedPostgresOptions;
};

/** Made beside and renamed, so that a first start broken off half way leaves no half cluster behind. */
export async function initialise(cluster: Cluster): Promise<void> {
  const unfinished = join(cluster.home, 'initialising');
  rmSync(unfinished, { recursive: true, force: true });
  const passwordFile = join(cluster.socketFolder, 'password');
  writeFileSync(passwordFile, `${cluster.options.adminPassword}\n`, { mode: 0o600 });
  if (cluster.user) chownSync(passwordFile, cluster.user.uid, cluster.user.gid);
  // The builtin provider sorts the same on every machine and never changes with the C library, so indexes stay valid.
  const child = spawnAs(cluster, cluster.binaries.initdb, [
    ...['-D', unfinished, '-U', ADMIN, `--pwfile=${passwordFile}`, '-A', 'scram-sha-256', '-E', 'UTF8'],
    ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions'],
    ...(cluster.options.durable === false ? ['--no-sync'] : []),
  ]);
  const output = collect(child);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  rmSync(passwordFile, { force: true });
  if (status !== 0) throw new EmbeddedPostgresError(`initdb ended with status ${status}:\n${output()}`);
  renameSync(unfinished, cluster.folder);
}

/** Settings stand on the command line, not in the cluster's file, so that a newer Brücke changes them without editing files. */
export function spawnServer(cluster: Cluster): ChildProcess {
  const settings: Record<string, string> = {
    listen_addresses: '',
    port: String(PORT),
    unix_socket_directories: cluster.socketFolder,
    unix_socket_permissions: '0700',
    shared_buffers: '128MB',
    max_connections: '60',
    jit: 'off', // our queries are short: compiling them costs more than it saves
    synchronous_commit: 'on',
    autovacuum_naptime: '15s', // a new installation fills its tables in its first minute, and a queue is emptied again and again
    // Failed statements are the business of whoever sent them, and their texts carry personal data: none of it in a log.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: '0',
    logging_collector: 'off',
    ...(cluster.options.durable === false ? { fsync: 'off', full_page_writes: 'off' } : {}),
  };
  const child = spawnAs(cluster, cluster.binaries.postgres, [
    '-D',
    cluster.folder,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  return child;
}

/**
 * `detached` gives the child its own session: else Ctrl-C in the terminal would reach PostgreSQL at once, and it would shut
 * down while the server is still draining.
 */
function spawnAs(cluster: Cluster, program: string, args: readonly string[]): ChildProcess {
  return spawn(program, args, {
    ...(cluster.user ? { uid: cluster.user.uid, gid: cluster.user.gid } : {}),
    cwd: cluster.socketFolder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // TZ and PG* of whoever started us are none of its business.
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' },
  });
}

/**
 * Ends PostgreSQL when we end, however we end: it reads from a pipe that only we hold open, and the kernel closes that pipe
 * even after kill -9. A start that finds a survivor all the same deals with it (ownCluster).
 */
export function spawnWatchdog(cluster: Cluster, server: ChildProcess): ChildProcess {
  const watchdog = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$1" 2>/dev/null', 'sh', String(server.pid)], {
    ...(cluster.user ? { uid: cluster.user.uid, gid: cluster.user.gid } : {}),
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/bin:/bin' },
  });
  watchdog.on('error', (error) => cluster.options.log(`no watchdog for PostgreSQL: ${error.message}`));
  watchdog.stdin?.on('error', () => undefined); // it was killed first
  watchdog.unref();
  return watchdog;
}

/** Keeps the last lines for an error message; passes on what an operator must see (not the ordinary talk of a start). */
export function collect(child: ChildProcess, log?: (line: string) => void): () => string {
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        last.push(line);
        if (last.length > 40) last.shift();
        if (/(FATAL|PANIC):/.test(line) && !line.includes('database system is starting up')) log?.(`postgres: ${line}`);
      }
    });
  }
  return () => last.join('\n');
}
