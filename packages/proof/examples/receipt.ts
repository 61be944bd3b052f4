// Run from the repository root: npx tsx packages/proof/examples/receipt.ts
import { randomBytes, randomUUID } from 'node:crypto';
import {
  formatFingerprint,
  mandantScope,
  type ReceiptBody,
  receiptBodyHash,
  sealNext,
  sealReceipt,
  sha256Hex,
  signingKeyFromSeed,
  verifyChain,
  verifyReceipt,
} from '../src/index.ts';

const key = signingKeyFromSeed(randomBytes(32));
console.log('key', formatFingerprint(key.public.fingerprint));

const file = new TextEncoder().encode('the bytes of a voucher');
const mandantId = randomUUID();
const body: ReceiptBody = {
  version: 1,
  kind: 'bruecke.receipt',
  receiptId: randomUUID(),
  mandantId,
  voucher: { id: randomUUID(), sha256: sha256Hex(file), size: file.length },
  delivery: { id: randomUUID(), guid: randomUUID().toUpperCase(), run: 1 },
  dataset: { consultantNumber: '455148', mandantNumber: '1' },
  documentType: 'Rechnungseingang',
  fileNameSent: 'Rechnung_4711_k3f9.pdf',
  channel: 'belegbilderservice',
  arrivedAt: '2026-03-04T05:06:07Z',
  answer: { status: 201, code: null, requestId: null, globalTransactionId: null, proof: '201' },
  by: { rule: 'forward-on-arrival' },
};

const scope = mandantScope(mandantId);
const first = sealNext(scope, null, { kind: 'mandant.created' });
const second = sealNext(scope, first, { kind: 'delivery.arrived', receiptHash: receiptBodyHash(body) });
const receipt = sealReceipt(body, second, key);

const trust = { fingerprints: [key.public.fingerprint] };
console.log('receipt holds:', verifyReceipt(receipt, { ...trust, file }).ok);
console.log('changed:', verifyReceipt({ ...receipt, documentType: 'Kasse' }, trust).findings);

const { chainHash, seq } = receipt.history;
const cut = await verifyChain([first], { scope, anchors: [{ scope, seq, hash: chainHash }] });
console.log('chain without its end:', cut.findings);
