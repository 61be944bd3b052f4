import type { JsonValue } from './canonical.ts';
import { hashOf } from './digest.ts';

const saltPattern = /^[0-9a-f]{32,}$/;

/**
 * A commitment to a personal field: the chain keeps this hash, the value and its salt stand beside it and can be erased.
 * With both the hash can be checked; without the salt nobody can find the value by trying names. One salt per field and
 * entry, never reused.
 *
 * @param salt at least 16 random bytes as lower-case hex
 * @returns SHA-256 over the canonical form of `{ salt, value }`, 64 lower-case hex digits
 * @throws RangeError when the salt is shorter or spelled otherwise
 */
export function commit(value: JsonValue, salt: string): string {
  if (!saltPattern.test(salt)) throw new RangeError('a salt is at least 32 lower-case hex digits (16 random bytes)');
  return hashOf({ salt, value });
}

/** Whether `value` and `salt` are what was committed to. */
export function matchesCommitment(commitment: string, value: JsonValue, salt: string): boolean {
  return saltPattern.test(salt) && commit(value, salt) === commitment;
}
