// The bundled program as people run it: a child process on real files.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  exportVerifyKey,
  formatFingerprint,
  mandantScope,
  type ReceiptBody,
  receiptBodyHash,
  type SigningKey,
  sealNext,
  sealReceipt,
  sha256Hex,
  signingKeyFromSeed,
} from '@bruecke/proof';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const bin = join(root, 'apps/cli/bin/bruecke.mjs');
const key = signingKeyFromSeed(new Uint8Array(32).fill(1));
const foreignKey = signingKeyFromSeed(new Uint8Array(32).fill(2));
const fingerprint = formatFingerprint(key.public.fingerprint);
const voucher = new TextEncoder().encode('the bytes of a voucher');
let folder = '';

type Result = { readonly code: number; readonly out: string; readonly err: string };

function start(args: readonly string[], lang: string): Promise<Result> {
  const env = { PATH: process.env['PATH'] ?? '', LANG: lang };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder || root, env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
    });
  });
}

const bruecke = (args: readonly string[], lang = 'de_DE.UTF-8') => start([bin, ...args], lang);

function receipt(signer: SigningKey, change: Partial<ReceiptBody> = {}) {
  const body: ReceiptBody = {
    version: 1,
    kind: 'bruecke.receipt',
    receiptId: 'r-1',
    mandantId: 'm-1',
    voucher: { id: 'v-1', sha256: sha256Hex(voucher), size: voucher.length },
    delivery: { id: 'd-1', guid: '0D9C1E5A-6A8E-4D65-9B5F-3C2A1F0E9D8C', run: 1 },
    dataset: { consultantNumber: '455148', mandantNumber: '1', name: 'Muster GmbH' },
    documentType: 'Rechnungseingang',
    fileNameSent: 'Rechnung_4711_k3f9.pdf',
    channel: 'belegbilderservice',
    arrivedAt: '2026-03-04T05:06:07Z',
    answer: { status: 201, code: null, requestId: null, globalTransactionId: null, proof: '201' },
    by: { rule: 'forward-on-arrival' },
    ...change,
  };
  const scope = mandantScope(body.mandantId);
  const first = sealNext(scope, null, { kind: 'mandant.created' });
  return sealReceipt(body, sealNext(scope, first, { receiptHash: receiptBodyHash(body) }), signer);
}

beforeAll(async () => {
  const built = await start([join(root, 'scripts/build.mjs'), 'apps/cli'], 'C');
  expect(built).toMatchObject({ code: 0, err: '' });
  folder = await mkdtemp(join(tmpdir(), 'bruecke-cli-'));
  const good = receipt(key);
  const clearScreen = '\u001b[2J';
  const files: { readonly [name: string]: string | Uint8Array } = {
    'good.json': JSON.stringify(good, null, 2),
    'foreign.json': JSON.stringify(receipt(foreignKey)),
    'changed.json': JSON.stringify({ ...good, arrivedAt: '2026-03-03T05:06:07Z' }),
    'escape.json': JSON.stringify(receipt(key, { fileNameSent: `a${clearScreen}.pdf` })),
    'other.json': '{"kind":"invoice"}',
    'voucher.pdf': voucher,
    'changed.pdf': new TextEncoder().encode('the bytes of another'),
    'key.pem': exportVerifyKey(key.public),
    'keys.pem': exportVerifyKey(foreignKey.public) + exportVerifyKey(key.public),
    'fingerprint.txt': `${fingerprint}\n`,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
});

afterAll(async () => {
  if (folder) await rm(folder, { recursive: true });
});

test.each(['key.pem', 'keys.pem', 'fingerprint.txt', fingerprint, key.public.fingerprint.toUpperCase()])(
  'a good receipt with its file holds with --key %s',
  async (given) => {
    const { code, out, err } = await bruecke(['verify', 'good.json', 'voucher.pdf', '--key', given]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Quittung gültig.');
    expect(out).toContain('geprüft, sie ist dieser Beleg');
    expect(out).toContain('Berater 455148, Mandant 1, Muster GmbH');
    expect(out).toContain(fingerprint);
  },
);

test('without a file it says that none was compared; in English where the environment is English', async () => {
  const { code, out } = await bruecke(['verify', '--key=key.pem', 'good.json'], 'en_GB.UTF-8');
  expect(code).toBe(0);
  expect(out).toContain('Receipt valid.');
  expect(out).toContain('not checked (none given)');
});

test('a self-made receipt with a foreign key does not hold, and nothing of it is shown', async () => {
  const { code, out } = await bruecke(['verify', 'foreign.json', '--key', 'key.pem']);
  expect(code).toBe(1);
  expect(out).toContain('Quittung NICHT gültig.');
  expect(out).toContain(foreignKey.public.keyId);
  expect(out).not.toContain('Muster GmbH');
});

test('a good receipt does not hold against a foreign key', async () => {
  const given = foreignKey.public.fingerprint;
  expect((await bruecke(['verify', 'good.json', '--key', given])).code).toBe(1);
});

test('a changed file, a changed receipt', async () => {
  const file = await bruecke(['verify', 'good.json', 'changed.pdf', '--key', 'key.pem']);
  expect(file.code).toBe(1);
  expect(file.out).toContain('Die Datei ist nicht der Beleg dieser Quittung');
  const changed = await bruecke(['verify', 'changed.json', '--key', 'key.pem'], 'en_US');
  expect(changed.code).toBe(1);
  expect(changed.out).toContain('The signature does not fit');
});

test('--json is for programs', async () => {
  const good = await bruecke(['verify', 'good.json', 'voucher.pdf', '--key', 'key.pem', '--json']);
  expect(good.code).toBe(0);
  expect(JSON.parse(good.out)).toEqual({
    ok: true,
    checked: true,
    findings: [],
    signedBy: key.public.fingerprint,
    fileChecked: true,
  });
  const changed = await bruecke(['verify', 'changed.json', '--key', 'key.pem', '--json']);
  expect(changed.code).toBe(1);
  expect(JSON.parse(changed.out)).toMatchObject({
    ok: false,
    findings: [{ code: 'bad_signature' }, { code: 'receipt_hash_mismatch' }],
    signedBy: null,
  });
  const missing = await bruecke(['verify', 'no.json', '--key', 'key.pem', '--json']);
  expect(missing.code).toBe(2);
  expect(JSON.parse(missing.out)).toMatchObject({ ok: false, checked: false, error: { code: 'receipt_unreadable' } });
});

test('control characters in a receipt do not reach the terminal', async () => {
  const { code, out } = await bruecke(['verify', 'escape.json', '--key', 'key.pem']);
  expect(code).toBe(0);
  expect(out).toContain('a�[2J.pdf');
  expect(out).not.toContain('\u001b');
});

test('what cannot be checked is status 2, with a sentence on standard error', async () => {
  const { code, out, err } = await bruecke(['verify', 'good.json', '.', '--key', 'key.pem']);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('Datei nicht lesbar');
});

test('JSON that is no receipt is a receipt that does not hold', async () => {
  const { code, out } = await bruecke(['verify', 'other.json', '--key', 'key.pem']);
  expect(code).toBe(1);
  expect(out).toContain('Das ist keine Quittung von Brücke.');
});
