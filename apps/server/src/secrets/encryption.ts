import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';

/** A key for secrets at rest: 32 bytes. The id says which one sealed a record, so that keys can be changed one by one. */
export type MasterKey = { id: string; key: Buffer };

export type Encryption = {
  /**
   * AES-256-GCM. `purpose` (e.g. `grants.refresh_token:<grant id>`) is authenticated with it, so that a sealed value can't be
   * moved to another row. Form: version 1 · length of the key id · key id · 12 bytes nonce · 16 bytes tag · ciphertext.
   */
  seal(plain: string, purpose: string): Buffer;
  /** Throws when the value was changed, moved, or sealed with a key that is not there. */
  open(sealed: Buffer, purpose: string): string;
  /** Whether a record was sealed with a key other than the present one (rotation). */
  isOld(sealed: Buffer): boolean;
  /**
   * HMAC-SHA-256 with the present key, hex: stands for a value (an address) where only equality counts, and nobody without the key
   * can find the value by trying all. Changes when the key does, so it is for short-lived rows only.
   */
  fingerprint(value: string, purpose: string): string;
};

/** The first key seals; all open. */
export function createEncryption(
  keys: readonly [MasterKey, ...MasterKey[]],
  randomBytes: (length: number) => Buffer,
): Encryption {
  const [current] = keys;
  return {
    seal(plain, purpose) {
      const id = Buffer.from(current.id, 'utf8');
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce);
      cipher.setAAD(Buffer.from(purpose, 'utf8'));
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([1, id.length]), id, nonce, cipher.getAuthTag(), text]);
    },
    open(sealed, purpose) {
      const { id, rest } = split(sealed);
      const key = keys.find((candidate) => candidate.id === id);
      if (!key) throw new Error(`No master key with id ${id}: put it back into the secrets.`);
      const decipher = createDecipheriv('aes-256-gcm', key.key, rest.subarray(0, 12));
      decipher.setAAD(Buffer.from(purpose, 'utf8'));
      decipher.setAuthTag(rest.subarray(12, 28));
      return Buffer.concat([decipher.update(rest.subarray(28)), decipher.final()]).toString('utf8');
    },
    isOld: (sealed) => split(sealed).id !== current.id,
    fingerprint: (value, purpose) =>
      createHmac('sha256', current.key).update(purpose, 'utf8').update('\0').update(value, 'utf8').digest('hex'),
  };
}

function split(sealed: Buffer): { id: string; rest: Buffer } {
  const length = sealed[1];
  if (sealed[0] !== 1 || length === undefined) throw new Error('Not a sealed value of a form this program knows.');
  return { id: sealed.subarray(2, 2 + length).toString('utf8'), rest: sealed.subarray(2 + length) };
}

/** SHA-256, hex: how opaque tokens (sessions, links, API keys) are stored. They have 256 random bits, so no salt is needed. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
