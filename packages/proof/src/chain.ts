import type { JsonObject } from './canonical.ts';
import { hashOf } from './digest.ts';
import { type Signature, type SigningKey, signValue, type VerifyKey, verifyValue } from './keys.ts';

/** What a chain belongs to. A chain of one scope cannot be passed off as another's: the scope is hashed into each link. */
export type ChainScope = `mandant:${string}` | `firm:${string}` | 'instance';

/** What one link hashes: its place and its entry. `seq` counts from 1; the first link's `previous` is null. */
export type Link = {
  readonly scope: string;
  readonly seq: number;
  readonly previous: string | null;
  readonly entry: JsonObject;
};

/** A link with its hash, as stored once it is sealed. */
export type SealedLink = Link & { readonly hash: string };

/** A point of a chain that someone kept outside the system: from a receipt, a protocol or a signed head. */
export type Anchor = { readonly scope: string; readonly seq: number; readonly hash: string };

/** The newest sealed link of a chain, signed. `at` is ISO 8601 in UTC. */
export type SignedHead = Anchor & {
  readonly kind: 'bruecke.head';
  readonly version: 1;
  readonly at: string;
  readonly signature: Signature;
};

export function mandantScope(mandantId: string): ChainScope {
  return `mandant:${mandantId}`;
}

export function firmScope(firmId: string): ChainScope {
  return `firm:${firmId}`;
}

export const instanceScope: ChainScope = 'instance';

/**
 * The hash of a link: SHA-256 over the canonical form of `{ scope, seq, previous, entry }`, 64 lower-case hex digits.
 * @throws RangeError when `seq` is not a whole number from 1, or when only one of "first link" and "no predecessor" holds
 * @throws NotCanonicalError when the entry is not plain JSON
 */
export function chainHash(link: Link): string {
  const { scope, seq, previous, entry } = link;
  if (!Number.isSafeInteger(seq) || seq < 1) throw new RangeError('seq is a whole number from 1');
  if ((seq === 1) !== (previous === null)) throw new RangeError('the first link, and only it, has no predecessor');
  return hashOf({ scope, seq, previous, entry });
}

/** Seals the next entry of a chain onto its last sealed link (null for the first). */
export function sealNext(scope: ChainScope, last: Anchor | null, entry: JsonObject): SealedLink {
  const link = { scope, seq: (last?.seq ?? 0) + 1, previous: last?.hash ?? null, entry };
  return { ...link, hash: chainHash(link) };
}

/** Signs a chain's newest link. `at`: ISO 8601 in UTC, passed in. */
export function signHead(head: Anchor & { readonly at: string }, key: SigningKey): SignedHead {
  const { scope, seq, hash, at } = head;
  const signature = { keyId: key.public.keyId, alg: 'Ed25519' } as const;
  const value = signValue(signedPart({ scope, seq, hash, at }, signature), key);
  return { kind: 'bruecke.head', version: 1, scope, seq, hash, at, signature: { ...signature, value } };
}

/** Checks a signed head against public keys the caller trusts. */
export function verifyHead(head: SignedHead, keys: readonly VerifyKey[]): 'ok' | 'unknown_key' | 'bad_signature' {
  const { keyId, alg, value } = head.signature;
  const key = keys.find((candidate) => candidate.keyId === keyId);
  if (!key) return 'unknown_key';
  return verifyValue(signedPart(head, { keyId, alg }), value, key) ? 'ok' : 'bad_signature';
}

function signedPart(head: Anchor & { readonly at: string }, signature: Omit<Signature, 'value'>) {
  const { scope, seq, hash, at } = head;
  return { kind: 'bruecke.head', version: 1, scope, seq, hash, at, signature };
}
