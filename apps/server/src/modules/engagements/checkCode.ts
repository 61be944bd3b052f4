import { createHash } from 'node:crypto';

/**
 * Letters and digits that are told apart when heard and when read: no 0/O, 1/I/L, and of the letters that rhyme in German or
 * English (B, C, D, E, G, P, T, V, W; M and N; F and S) one each. 16 signs, so 8 of them are 32 bits: enough against five tries.
 */
const signs = 'AEFHKMQRUXY34679';
const LENGTH = 8;

/** A check code as the firm reads it out, in two groups: `KA34-UX7R`. */
export function newCheckCode(sources: { randomBytes(length: number): Uint8Array }): string {
  const code = [...sources.randomBytes(LENGTH)].map((byte) => signs.charAt(byte % signs.length)).join('');
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** What is kept of it: bound to its invitation by the hash of the link, whatever case, spaces or hyphens it was typed with. */
export function hashCheckCode(tokenHash: string, code: string): string {
  const bare = code.toUpperCase().replace(/[^A-Z0-9]/g, '');
  return createHash('sha256').update(`check code ${tokenHash} ${bare}`).digest('hex');
}
