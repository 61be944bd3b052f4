import type { JsonObject } from './canonical.ts';
import type { SealedLink } from './chain.ts';
import { hashOf } from './digest.ts';
import { rawPublicKey, type Signature, type SigningKey, signValue } from './keys.ts';

/** Ways to forward a voucher. */
export type ReceiptChannel = 'belegbilderservice' | 'dokumentenablage';

/**
 * What proves the arrival: `201` (accepted), `409 DCO01012` (our own GUID is already there: an earlier answer was lost),
 * `DCO01253` (the file is already there after an unclear attempt of this very delivery). Source: cloud.md B.2.
 */
export type ArrivalProof = '201' | '409 DCO01012' | 'DCO01253';

/** The target's answer as it came. Ids are the target's own, for questions to its support. */
export type ReceiptAnswer = {
  readonly status: number;
  readonly code: string | null;
  readonly requestId: string | null;
  readonly globalTransactionId: string | null;
  readonly proof: ArrivalProof;
};

/** What a receipt says, before it is tied to the history. Version 1. */
export type ReceiptBody = {
  readonly version: 1;
  readonly kind: 'bruecke.receipt';
  readonly receiptId: string;
  readonly mandantId: string;
  readonly voucher: {
    readonly id: string;
    /** Of the original as handed in, 64 lower-case hex digits. */
    readonly sha256: string;
    /** Bytes. */
    readonly size: number;
    /** Salted commitment to the original file name (see `commit`). */
    readonly originalName?: string;
  };
  /** `guid`: the document GUID at the target, upper case with hyphens. `run`: from 1. */
  readonly delivery: { readonly id: string; readonly guid: string; readonly run: number };
  /** Numbers as written at DATEV; `name` as DATEV gave it. */
  readonly dataset: { readonly consultantNumber: string; readonly mandantNumber: string; readonly name?: string };
  readonly documentType: string | null;
  readonly fileNameSent: string;
  readonly channel: ReceiptChannel;
  /** When the proving answer came, ISO 8601 in UTC. */
  readonly arrivedAt: string;
  readonly answer: ReceiptAnswer;
  /** The person or the rule that had it sent. */
  readonly by: { readonly userId: string } | { readonly rule: string };
};

/**
 * The sealed history entry of the delivery, whole, so that anyone can recompute its chain hash. `entry` holds the
 * receipt's hash in a field `receiptHash`, at its top or one level below.
 */
export type ReceiptHistory = {
  readonly scope: string;
  readonly seq: number;
  readonly previous: string | null;
  readonly chainHash: string;
  readonly entry: JsonObject;
};

/** `publicKey` (raw, base64url) is there for convenience only: a verifier takes it only if its fingerprint is one it was given. */
export type ReceiptSignature = Signature & { readonly publicKey: string };

export type Receipt = ReceiptBody & { readonly history: ReceiptHistory; readonly signature: ReceiptSignature };

/**
 * The hash of a receipt's body: SHA-256 over its canonical form without `history` and `signature`. The history entry of
 * the delivery contains it as `receiptHash`.
 */
export function receiptBodyHash(body: ReceiptBody | Receipt): string {
  return hashOf(bodyOf(body));
}

/**
 * Ties a body to its sealed history entry and signs both.
 * @throws RangeError when the link does not hold this body's hash: such a receipt would never verify
 */
export function sealReceipt(body: ReceiptBody, link: SealedLink, key: SigningKey): Receipt {
  if (receiptHashIn(link.entry) !== receiptBodyHash(body)) {
    throw new RangeError("the history entry does not contain this receipt's hash as receiptHash");
  }
  const { scope, seq, previous, hash, entry } = link;
  const history = { scope, seq, previous, chainHash: hash, entry };
  const signature = { keyId: key.public.keyId, alg: 'Ed25519', publicKey: rawPublicKey(key.public) } as const;
  const value = signValue({ ...body, history, signature }, key);
  return { ...body, history, signature: { ...signature, value } };
}

/** A receipt as the signature covers it: everything but the signature's own value, unknown fields too. */
export function signedPart(receipt: JsonObject): JsonObject {
  const { value: _, ...signature } = fieldsOf(receipt['signature']);
  return { ...receipt, signature };
}

/** The receipt hash that a history entry holds, at its top or one level below; null without one, or with two that differ. */
export function receiptHashIn(entry: JsonObject): string | null {
  const found = [entry, ...Object.values(entry).map(fieldsOf)]
    .map((fields) => fields['receiptHash'])
    .filter((hash) => typeof hash === 'string');
  return new Set(found).size === 1 ? (found[0] ?? null) : null;
}

function bodyOf(receipt: ReceiptBody | Receipt): JsonObject {
  const { history: _history, signature: _signature, ...body } = { history: null, signature: null, ...receipt };
  return body;
}

function fieldsOf(value: unknown): JsonObject {
  // The cast only says that values met on the way are JSON, which canonicalize() checks before anything is believed.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
