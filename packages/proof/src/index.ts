export { canonicalize, type JsonObject, type JsonValue, NotCanonicalError } from './canonical.ts';
export {
  type Anchor,
  type ChainScope,
  chainHash,
  firmScope,
  instanceScope,
  type Link,
  mandantScope,
  type SealedLink,
  type SignedHead,
  sealNext,
  signHead,
  verifyHead,
} from './chain.ts';
export { commit, matchesCommitment } from './commitment.ts';
export { hashOf, isSha256Hex, sha256Hex } from './digest.ts';
export {
  exportSigningKey,
  exportVerifyKey,
  formatFingerprint,
  importSigningKey,
  importVerifyKey,
  KeyError,
  parseFingerprint,
  rawPublicKey,
  type Signature,
  type SigningKey,
  signFor,
  signingKeyFromSeed,
  signValue,
  type VerifyKey,
  verifyFor,
  verifyKeyFromRaw,
  verifyValue,
} from './keys.ts';
export { type ParsedJson, parseProvenJson } from './parse-json.ts';
export { type ParsedReceipt, parseReceipt, type ReceiptShapeError } from './parse-receipt.ts';
export {
  type ArrivalProof,
  type Receipt,
  type ReceiptAnswer,
  type ReceiptBody,
  type ReceiptChannel,
  type ReceiptHistory,
  type ReceiptSignature,
  receiptBodyHash,
  receiptHashIn,
  sealReceipt,
} from './receipt.ts';
export { type ChainFinding, type ChainOptions, type ChainReport, verifyChain } from './verify-chain.ts';
export { type ReceiptFinding, type ReceiptReport, type ReceiptTrust, verifyReceipt } from './verify-receipt.ts';
