import { createHash } from 'node:crypto';
import { releasePurpose } from '@bruecke/contract';
import { rawPublicKey, signFor, signingKeyFromSeed } from '@bruecke/proof';
import { expect, test } from 'vitest';
import { checkRelease, compareVersions, isProgramOf } from './release.ts';

const key = signingKeyFromSeed(Buffer.alloc(32, 3));
const releaseKey = rawPublicKey(key.public);
const program = Buffer.from('program');
const content = { version: '1.3.0', sha256: createHash('sha256').update(program).digest('hex'), size: program.length };
const signed = (changed: object = {}, by = key, purpose = releasePurpose) => {
  const whole = { ...content, ...changed };
  return { ...whole, signature: signFor(purpose, whole, by) };
};
const verdict = (value: unknown, by: string | null = releaseKey) => {
  const checked = checkRelease(value, by, '1.2.9');
  return checked.ok ? checked.release.version : checked.code;
};

test('only what the compiled-in key signed, and only newer ones', () => {
  expect(verdict(signed())).toBe('1.3.0');
  expect(verdict(signed({}, signingKeyFromSeed(Buffer.alloc(32, 4))))).toBe('updateForeignKey');
  expect(verdict(signed({}, key, 'bruecke-order-v1'))).toBe('updateForeignKey');
  expect(verdict({ ...signed(), version: '9.9.9' })).toBe('updateForeignKey');
  expect(verdict(signed({ version: '1.2.9' }))).toBe('notNewer');
  expect(verdict(signed({ version: '1.2.10' }))).toBe('1.2.10');
  expect(verdict(signed({ version: '0.9.99' }))).toBe('notNewer');
  expect(verdict(signed({ version: '../x' }))).toBe('notARelease');
  expect(verdict({})).toBe('notARelease');
  expect(verdict(signed(), null)).toBe('noReleaseKey');
});

test('a program is the release’s by length and hash', () => {
  const checked = checkRelease(signed(), releaseKey, null);
  if (!checked.ok) throw new Error(checked.code);
  expect(isProgramOf(checked.release, program)).toBe(true);
  expect(isProgramOf(checked.release, Buffer.from('Program'))).toBe(false);
});

test('versions compare by number', () => {
  expect(compareVersions('1.10.0', '1.9.9')).toBeGreaterThan(0);
  expect(compareVersions('1.2.3', '1.2.3')).toBe(0);
  expect(compareVersions('0.9.9', '1.0.0')).toBeLessThan(0);
});
