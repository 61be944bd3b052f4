import { createHash } from 'node:crypto';
import { canonicalize } from './canonical.ts';

const sha256Pattern = /^[0-9a-f]{64}$/;

/** SHA-256 of bytes or of a text's UTF-8 bytes, as 64 lower-case hex digits. */
export function sha256Hex(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/** SHA-256 over the canonical form (RFC 8785) of a JSON value, as 64 lower-case hex digits. */
export function hashOf(value: unknown): string {
  return sha256Hex(canonicalize(value));
}

/** Whether a value is a SHA-256 in the one spelling used here: 64 lower-case hex digits. */
export function isSha256Hex(value: unknown): value is string {
  return typeof value === 'string' && sha256Pattern.test(value);
}
