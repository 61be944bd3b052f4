import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { commit, matchesCommitment } from './commitment.ts';
import {
  exportSigningKey,
  exportVerifyKey,
  formatFingerprint,
  importSigningKey,
  importVerifyKey,
  KeyError,
  parseFingerprint,
  rawPublicKey,
  signFor,
  signingKeyFromSeed,
  signValue,
  verifyFor,
  verifyKeyFromRaw,
  verifyValue,
} from './keys.ts';

// RFC 8032 section 7.1, test 1.
const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
const publicKeyHex = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
const key = signingKeyFromSeed(seed);

test('a seed gives the public key of RFC 8032', () => {
  expect(Buffer.from(rawPublicKey(key.public), 'base64url').toString('hex')).toBe(publicKeyHex);
});

test('the key id is the start of the fingerprint', () => {
  expect(key.public.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  expect(key.public.keyId).toBe(key.public.fingerprint.slice(0, 16));
});

test('keys survive export and import', () => {
  const pem = exportSigningKey(key);
  expect(pem).toContain('BEGIN PRIVATE KEY');
  expect(importSigningKey(pem).public.fingerprint).toBe(key.public.fingerprint);
  const publicPem = exportVerifyKey(key.public);
  expect(publicPem).toContain('BEGIN PUBLIC KEY');
  expect(importVerifyKey(publicPem).fingerprint).toBe(key.public.fingerprint);
  expect(verifyKeyFromRaw(rawPublicKey(key.public)).fingerprint).toBe(key.public.fingerprint);
});

test('other keys are refused', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const rsaPem = rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString();
  expect(() => importVerifyKey(rsaPem)).toThrow(KeyError);
  expect(() => importVerifyKey('no key')).toThrow(KeyError);
  expect(() => importVerifyKey(exportSigningKey(key))).toThrow(/private/);
  expect(() => importSigningKey(exportVerifyKey(key.public))).toThrow(KeyError);
  expect(() => signingKeyFromSeed(new Uint8Array(31))).toThrow(KeyError);
  expect(() => verifyKeyFromRaw('AAAA')).toThrow(KeyError);
});

test('a signature holds for the value in any key order, and for no other value or key', () => {
  const other = signingKeyFromSeed(new Uint8Array(32).fill(7));
  const signature = signValue({ a: 1, b: [2] }, key);
  expect(verifyValue({ b: [2], a: 1 }, signature, key.public)).toBe(true);
  expect(verifyValue({ b: [2], a: 2 }, signature, key.public)).toBe(false);
  expect(verifyValue({ a: 1, b: [2] }, signature, other.public)).toBe(false);
});

test('a signature has one spelling', () => {
  const signature = signValue('x', key);
  for (const spelling of [`${signature}=`, ` ${signature}`, signature.slice(1), '', '\0']) {
    expect(verifyValue('x', spelling, key.public)).toBe(false);
  }
});

test('fingerprints are read in any spelling, but only whole', () => {
  const { fingerprint, keyId } = key.public;
  expect(formatFingerprint(fingerprint)).toMatch(/^SHA256:([0-9a-f]{4}:){15}[0-9a-f]{4}$/);
  expect(parseFingerprint(formatFingerprint(fingerprint))).toBe(fingerprint);
  expect(parseFingerprint(` sha256:${fingerprint.toUpperCase()}\n`)).toBe(fingerprint);
  expect(parseFingerprint(keyId)).toBeNull();
  expect(parseFingerprint('')).toBeNull();
  expect(parseFingerprint(`${fingerprint}00`)).toBeNull();
});

test('a commitment is opened by its value and salt only', () => {
  const salt = '00112233445566778899aabbccddeeff';
  const commitment = commit('Erika Muster', salt);
  expect(commitment).toMatch(/^[0-9a-f]{64}$/);
  expect(matchesCommitment(commitment, 'Erika Muster', salt)).toBe(true);
  expect(matchesCommitment(commitment, 'Erika Master', salt)).toBe(false);
  expect(matchesCommitment(commitment, 'Erika Muster', salt.replace('00', '01'))).toBe(false);
  expect(matchesCommitment(commitment, 'Erika Muster', '')).toBe(false);
  expect(() => commit('Erika Muster', 'abcd')).toThrow(RangeError);
});

test('a signature for one purpose is worth nothing for another, nor as a plain one', () => {
  const signature = signFor('order-v1', { b: 1, a: 2 }, key);
  expect(verifyFor('order-v1', { a: 2, b: 1 }, signature, key.public)).toBe(true);
  expect(verifyFor('file-v1', { a: 2, b: 1 }, signature, key.public)).toBe(false);
  expect(verifyFor('order-v1', { a: 2, b: 2 }, signature, key.public)).toBe(false);
  expect(verifyFor('order-v1', { a: 2, b: 1 }, `${signature}=`, key.public)).toBe(false);
  expect(verifyValue({ a: 2, b: 1 }, signature, key.public)).toBe(false);
});
