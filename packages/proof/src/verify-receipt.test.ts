import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mandantScope, sealNext } from './chain.ts';
import { sha256Hex } from './digest.ts';
import { rawPublicKey, signingKeyFromSeed, signValue } from './keys.ts';
import { type Receipt, type ReceiptBody, receiptBodyHash, sealReceipt, signedPart } from './receipt.ts';
import { verifyReceipt } from './verify-receipt.ts';

const key = signingKeyFromSeed(new Uint8Array(32).fill(1));
const foreignKey = signingKeyFromSeed(new Uint8Array(32).fill(2));
const file = new TextEncoder().encode('Rechnung 4711');
const trust = { publicKeys: [key.public] };

const body: ReceiptBody = {
  version: 1,
  kind: 'bruecke.receipt',
  receiptId: 'r-1',
  mandantId: 'm-1',
  voucher: { id: 'v-1', sha256: sha256Hex(file), size: file.length },
  delivery: { id: 'd-1', guid: '0D9C1E5A-6A8E-4D65-9B5F-3C2A1F0E9D8C', run: 1 },
  dataset: { consultantNumber: '455148', mandantNumber: '1', name: 'Muster GmbH' },
  documentType: 'Rechnungseingang',
  fileNameSent: 'Rechnung_4711_k3f9.pdf',
  channel: 'belegbilderservice',
  arrivedAt: '2026-03-04T05:06:07Z',
  answer: { status: 201, code: null, requestId: 'req-1', globalTransactionId: 'gt-1', proof: '201' },
  by: { userId: 'u-1' },
};

const start = sealNext(mandantScope('m-1'), null, { kind: 'mandant.created' });

function receiptFor(content: ReceiptBody, signer = key): Receipt {
  const entry = { kind: 'delivery.arrived', data: { receiptHash: receiptBodyHash(content) } };
  return sealReceipt(content, sealNext(mandantScope(content.mandantId), start, entry), signer);
}

const good = receiptFor(body);
const throughFile = (receipt: unknown): unknown => JSON.parse(JSON.stringify(receipt));
const codes = (receipt: unknown, given: Parameters<typeof verifyReceipt>[1] = trust) =>
  verifyReceipt(throughFile(receipt), given).findings.map((finding) => finding.code);

test('a good receipt holds, with the public key or with its fingerprint', () => {
  const byKey = verifyReceipt(throughFile(good), { ...trust, file });
  expect(byKey).toMatchObject({ ok: true, findings: [], signedBy: key.public.fingerprint, fileChecked: true });
  const byPrint = verifyReceipt(throughFile(good), { fingerprints: [key.public.fingerprint] });
  expect(byPrint).toMatchObject({ ok: true, signedBy: key.public.fingerprint, fileChecked: false });
});

test('without anything to trust, no receipt holds: the key inside it is no reason', () => {
  expect(codes(good, {})).toEqual(['unknown_key']);
  expect(codes(good, { fingerprints: [foreignKey.public.fingerprint] })).toEqual(['unknown_key']);
});

test('a self-made receipt, whole in itself but signed with a foreign key, does not hold', () => {
  const forged = receiptFor(body, foreignKey);
  expect(codes(forged)).toEqual(['unknown_key']);
  expect(codes(forged, { fingerprints: [key.public.fingerprint] })).toEqual(['unknown_key']);
});

test('a foreign signature under our key id and our public key does not hold', () => {
  const signature = { keyId: key.public.keyId, alg: 'Ed25519', publicKey: rawPublicKey(key.public) } as const;
  const unsigned = { ...good, signature: { ...signature, value: '' } };
  const forged = { ...good, signature: { ...signature, value: signValue(signedPart(unsigned), foreignKey) } };
  expect(codes(forged)).toEqual(['bad_signature']);
});

test('a foreign key inside under our key id does not hold against our fingerprint', () => {
  const forged = receiptFor(body, foreignKey);
  const renamed = { ...forged, signature: { ...forged.signature, keyId: key.public.keyId } };
  expect(codes(renamed, { fingerprints: [key.public.fingerprint] })).toEqual(['unknown_key']);
});

test('a changed file does not fit', () => {
  const changed = new TextEncoder().encode('Rechnung 4712');
  expect(verifyReceipt(good, { ...trust, file: changed }).findings).toEqual([
    { code: 'file_mismatch', sha256: sha256Hex(changed), size: changed.length },
  ]);
  expect(codes(good, { ...trust, file: { sha256: sha256Hex(file), size: file.length } })).toEqual([]);
});

test('a changed field breaks the signature and the hash in the history entry', () => {
  const changed = { ...good, dataset: { ...good.dataset, mandantNumber: '2' } };
  expect(codes(changed)).toEqual(['bad_signature', 'receipt_hash_mismatch']);
});

