import type { World } from '../world.ts';
import { programOf, readVersions, removeProgram, type Versions, writeVersions } from './versions.ts';

/** A version on trial: another process, watched by this one. */
export type Trial = {
  /** Resolves to whether it spoke with the hub within the time. */
  cameUp: Promise<boolean>;
  /** Ends it; resolves when it is gone. */
  stop: () => Promise<void>;
};

export type LaunchParts = {
  world: Pick<World, 'folders' | 'releaseKey' | 'version' | 'log'>;
  /** Starts a program as a process of its own. */
  tryOut: (path: string) => Trial;
};

/**
 * Which program is to run: null for the installed one, else the path of a newer one. A version that just came is tried first; when it does
 * not come up it is refused for good and the one before goes on.
 */
export async function chooseProgram({
  world,
  tryOut,
}: LaunchParts): Promise<{ path: string | null; rolledBack: boolean }> {
  const { folders } = world;
  const versions = await readVersions(folders);
  const present = await programOf(folders, versions.current, world);
  if (versions.pending === null) return { path: present?.path ?? null, rolledBack: false };
  // Newer than what runs, not only than what is installed: a release signed long ago takes nothing back.
  const pending = await programOf(folders, versions.pending, { ...world, version: present?.version ?? world.version });
  if (pending === null) {
    await writeVersions(folders, { ...versions, pending: null });
    return { path: present?.path ?? null, rolledBack: false };
  }
  // Before the trial: a version that brings the machine down is not tried again after it.
  await writeVersions(folders, refusing(versions, pending.version));
  world.log(`trying version ${pending.version}`);
  const trial = tryOut(pending.path);
  const cameUp = await trial.cameUp;
  await trial.stop();
  if (!cameUp) {
    world.log(`version ${pending.version} did not come up, going on with the one before`);
    await removeProgram(folders, pending.version);
    return { path: present?.path ?? null, rolledBack: true };
  }
  await writeVersions(folders, { current: versions.pending, pending: null, refused: versions.refused });
  if (present !== null) await removeProgram(folders, present.version);
  world.log(`version ${pending.version} came up`);
  return { path: pending.path, rolledBack: false };
}

function refusing(versions: Versions, version: string): Versions {
  return { ...versions, pending: null, refused: [...versions.refused, version] };
}
