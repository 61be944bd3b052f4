import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectorRelease } from '@bruecke/contract';
import { type Static, Type as T } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { readJson, removeFile, writeJson, writeText } from '../store/files.ts';
import type { Folders } from '../store/folders.ts';
import { checkRelease, compareVersions, isProgramOf } from './release.ts';

const versions = T.Object({
  /** Runs instead of the installed program. */
  current: T.Union([T.Unknown(), T.Null()]),
  /** Came, and has to show that it comes up. */
  pending: T.Union([T.Unknown(), T.Null()]),
  /** Did not come up; never tried again. */
  refused: T.Array(T.String()),
});

/** Which versions there are beside the installed program. */
export type Versions = Static<typeof versions>;

const folder = (folders: Folders) => join(folders.state, 'update');
const list = (folders: Folders) => join(folder(folders), 'versions.json');
const programFile = (folders: Folders, version: string) => join(folder(folders), `bruecke-connector-${version}.cjs`);

export async function readVersions(folders: Folders): Promise<Versions> {
  const read = (value: unknown) => (Value.Check(versions, value) ? value : null);
  // A broken list is no reason not to start: the installed program is always there.
  const found = await readJson(list(folders), read).catch(() => null);
  return found ?? { current: null, pending: null, refused: [] };
}

export function writeVersions(folders: Folders, changed: Versions): Promise<void> {
  return writeJson(list(folders), changed);
}

/** Stores a release and its program, to be tried at the next start. Both have been checked. */
export async function keepPending(folders: Folders, release: ConnectorRelease, program: Buffer): Promise<void> {
  await writeText(programFile(folders, release.version), program);
  await writeVersions(folders, { ...(await readVersions(folders)), pending: release });
}

/**
 * Path of a kept release's program; null when release or program do not hold (signature, hash), or when the installed program is newer
 * meanwhile. Checked anew at each start, as the files lie where this program can write.
 */
export async function programOf(
  folders: Folders,
  kept: unknown,
  installed: { version: string; releaseKey: string | null },
): Promise<{ version: string; path: string } | null> {
  const checked = checkRelease(kept, installed.releaseKey, null);
  if (!checked.ok || compareVersions(checked.release.version, installed.version) <= 0) return null;
  const path = programFile(folders, checked.release.version);
  const program = await readFile(path).catch(() => null);
  if (program === null || !isProgramOf(checked.release, program)) return null;
  return { version: checked.release.version, path };
}

export function removeProgram(folders: Folders, version: string): Promise<void> {
  return removeFile(programFile(folders, version));
}
