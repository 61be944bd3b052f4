import { readdirSync, readFileSync } from 'node:fs';

/** Of /proc/<pid>/stat: Linux counts CPU in hundredths of a second on every machine that Node runs on. */
const TICK_MS = 10;

type Stat = { parent: number; ownMs: number; endedChildrenMs: number };

function stat(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may hold spaces and brackets; the fields after it do not (proc(5): state, ppid, …, utime, stime, cutime, cstime).
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const at = (index: number) => fields[index] ?? 0;
    return { parent: at(1), ownMs: (at(11) + at(12)) * TICK_MS, endedChildrenMs: (at(13) + at(14)) * TICK_MS };
  } catch {
    return null; // ended meanwhile, or no Linux
  }
}

/** CPU that a process has used so far, milliseconds, user and system. */
export function cpuOfProcess(pid: number): number {
  return stat(pid)?.ownMs ?? 0;
}

/**
 * CPU of a PostgreSQL server so far, milliseconds: its postmaster, all that it has started, and what of that has ended.
 * `backendPid`: `pg_backend_pid()` of a connection that still lives.
 */
export function cpuOfDatabase(backendPid: number): number {
  const postmaster = stat(backendPid)?.parent;
  return postmaster === undefined ? 0 : cpuOfFamily(postmaster);
}

/** The same of the PostgreSQL that a server has started itself: its children are nothing else. */
export function cpuOfOwnDatabase(serverPid: number): number {
  return childrenOf(serverPid).reduce((sum, pid) => sum + cpuOfFamily(pid), 0);
}

function cpuOfFamily(pid: number): number {
  const head = stat(pid);
  return (
    (head?.ownMs ?? 0) +
    (head?.endedChildrenMs ?? 0) +
    childrenOf(pid).reduce((sum, child) => sum + cpuOfProcess(child), 0)
  );
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => stat(pid)?.parent === parent);
}