test('an added field breaks the signature too', () => {
  expect(codes({ ...good, note: 'x' })).toContain('bad_signature');
});

test("another receipt's history entry, even signed again by the server, is found", () => {
  const other = receiptFor({ ...body, receiptId: 'r-2' });
  const unsigned = { ...good, history: other.history };
  const resigned = { ...unsigned, signature: { ...good.signature, value: signValue(signedPart(unsigned), key) } };
  expect(codes(resigned)).toEqual(['receipt_hash_mismatch']);
});

test('a history entry that does not give the chain hash is found, even when signed', () => {
  const unsigned = { ...good, history: { ...good.history, previous: 'e'.repeat(64) } };
  const resigned = { ...unsigned, signature: { ...good.signature, value: signValue(signedPart(unsigned), key) } };
  expect(codes(resigned)).toEqual(['chain_hash_mismatch']);
});

test("an entry in another Mandant's chain is found", () => {
  const entry = { receiptHash: receiptBodyHash(body) };
  expect(codes(sealReceipt(body, sealNext(mandantScope('m-2'), start, entry), key))).toEqual(['wrong_chain']);
});

test('sealing refuses an entry that does not contain the receipt', () => {
  const link = sealNext(mandantScope('m-1'), start, { receiptHash: 'f'.repeat(64) });
  expect(() => sealReceipt(body, link, key)).toThrow(RangeError);
});

test.each([
  ['201', 201, null, []],
  ['409 DCO01012', 409, '#DCO01012', []],
  ['DCO01253', 400, 'DCO01253', []],
  ['201', 409, 'DCO01012', ['answer_mismatch']],
  ['409 DCO01012', 409, 'DCO01253', ['answer_mismatch']],
  ['DCO01253', 400, null, ['answer_mismatch']],
] as const)('the answer must be what the proof %s claims: status %s, code %s', (proof, status, code, expected) => {
  const answer = { ...body.answer, proof, status, code };
  expect(codes(receiptFor({ ...body, answer }))).toEqual(expected);
});

test.each([
  ['null', null, ''],
  ['an array', [], ''],
  ['another kind', { ...good, kind: 'invoice' }, ''],
  ['a missing part', { ...good, history: undefined }, 'history'],
  ['a hash in upper case', { ...good, voucher: { ...good.voucher, sha256: 'A'.repeat(64) } }, 'voucher.sha256'],
  ['a GUID in lower case', { ...good, delivery: { ...good.delivery, guid: 'x' } }, 'delivery.guid'],
  ['a local time', { ...good, arrivedAt: '2026-03-04T05:06:07+01:00' }, 'arrivedAt'],
  ['an impossible time', { ...good, arrivedAt: '2026-13-04T05:06:07Z' }, 'arrivedAt'],
  ['two senders', { ...good, by: { userId: 'u', rule: 'r' } }, 'by'],
  ['no number', { ...good, history: { ...good.history, seq: 0 } }, 'history.seq'],
])('%s is not a receipt, and the report says where', (_name, value, where) => {
  expect(verifyReceipt(value, trust).findings).toEqual([{ code: 'malformed', at: where }]);
});

test('a later version is named as such', () => {
  expect(codes({ ...good, version: 2 })).toEqual(['unsupported_version']);
});

/** All places of a JSON value that hold something other than an object or array. */
function leaves(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([field, part]) => leaves(part, [...path, field]));
}

function withLeaf(value: unknown, path: readonly string[], leaf: unknown): unknown {
  const [field, ...rest] = path;
  if (field === undefined) return leaf;
  const entries = Object.entries(value ?? {}).map(([name, part]) => [
    name,
    name === field ? withLeaf(part, rest, leaf) : part,
  ]);
  return Object.fromEntries(entries);
}

function leafOf(value: unknown, path: readonly string[]): unknown {
  const [field, ...rest] = path;
  if (field === undefined) return value;
  return leafOf(Object.entries(value ?? {}).find(([name]) => name === field)?.[1], rest);
}

test('property: no field can be changed to anything else without a finding', () => {
  const paths = leaves(good);
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, leaf) => {
      fc.pre(JSON.stringify(leaf) !== JSON.stringify(leafOf(good, path)));
      expect(verifyReceipt(withLeaf(good, path, leaf), trust).ok).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test('property: nothing makes it throw', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withSparseArray: true }), (value) => {
      expect(verifyReceipt(value, trust).ok).toBe(false);
      expect(verifyReceipt({ ...good, history: value }, trust).ok).toBe(false);
    }),
  );
});
