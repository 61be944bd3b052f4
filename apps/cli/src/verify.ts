import { createHash } from 'node:crypto';
import {
  importVerifyKey,
  KeyError,
  parseFingerprint,
  parseProvenJson,
  type ReceiptReport,
  verifyReceipt,
} from '@bruecke/proof';
import type { Command } from './args.ts';

/** How files are read. Both reject when the file cannot be read. */
export type Files = {
  readonly read: (path: string, maxBytes: number) => Promise<Uint8Array | 'too_large'>;
  readonly stream: (path: string) => AsyncIterable<Uint8Array>;
};

/** Why nothing could be checked. `what` is the path or key given. */
export type InputError = {
  readonly code:
    | 'receipt_unreadable'
    | 'receipt_not_json'
    | 'receipt_ambiguous'
    | 'file_unreadable'
    | 'key_unreadable'
    | 'key_too_short';
  readonly what: string;
};

export type VerifyOutcome =
  | { readonly ok: true; readonly report: ReceiptReport }
  | { readonly ok: false; readonly error: InputError };

/** Receipts have a few kilobytes; anything larger is not one. */
const maxReceiptBytes = 1024 * 1024;
const maxKeyBytes = 64 * 1024;

type Trust = { readonly publicKeys: ReturnType<typeof importVerifyKey>[]; readonly fingerprints: string[] };
type VerifyCommand = Extract<Command, { name: 'verify' }>;

/** Reads keys, receipt and file, and checks the receipt. Touches no network. */
export async function verify(command: VerifyCommand, files: Files): Promise<VerifyOutcome> {
  const trust: Trust = { publicKeys: [], fingerprints: [] };
  for (const key of command.keys) {
    const error = await addKey(trust, key, files);
    if (error) return { ok: false, error };
  }
  const text = await readText(files, command.receipt, maxReceiptBytes);
  if (text === null) return fail('receipt_unreadable', command.receipt);
  const json = parseProvenJson(text);
  if (!json.ok) return fail(json.reason === 'not_json' ? 'receipt_not_json' : 'receipt_ambiguous', command.receipt);
  if (command.file === null) return { ok: true, report: verifyReceipt(json.value, trust) };
  const file = await measure(files, command.file);
  if (!file) return fail('file_unreadable', command.file);
  return { ok: true, report: verifyReceipt(json.value, { ...trust, file }) };
}

/** A key is a fingerprint, or a file with public keys in PEM or with a fingerprint. */
async function addKey(trust: Trust, given: string, files: Files): Promise<InputError | null> {
  const direct = parseFingerprint(given);
  if (direct) {
    trust.fingerprints.push(direct);
    return null;
  }
  const text = await readText(files, given, maxKeyBytes);
  if (text === null) {
    const short = /^(sha-?256:)?[0-9a-f:]{8,}$/i.test(given);
    return { code: short ? 'key_too_short' : 'key_unreadable', what: given };
  }
  const inFile = parseFingerprint(text);
  if (inFile) {
    trust.fingerprints.push(inFile);
    return null;
  }
  try {
    const blocks = text.match(/-----BEGIN [A-Z ]+-----[^-]*-----END [A-Z ]+-----/g) ?? [];
    if (blocks.length === 0) return { code: 'key_unreadable', what: given };
    for (const block of blocks) trust.publicKeys.push(importVerifyKey(block));
    return null;
  } catch (error) {
    if (error instanceof KeyError) return { code: 'key_unreadable', what: given };
    throw error;
  }
}

async function readText(files: Files, path: string, maxBytes: number): Promise<string | null> {
  try {
    const bytes = await files.read(path, maxBytes);
    return bytes === 'too_large' ? null : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Hashes a file of any size without holding it. */
async function measure(files: Files, path: string): Promise<{ sha256: string; size: number } | null> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of files.stream(path)) {
      hash.update(chunk);
      size += chunk.length;
    }
  } catch {
    return null;
  }
  return { sha256: hash.digest('hex'), size };
}

function fail(code: InputError['code'], what: string): VerifyOutcome {
  return { ok: false, error: { code, what } };
}
