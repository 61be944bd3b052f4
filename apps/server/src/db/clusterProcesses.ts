import { spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embeddedBinaries.ts';

/** Who started the cluster: written beside it, read at the next start. */
type Owner = { readonly pid: number; readonly startedAt: string; readonly socketFolder: string };

/** The first was written by earlier versions. */
const OWNER_FILE = /^owner(?:-(\d+))?\.json$/;

export type OwnedCluster = {
  /** Says that nobody owns it any more; the process may live on. */
  giveUp(): void;
};

/**
 * Makes the cluster ours, and sure that nothing runs on it any more. After a kill -9 of the server its PostgreSQL may still run (or its
 * backends, after a kill -9 of PostgreSQL itself); starting a second one beside them could destroy the data, and removing the
 * stale lock file blindly would switch off PostgreSQL's own protection. Throws when a living server owns the cluster.
 */
export async function ownCluster(
  given: { readonly home: string; readonly cluster: string; readonly socketFolder: string },
  log: (line: string) => void,
): Promise<OwnedCluster> {
  const { home, cluster, socketFolder } = given;
  const { path, before } = takeOwnership(home, socketFolder);
  await clearCluster(cluster, log);
  if (before) rmSync(before.socketFolder, { recursive: true, force: true });
  return { giveUp: () => writeWhole(path, '{}') };
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

/**
 * Of several that start at once exactly one becomes the owner: whoever makes the file of the next number, which nobody else can make
 * then. The highest number is never removed, not even by its owner, so no number is ever made twice.
 */
function takeOwnership(home: string, socketFolder: string): { path: string; before: Owner | undefined } {
  const owner: Owner = { pid: process.pid, startedAt: startTimeOf(process.pid) ?? '', socketFolder };
  for (;;) {
    const files = ownerFiles(home);
    const [last] = files;
    const before = last && readOwner(last.path);
    if (before && startTimeOf(before.pid) === before.startedAt) {
      throw new EmbeddedPostgresError(
        `Another Brücke server (process ${before.pid}) runs on the database in ${home}. Stop it first, or give this one its own data folder.`,
      );
    }
    const path = join(home, `owner-${(last?.number ?? 0) + 1}.json`);
    if (!writeWhole(path, JSON.stringify(owner), { onlyNew: true })) continue;
    for (const file of files) rmSync(file.path, { force: true });
    return { path, before };
  }
}

/** Who owned the cluster, the last one first. */
function ownerFiles(home: string): { readonly path: string; readonly number: number }[] {
  return readdirSync(home)
    .flatMap((name) => {
      const match = OWNER_FILE.exec(name);
      return match ? [{ path: join(home, name), number: Number(match[1] ?? 0) }] : [];
    })
    .sort((one, other) => other.number - one.number);
}

/** Nobody ever reads half of it. False: it should have been new, and was there. */
function writeWhole(path: string, text: string, { onlyNew = false } = {}): boolean {
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  try {
    if (onlyNew) linkSync(unfinished, path);
    else renameSync(unfinished, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
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

function readOwner(path: string): Owner | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
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
