import type { Link } from '../link/link.ts';
import type { Status } from '../status/live.ts';
import type { World } from '../world.ts';
import { checkRelease, isProgramOf } from './release.ts';
import { keepPending, readVersions } from './versions.ts';

/**
 * Asks the hub for a newer version and stores it, to be tried at the next start. True when there is one now. What the release key did not
 * sign is refused and told; the program itself is fetched only after its release was checked.
 */
export async function fetchUpdate(world: World, link: Link, status: Status, signal: AbortSignal): Promise<boolean> {
  const offered = await link.postJson('/update', { version: world.version, wanted: null }, signal);
  if (!offered.ok) return false;
  const { release: value } = Object(offered.json);
  if (value === null || value === undefined) return false;
  const checked = checkRelease(value, world.releaseKey, world.version);
  if (!checked.ok) {
    if (checked.code === 'notNewer') return false;
    status.set({ update: checked.code });
    status.error('updateForeignKey', checked.code);
    return false;
  }
  const { release } = checked;
  if ((await readVersions(world.folders)).refused.includes(release.version)) return false;
  const sent = await link.postJson('/update', { version: world.version, wanted: release.version }, signal);
  const text: unknown = sent.ok ? Object(sent.json).program : null;
  const program = typeof text === 'string' ? Buffer.from(text, 'base64') : null;
  if (program === null || !isProgramOf(release, program)) {
    status.error('updateForeignKey', `${release.version}: the program is not the one that was signed`);
    return false;
  }
  await keepPending(world.folders, release, program);
  world.log(`version ${release.version} is there, trying it`);
  return true;
}
