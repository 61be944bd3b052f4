import { canonicalize, type JsonObject } from './canonical.ts';
import { isSha256Hex } from './digest.ts';
import type { Receipt } from './receipt.ts';

/** Why something is not a receipt. `at` is the field, as in `voucher.sha256`; empty for the whole. */
export type ReceiptShapeError =
  | { readonly code: 'malformed'; readonly at: string }
  | { readonly code: 'unsupported_version'; readonly version: string };

export type ParsedReceipt =
  | { readonly ok: true; readonly receipt: Receipt; readonly raw: JsonObject }
  | { readonly ok: false; readonly error: ReceiptShapeError };

type Check = (value: unknown) => boolean;
type Shape = { readonly [field: string]: Check };

const text: Check = (value) => typeof value === 'string' && value.length > 0 && value.length <= 1000;
const textOrNull: Check = (value) => value === null || text(value);
const wholeFrom =
  (least: number): Check =>
  (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least;
const oneOf =
  (...allowed: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && allowed.includes(value);
const matches =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const object: Check = (value) => isObject(value);

const utcTime = matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
const guid = matches(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
const keyId = matches(/^[0-9a-f]{16}$/);

/** Field paths of a version 1 receipt and what each may hold. Unknown fields are allowed: the signature covers them. */
const shapes: { readonly [path: string]: Shape } = {
  '': {
    receiptId: text,
    mandantId: text,
    documentType: textOrNull,
    fileNameSent: text,
    channel: oneOf('belegbilderservice', 'dokumentenablage'),
    arrivedAt: (value) => utcTime(value) && !Number.isNaN(Date.parse(String(value))),
  },
  voucher: { id: text, sha256: isSha256Hex, size: wholeFrom(0), originalName: optional(isSha256Hex) },
  delivery: { id: text, guid, run: wholeFrom(1) },
  dataset: { consultantNumber: text, mandantNumber: text, name: optional(text) },
  answer: {
    status: wholeFrom(100),
    code: textOrNull,
    requestId: textOrNull,
    globalTransactionId: textOrNull,
    proof: oneOf('201', '409 DCO01012', 'DCO01253'),
  },
  by: { userId: optional(text), rule: optional(text) },
  history: {
    scope: text,
    seq: wholeFrom(1),
    previous: (value) => value === null || isSha256Hex(value),
    chainHash: isSha256Hex,
    entry: object,
  },
  signature: { keyId, alg: oneOf('Ed25519'), value: text, publicKey: text },
};

/** Reads a parsed JSON value as a version 1 receipt. Checks its shape only; nothing in it is believed by that. */
export function parseReceipt(value: unknown): ParsedReceipt {
  if (!isObject(value) || value['kind'] !== 'bruecke.receipt') return malformed('');
  if (value['version'] !== 1) {
    return { ok: false, error: { code: 'unsupported_version', version: String(value['version']).slice(0, 20) } };
  }
  for (const [path, shape] of Object.entries(shapes)) {
    const part = path === '' ? value : value[path];
    if (!isObject(part)) return malformed(path);
    for (const [field, check] of Object.entries(shape)) {
      if (!check(part[field])) return malformed(path === '' ? field : `${path}.${field}`);
    }
  }
  const by = value['by'];
  if (!isObject(by) || (by['userId'] === undefined) === (by['rule'] === undefined)) return malformed('by');
  try {
    canonicalize(value);
  } catch {
    return malformed('');
  }
  // Both casts: the loop above checked every field of the type, and canonicalize() that the rest is plain JSON.
  return { ok: true, receipt: value as unknown as Receipt, raw: value as JsonObject };
}

function malformed(at: string): ParsedReceipt {
  return { ok: false, error: { code: 'malformed', at } };
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
