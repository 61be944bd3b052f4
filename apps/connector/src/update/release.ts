import { createHash } from 'node:crypto';
import { verifyFor, verifyKeyFromRaw } from '@bruecke/proof';
import { type Static, Type as T } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

/** What the release key signs stands after this and a line feed, as RFC 8785 text. */
export const releasePurpose = 'bruecke-connector-release-v1';

const release = T.Object({
  /** Three numbers. */
  version: T.String({ pattern: '^\\d{1,5}[.]\\d{1,5}[.]\\d{1,5}$' }),
  /** Of the program: one JavaScript file. Hex. */
  sha256: T.String({ pattern: '^[0-9a-f]{64}$' }),
  /** Bytes. */
  size: T.Integer({ minimum: 1, maximum: 64 * 1024 * 1024 }),
  signature: T.String(),
});

/** A version of this program, signed by those who release it; the instance that hands it on has no say in it. */
export type Release = Static<typeof release>;

export type CheckedRelease =
  | { ok: true; release: Release }
  | { ok: false; code: 'noReleaseKey' | 'notARelease' | 'updateForeignKey' | 'notNewer' };

/**
 * Whether a release may take this program's place: signed by the compiled-in key, and newer.
 *
 * @param than the version that runs; null: any version will do (it was checked when it came)
 */
export function checkRelease(value: unknown, releaseKey: string | null, than: string | null): CheckedRelease {
  if (releaseKey === null) return { ok: false, code: 'noReleaseKey' };
  if (!Value.Check(release, value)) return { ok: false, code: 'notARelease' };
  const { signature, ...content } = value;
  if (!verifyFor(releasePurpose, content, signature, verifyKeyFromRaw(releaseKey))) {
    return { ok: false, code: 'updateForeignKey' };
  }
  if (than !== null && compareVersions(value.version, than) <= 0) return { ok: false, code: 'notNewer' };
  return { ok: true, release: value };
}

/** Whether these bytes are the release's. */
export function isProgramOf({ size, sha256 }: Release, program: Buffer): boolean {
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
