import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embeddedBinaries.ts';
import { makeSharedFolder, SYSTEM_HOME } from './systemHome.ts';
import { runAs, type SystemUser } from './unprivilegedUser.ts';

/** PostgreSQL's major version names the folder of the cluster, so that a later version finds the older one beside its own. */
const MAJOR = '18';

export type ClusterFolder = {
  /** Folder that holds everything of this cluster; belongs to PostgreSQL's user, mode 0700. */
  readonly home: string;
  /** PostgreSQL's own data folder. */
  readonly cluster: string;
};

/** Owner of the cluster that is already there, so that root starts it as the user it belongs to. */
export function clusterOwner(dataFolder: string): number | undefined {
  const home = join(dataFolder, 'postgres');
  return existsSync(home) ? statSync(home).uid : undefined;
}

/**
 * Prepares `<data>/postgres` for `user` (undefined: ourselves). Where that user may not enter the data folder, the cluster lies
 * under `systemHome` and `<data>/postgres` is a link to it. Never falls back to a temporary folder: that would lose data.
 */
export function prepareClusterFolder(
  dataFolder: string,
  user: SystemUser | undefined,
  log: (line: string) => void,
  systemHome = SYSTEM_HOME,
): ClusterFolder {
  const wanted = join(realpathSync(dataFolder), 'postgres');
  refuseDanglingLink(wanted);
  if (!existsSync(wanted)) mkdirSync(wanted, { mode: 0o700 });
  const home = realpathSync(wanted); // of an earlier start it may be a link already
  if (!user) {
    refuseForeignOwner(home);
    return folderIn(home);
  }
  own(home, user);
  if (canUse(home, user)) return folderIn(home);
  if (home !== wanted || existsSync(join(home, MAJOR))) {
    throw new EmbeddedPostgresError(
      `The database in ${home} exists, but user "${user.name}" may not enter that folder any more. ` +
        'Give the folders above it the execute right for others (chmod o+x), or move the data folder.',
    );
  }
  return moveToSystemHome(wanted, user, log, systemHome);
}

/** Removes a data folder, and the cluster too where `<data>/postgres` is a link to what prepareClusterFolder made elsewhere. */
export function removeDataFolder(dataFolder: string, systemHome = SYSTEM_HOME): void {
  const wanted = join(dataFolder, 'postgres');
  const linked = lstatSync(wanted, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(wanted) : undefined;
  // A link that leads anywhere else is somebody's own doing: what is behind it is theirs.
  if (linked && dirname(linked) === systemHome) rmSync(linked, { recursive: true, force: true });
  rmSync(dataFolder, { recursive: true, force: true });
}

function moveToSystemHome(
  wanted: string,
  user: SystemUser,
  log: (line: string) => void,
  systemHome: string,
): ClusterFolder {
  const home = makeHome(wanted, user, systemHome);
  if (!canUse(home, user)) {
    rmdirSync(home);
    throw unusable(wanted, user, `${home} is closed to that user as well`);
  }
  replaceByLink(wanted, home);
  log(`User "${user.name}" may not enter ${wanted}: the database lies in ${home}, and ${wanted} is a link to it`);
  return folderIn(home);
}

/** Its name is new each time: a data folder that was removed and made again must not meet its forerunner's cluster. */
function makeHome(wanted: string, user: SystemUser, systemHome: string): string {
  try {
    makeSharedFolder(systemHome);
    const home = mkdtempSync(join(systemHome, 'cluster-'));
    own(home, user);
    return home;
  } catch (cause) {
    throw unusable(wanted, user, cause instanceof Error ? cause.message : String(cause));
  }
}

function unusable(wanted: string, user: SystemUser, reason: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `PostgreSQL refuses to run as root, and user "${user.name}" may not enter ${wanted}; ${reason}. ` +
      'Start Brücke as an ordinary user, choose a data folder that this user may enter (BRUECKE_DATA), ' +
      'or set DATABASE_URL to a PostgreSQL 15 or newer.',
  );
}

/** The folder is empty here (checked by the caller), and rmdir refuses any other. */
function replaceByLink(wanted: string, home: string): void {
  rmdirSync(wanted);
  symlinkSync(home, wanted);
}

/** An absent link target means that the data stayed on another machine or was deleted: a new empty database would hide that. */
function refuseDanglingLink(wanted: string): void {
  const entry = lstatSync(wanted, { throwIfNoEntry: false });
  if (!entry?.isSymbolicLink() || existsSync(wanted)) return;
  throw new EmbeddedPostgresError(
    `${wanted} points to ${readlinkSync(wanted)}, which does not exist. The database itself is missing: ` +
      'bring that folder back, or remove the link to begin with an empty database.',
  );
}

function refuseForeignOwner(wanted: string): void {
  const owner = statSync(wanted).uid;
  if (process.getuid === undefined || owner === process.getuid()) return;
  throw new EmbeddedPostgresError(
    `The database in ${wanted} belongs to the user with number ${owner}, not to the user who starts Brücke ` +
      `(${process.getuid()}). Start Brücke as root or as that user, or change the owner of the folder (chown -R).`,
  );
}

function own(folder: string, user: SystemUser): void {
  if (statSync(folder).uid !== user.uid) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o700);
}

/**
 * Asked of the kernel as that user: rights of every folder above, access lists and read-only mounts included. Another server that starts
 * at the same time may have removed the probe.
 */
function canUse(folder: string, user: SystemUser): boolean {
  return runAs(user, 'cd "$1" && : > .probe && rm -f .probe', folder);
}

function folderIn(home: string): ClusterFolder {
  return { home, cluster: join(home, MAJOR) };
}
