import { signingPurposes } from '@bruecke/contract';
import { rawPublicKey, signFor, signingKeyFromSeed } from '@bruecke/proof';
import { expect, test } from 'vitest';
import { readConnectionFile } from './connectionFile.ts';

const key = signingKeyFromSeed(Buffer.alloc(32, 7));
const now = new Date('2026-03-02T08:00:00Z');
const content = {
  format: 'bruecke-connection-file-v1',
  server: 'https://bruecke.example',
  firmName: 'Kanzlei Nord',
  code: Buffer.alloc(32, 9).toString('base64url'),
  issuedAt: '2026-03-02T07:00:00.000Z',
  expiresAt: '2026-03-03T07:00:00.000Z',
  instanceKey: rawPublicKey(key.public),
  tls: { kind: 'spki', sha256: [Buffer.alloc(32).toString('base64')] },
};

const signed = (changed: object = {}, by = key, purpose: string = signingPurposes.connectionFile) => {
  const whole = { ...content, ...changed };
  return { ...whole, signature: signFor(purpose, whole, by) };
};
const read = (value: unknown) => {
  const result = readConnectionFile(typeof value === 'string' ? value : JSON.stringify(value), now);
  return result.ok ? 'ok' : result.code;
};

test('a whole one is taken, with the fingerprint of its key; also from a newer hub, and with a byte order mark', () => {
  const result = readConnectionFile(JSON.stringify(signed()), now);
  expect(result).toMatchObject({ ok: true, file: { server: 'https://bruecke.example' } });
  expect(result.ok && result.instanceFingerprint).toMatch(/^([A-Z2-7]{4}-){12}[A-Z2-7]{4}$/);
  expect(read(signed({ colour: 'green' }))).toBe('ok');
  expect(read(`\uFEFF${JSON.stringify(signed())}`)).toBe('ok');
});

test('whatever was changed after it was signed is seen', () => {
  expect(read({ ...signed(), server: 'https://elsewhere.example' })).toBe('signatureWrong');
  expect(read({ ...signed(), colour: 'green' })).toBe('signatureWrong');
  expect(read(signed({}, signingKeyFromSeed(Buffer.alloc(32, 8))))).toBe('signatureWrong');
  expect(read(signed({}, key, signingPurposes.order))).toBe('signatureWrong');
});

test('what is no Verbindungsdatei, or one with the same field twice', () => {
  expect(read('hello')).toBe('notAConnectionFile');
  expect(read({})).toBe('notAConnectionFile');
  expect(read(signed({ code: 'short' }))).toBe('notAConnectionFile');
  const twice = JSON.stringify(signed()).replace('{', '{"server":"https://elsewhere.example",');
  expect(read(twice)).toBe('notAConnectionFile');
});

test('its time, and addresses without a safe way', () => {
  expect(read(signed({ expiresAt: '2026-03-02T08:00:00.000Z' }))).toBe('expired');
  expect(read(signed({ server: 'http://bruecke.example', tls: { kind: 'none' } }))).toBe('addressRefused');
  expect(read(signed({ tls: { kind: 'none' } }))).toBe('addressRefused');
  expect(read(signed({ server: 'https://bruecke.example/path' }))).toBe('addressRefused');
  expect(read(signed({ server: 'http://127.0.0.1:8080', tls: { kind: 'none' } }))).toBe('ok');
});
