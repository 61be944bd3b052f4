import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { canonicalize } from './canonical.ts';
import { sha256Hex } from './digest.ts';

/** A public key with its names. `fingerprint`: SHA-256 of the raw 32 bytes; `keyId`: the first 16 of its hex digits. */
export type VerifyKey = { readonly keyId: string; readonly fingerprint: string; readonly key: KeyObject };

/** A private Ed25519 key and its public half. Keep it among the secrets, never in the database. */
export type SigningKey = { readonly privateKey: KeyObject; readonly public: VerifyKey };

/** A signature beside signed data. `value` is base64url (86 characters). */
export type Signature = { readonly keyId: string; readonly alg: 'Ed25519'; readonly value: string };

/** Thrown when a text is not an Ed25519 key in the form asked for. */
export class KeyError extends Error {
  readonly code = 'not_an_ed25519_key';

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'KeyError';
  }
}

// RFC 8410: what stands before the 32 bytes of an Ed25519 key in PKCS #8 and in SubjectPublicKeyInfo.
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * A signing key from a 32-byte seed. New keys: 32 bytes from a cryptographic random source, which the caller passes in.
 * @throws KeyError when the seed is not 32 bytes
 */
export function signingKeyFromSeed(seed: Uint8Array): SigningKey {
  if (seed.length !== 32) throw new KeyError('an Ed25519 seed is 32 bytes');
  const der = Buffer.concat([pkcs8Prefix, seed]);
  return toSigningKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
}

/** A signing key from PKCS #8 PEM. @throws KeyError when it is not an Ed25519 private key */
export function importSigningKey(pem: string): SigningKey {
  return toSigningKey(readKey(() => createPrivateKey(pem)));
}

/** PKCS #8 PEM of the private key. To be stored with mode 0600. */
export function exportSigningKey(key: SigningKey): string {
  return key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

/** A public key from SubjectPublicKeyInfo PEM. A private key is refused: nobody should hand one around to verify. */
export function importVerifyKey(pem: string): VerifyKey {
  if (/PRIVATE KEY/.test(pem)) throw new KeyError('this is a private key; a public key is wanted');
  return toVerifyKey(readKey(() => createPublicKey(pem)));
}

/** SubjectPublicKeyInfo PEM of a public key. */
export function exportVerifyKey(key: VerifyKey): string {
  return key.key.export({ format: 'pem', type: 'spki' }).toString();
}

/** A public key from its raw 32 bytes as base64url (43 characters), as receipts carry it. @throws KeyError */
export function verifyKeyFromRaw(base64url: string): VerifyKey {
  const raw = Buffer.from(base64url, 'base64url');
  if (raw.length !== 32 || raw.toString('base64url') !== base64url) {
    throw new KeyError('a raw public key is 32 bytes in base64url');
  }
  const der = Buffer.concat([spkiPrefix, raw]);
  return toVerifyKey(readKey(() => createPublicKey({ key: der, format: 'der', type: 'spki' })));
}

/** The raw 32 bytes of a public key as base64url. */
export function rawPublicKey(key: VerifyKey): string {
  return rawBytes(key.key).toString('base64url');
}

/** A fingerprint as people compare it: `SHA256:` and sixteen groups of four hex digits. */
export function formatFingerprint(fingerprint: string): string {
  return `SHA256:${(fingerprint.match(/.{4}/g) ?? []).join(':')}`;
}

/**
 * Reads a fingerprint in any usual spelling: with or without `SHA256:`, upper or lower case, in groups or not.
 * Null unless it is all 64 hex digits: a key id or another short form can be imitated and is no ground for trust.
 */
export function parseFingerprint(text: string): string | null {
  const hex = text
    .trim()
    .replace(/^sha-?256:/i, '')
    .replace(/[\s:.-]/g, '')
    .toLowerCase();
  return /^[0-9a-f]{64}$/.test(hex) ? hex : null;
}

/** Signs the canonical form (RFC 8785) of a JSON value with Ed25519. Returns base64url. */
export function signValue(value: unknown, key: SigningKey): string {
  return sign(null, Buffer.from(canonicalize(value)), key.privateKey).toString('base64url');
}

/** Whether a base64url signature is the given key's over the canonical form of the value. Never throws on a bad one. */
export function verifyValue(value: unknown, signature: string, key: VerifyKey): boolean {
  const bytes = Buffer.from(signature, 'base64url');
  // One spelling only: base64url readers ignore strange characters, and two spellings of one signature invite confusion.
  if (bytes.length !== 64 || bytes.toString('base64url') !== signature) return false;
  return verify(null, Buffer.from(canonicalize(value)), key.key, bytes);
}

/**
 * Like `signValue`, for a key that signs several kinds of things: the purpose and a line feed stand before the canonical form, so that
 * a signature made for one purpose is worth nothing for another.
 */
export function signFor(purpose: string, value: unknown, key: SigningKey): string {
  return sign(null, purposeBytes(purpose, value), key.privateKey).toString('base64url');
}

/** Whether a base64url signature is the given key's for this purpose and value. Never throws on a bad signature. */
export function verifyFor(purpose: string, value: unknown, signature: string, key: VerifyKey): boolean {
  const bytes = Buffer.from(signature, 'base64url');
  if (bytes.length !== 64 || bytes.toString('base64url') !== signature) return false;
  return verify(null, purposeBytes(purpose, value), key.key, bytes);
}

function purposeBytes(purpose: string, value: unknown): Buffer {
  return Buffer.from(`${purpose}\n${canonicalize(value)}`);
}

function readKey(read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch (cause) {
    throw new KeyError('not a readable key', cause);
  }
}

function toSigningKey(privateKey: KeyObject): SigningKey {
  requireEd25519(privateKey);
  return { privateKey, public: toVerifyKey(createPublicKey(privateKey)) };
}

function toVerifyKey(key: KeyObject): VerifyKey {
  requireEd25519(key);
  const fingerprint = sha256Hex(rawBytes(key));
  return { keyId: fingerprint.slice(0, 16), fingerprint, key };
}

function requireEd25519(key: KeyObject): void {
  if (key.asymmetricKeyType !== 'ed25519') throw new KeyError(`an Ed25519 key is wanted, not ${key.asymmetricKeyType}`);
}

function rawBytes(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length);
}
