import { chainHash, mandantScope } from './chain.ts';
import { sha256Hex } from './digest.ts';
import { type VerifyKey, verifyKeyFromRaw, verifyValue } from './keys.ts';
import { parseReceipt, type ReceiptShapeError } from './parse-receipt.ts';
import { type ArrivalProof, type Receipt, receiptBodyHash, receiptHashIn, signedPart } from './receipt.ts';

/** Everything that can be wrong with a receipt. A receipt without a finding holds. */
export type ReceiptFinding =
  | ReceiptShapeError
  /** Signed with a key that is none of those given. */
  | { readonly code: 'unknown_key'; readonly keyId: string }
  /** The signature is not the key's over this content: something was changed, or somebody only claims to hold the key. */
  | { readonly code: 'bad_signature' }
  /** The history entry in it does not give the chain hash. */
  | { readonly code: 'chain_hash_mismatch' }
  /** The history entry is not about this receipt: it does not contain its hash. */
  | { readonly code: 'receipt_hash_mismatch' }
  /** The history entry is from another chain than that of the receipt's Mandant. */
  | { readonly code: 'wrong_chain' }
  /** The answer does not say what the receipt claims that it proves. */
  | { readonly code: 'answer_mismatch' }
  /** The file is not the one the receipt is about. */
  | { readonly code: 'file_mismatch'; readonly sha256: string; readonly size: number };

export type ReceiptTrust = {
  /** Public keys the user trusts. */
  readonly publicKeys?: readonly VerifyKey[];
  /** Full fingerprints the user trusts, 64 lower-case hex digits (see `parseFingerprint`). */
  readonly fingerprints?: readonly string[];
  /** The voucher's original file, to be compared: its bytes, or hash and size where it was hashed as a stream. */
  readonly file?: Uint8Array | { readonly sha256: string; readonly size: number };
};

export type ReceiptReport = {
  readonly ok: boolean;
  readonly findings: readonly ReceiptFinding[];
  /** Null when it is no receipt at all. Its content is believed only if `ok`. */
  readonly receipt: Receipt | null;
  /** Fingerprint of the trusted key that signed it; null when none did. */
  readonly signedBy: string | null;
  /** Whether a file was compared. */
  readonly fileChecked: boolean;
};

/**
 * Checks a receipt offline. Trust comes from the caller alone: a key or fingerprint inside the receipt is never a reason
 * to believe it. Verifies shape, signature, that the history entry contains the receipt's hash, that this entry gives
 * the chain hash, that the answer fits, and the file if one is given. Linear in the receipt's size; never throws.
 *
 * What it cannot show: that the chain around the entry is still whole. For that keep the receipt as an anchor and run
 * `verifyChain` over an export of the history.
 *
 * @param value the parsed JSON of the receipt
 */
export function verifyReceipt(value: unknown, trust: ReceiptTrust): ReceiptReport {
  const parsed = parseReceipt(value);
  const fileChecked = false;
  if (!parsed.ok) return { ok: false, findings: [parsed.error], receipt: null, signedBy: null, fileChecked };
  const { receipt, raw } = parsed;
  const findings: ReceiptFinding[] = [];

  const key = trustedKey(receipt, trust);
  if (!key) findings.push({ code: 'unknown_key', keyId: receipt.signature.keyId });
  const signed = key !== null && verifyValue(signedPart(raw), receipt.signature.value, key);
  if (key && !signed) findings.push({ code: 'bad_signature' });

  const { scope, seq, previous, entry } = receipt.history;
  if (hashOrNull({ scope, seq, previous, entry }) !== receipt.history.chainHash) {
    findings.push({ code: 'chain_hash_mismatch' });
  }
  if (receiptHashIn(entry) !== receiptBodyHash(receipt)) findings.push({ code: 'receipt_hash_mismatch' });
  if (scope !== mandantScope(receipt.mandantId)) findings.push({ code: 'wrong_chain' });
  if (!answerFits(receipt)) findings.push({ code: 'answer_mismatch' });

  if (trust.file) {
    const { sha256, size } = measure(trust.file);
    if (sha256 !== receipt.voucher.sha256 || size !== receipt.voucher.size) {
      findings.push({ code: 'file_mismatch', sha256, size });
    }
  }
  return {
    ok: findings.length === 0,
    findings,
    receipt,
    signedBy: key && signed ? key.fingerprint : null,
    fileChecked: trust.file !== undefined,
  };
}

/** The key to check with: one that was given, or the embedded one if its whole fingerprint was given. */
function trustedKey(receipt: Receipt, trust: ReceiptTrust): VerifyKey | null {
  const { keyId, publicKey } = receipt.signature;
  const given = trust.publicKeys?.find((key) => key.keyId === keyId);
  if (given) return given;
  if (!trust.fingerprints || trust.fingerprints.length === 0) return null;
  const embedded = embeddedKey(publicKey);
  return embedded && embedded.keyId === keyId && trust.fingerprints.includes(embedded.fingerprint) ? embedded : null;
}

function embeddedKey(publicKey: string): VerifyKey | null {
  try {
    return verifyKeyFromRaw(publicKey);
  } catch {
    return null;
  }
}

function hashOrNull(link: Parameters<typeof chainHash>[0]): string | null {
  try {
    return chainHash(link);
  } catch {
    return null;
  }
}

const expectedAnswer: { readonly [proof in ArrivalProof]: { readonly status: number; readonly code: string | null } } =
  {
    '201': { status: 201, code: null },
    '409 DCO01012': { status: 409, code: 'DCO01012' },
    DCO01253: { status: 400, code: 'DCO01253' },
  };

function answerFits(receipt: Receipt): boolean {
  const { status, code, proof } = receipt.answer;
  const expected = expectedAnswer[proof];
  // DATEV writes its codes with a leading "#".
  return status === expected.status && (code?.replace(/^#/, '') ?? null) === expected.code;
}

function measure(file: NonNullable<ReceiptTrust['file']>): { readonly sha256: string; readonly size: number } {
  return file instanceof Uint8Array ? { sha256: sha256Hex(file), size: file.length } : file;
}
