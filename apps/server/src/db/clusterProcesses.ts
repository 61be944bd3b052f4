import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embeddedBinaries.ts';

/** Who started the cluster: written beside it, read at the next start. */
type Owner = { readonly pid: number; readonly startedAt: string; readonly socketFolder: string };

const OWNER_FILE = 'owner.json';

/**
 * Makes sure that nothing runs on the cluster any more. After a kill -9 of the server its PostgreSQL may still run (or its
 * backends, after a kill -9 of PostgreSQL itself); starting a second one beside them could destroy the data, and removing the
 * stale lock file blindly would switch off PostgreSQL's own protection. Throws when a living server owns the cluster.
 */
export async function stopOrphans(home: string, cluster: string, log: (line: string) => void): Promise<void> {
  const owner = readOwner(home);
  if (owner && startTimeOf(owner.pid) === owner.startedAt) {
    throw new EmbeddedPostgresError(
      `Another Brücke server (process ${owner.pid}) runs on the database in ${home}. Stop it first, or give this one its own data folder.`,
    );
  }
  await clearCluster(cluster, log);
  if (owner) rmSync(owner.socketFolder, { recursive: true, force: true });
}

/** Stops what runs on a cluster that nobody else owns, and removes its lock file. */
export async function clearCluster(cluster: string, log: (line: string) => void): Promise<void> {
  const running = findClusterProcesses(cluster);
  if (running.length > 0) {
    log(`PostgreSQL of an earlier server still runs on ${cluster} (process ${running.join(', ')}): stopping it`);
    await stopProcesses(cluster);
  }
  // Only now, with nothing left that could use the data, the lock file is certainly stale; its number may by now belong to any
  // other process, which PostgreSQL would take for a running server.
  rmSync(join(cluster, 'postmaster.pid'), { force: true });
}

export function writeOwner(home: string, socketFolder: string): void {
  const owner: Owner = { pid: process.pid, startedAt: startTimeOf(process.pid) ?? '', socketFolder };
  writeFileSync(join(home, OWNER_FILE), JSON.stringify(owner), { mode: 0o600 });
}

export function removeOwner(home: string): void {
  rmSync(join(home, OWNER_FILE), { force: true });
}

/** Asks with growing force: fast shutdown (10 s), immediate shutdown (5 s), kill. */
async function stopProcesses(cluster: string): Promise<void> {
  for (const [signal, seconds] of [
    ['SIGINT', 10],
    ['SIGQUIT', 5],
    ['SIGKILL', 5],
  ] as const) {
    for (const pid of findClusterProcesses(cluster)) signalQuietly(pid, signal);
    for (let waited = 0; waited < seconds * 1000; waited += 50) {
      if (findClusterProcesses(cluster).length === 0) return;
      await delay(50);
    }
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL processes on ${cluster} do not end: ${findClusterProcesses(cluster).join(', ')}. End them by hand, then start again.`,
  );
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in between: that is what we wanted.
  }
}

/**
 * All PostgreSQL processes of this cluster. On Linux by their working directory (the postmaster and all backends change into
 * the data folder), elsewhere only the postmaster named in the lock file.
 */
export function findClusterProcesses(cluster: string): readonly number[] {
  if (!existsSync(cluster)) return [];
  return existsSync('/proc/self/cwd') ? findByWorkingDirectory(realpathSync(cluster)) : findByLockFile(cluster);
}

function findByWorkingDirectory(cluster: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return (
          readFileSync(`/proc/${name}/comm`, 'utf8').trim() === 'postgres' &&
          readlinkSync(`/proc/${name}/cwd`) === cluster
        );
      } catch {
        return false; // ended in between, or another user's process
      }
    })
    .map(Number);
}

function findByLockFile(cluster: string): readonly number[] {
  const lock = join(cluster, 'postmaster.pid');
  if (!existsSync(lock)) return [];
  const pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return [];
  const command = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
  return command.includes('postgres') && command.includes(cluster) ? [pid] : [];
}

function readOwner(home: string): Owner | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(home, OWNER_FILE), 'utf8'));
    return isOwner(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isOwner(value: unknown): value is Owner {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    'startedAt' in value &&
    'socketFolder' in value &&
    typeof value.pid === 'number' &&
    typeof value.startedAt === 'string' &&
    typeof value.socketFolder === 'string' &&
    value.startedAt !== '' &&
    // Removed recursively later: never anything but what startEmbeddedPostgres made.
    /\/bruecke-pg-[A-Za-z0-9]+$/.test(value.socketFolder)
  );
}

/** Start time as the system tells it: tells a process apart from a later one with the same number. Undefined: no such process. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may contain anything; start time is the 20th after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A killed process stays listed as a zombie until its parent has asked after it; it owns nothing any more.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    if (existsSync('/proc/self/stat')) return undefined;
    const started = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim();
    return started || undefined;
  }
}
