import { hashToken } from './encryption.ts';

/** 32 random bytes: nobody can guess one, so a plain hash is enough to keep it by. */
const TOKEN_BYTES = 32;

/** A one-time link's token (base64url, 43 characters) and the hash under which it is kept; only the mail has the token itself. */
export function newLinkToken(sources: { randomBytes(length: number): Uint8Array }): { token: string; hash: string } {
  const token = Buffer.from(sources.randomBytes(TOKEN_BYTES)).toString('base64url');
  return { token, hash: hashToken(token) };
}
