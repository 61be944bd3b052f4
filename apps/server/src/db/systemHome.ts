import { chmodSync, mkdirSync, statSync } from 'node:fs';

/** Where root puts what PostgreSQL's user cannot reach elsewhere: clusters, and a copy of the binaries. */
export const SYSTEM_HOME = '/var/lib/bruecke';

/**
 * Makes a folder that others may enter and read. The rights are set by themselves, as a umask of 077 cuts those that mkdir is given, and
 * also on a folder that is there: an earlier start under such a umask may have made it.
 */
export function makeSharedFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  if ((statSync(folder).mode & 0o055) !== 0o055) chmodSync(folder, 0o755);
}
