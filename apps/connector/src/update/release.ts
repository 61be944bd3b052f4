import { createHash } from 'node:crypto';
import { type ConnectorRelease, connectorRelease, releasePurpose } from '@bruecke/contract';
import { verifyFor, verifyKeyFromRaw } from '@bruecke/proof';
import { parseAs } from '../formats.ts';

export type CheckedRelease =
  | { ok: true; release: ConnectorRelease }
  | { ok: false; code: 'noReleaseKey' | 'notARelease' | 'updateForeignKey' | 'notNewer' };

/**
 * Whether a release may take this program's place: signed by the compiled-in key, and newer.
 *
 * @param than the version that runs; null: any version will do (it was checked when it came)
 */
export function checkRelease(value: unknown, releaseKey: string | null, than: string | null): CheckedRelease {
  if (releaseKey === null) return { ok: false, code: 'noReleaseKey' };
  const release = parseAs(connectorRelease, value);
  if (release === null) return { ok: false, code: 'notARelease' };
  const { signature, ...content } = release;
  if (!verifyFor(releasePurpose, content, signature, verifyKeyFromRaw(releaseKey))) {
    return { ok: false, code: 'updateForeignKey' };
  }
  if (than !== null && compareVersions(release.version, than) <= 0) return { ok: false, code: 'notNewer' };
  return { ok: true, release };
}

/** Whether these bytes are the release's. */
export function isProgramOf({ size, sha256 }: ConnectorRelease, program: Buffer): boolean {
  return program.length === size && createHash('sha256').update(program).digest('hex') === sha256;
}

/** Below zero: `a` is older. Versions are three numbers. */
export function compareVersions(a: string, b: string): number {
  const numbers = (version: string) => version.split('.').map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
