import { checkPrimeSync } from 'node:crypto';
import { createRandom, type Random } from '../random.ts';

/** The key that signs id tokens, private and public half as JSON Web Keys. */
export type SigningKey = { privateJwk: RsaPrivateJwk; publicJwk: RsaPublicJwk };

type RsaPublicJwk = { kty: 'RSA'; use: 'sig'; alg: 'RS256'; kid: string; n: string; e: string };
type RsaPrivateJwk = RsaPublicJwk & { d: string; p: string; q: string; dp: string; dq: string; qi: string };

const PRIME_BITS = 1024;
const EXPONENT = 65_537n;

let cached: SigningKey | undefined;

/**
 * An RSA key of 2048 bits grown from a fixed text, so that the same run signs the same bytes everywhere and no private key
 * lies in a repository. It protects nothing: whoever reaches the sandbox may sign in as anyone anyway. About 0.2 s, once per
 * process.
 */
export function signingKey(): SigningKey {
  cached ??= growKey();
  return cached;
}

function growKey(): SigningKey {
  const random = createRandom('datev-sandbox', 'signing key');
  const p = growPrime(random);
  const q = growPrime(random);
  const n = p * q;
  const d = invert(EXPONENT, (p - 1n) * (q - 1n));
  const publicJwk: RsaPublicJwk = {
    kty: 'RSA',
    use: 'sig',
    alg: 'RS256',
    kid: 'sandbox-1',
    n: encode(n),
    e: encode(EXPONENT),
  };
  return {
    publicJwk,
    privateJwk: {
      ...publicJwk,
      d: encode(d),
      p: encode(p),
      q: encode(q),
      dp: encode(d % (p - 1n)),
      dq: encode(d % (q - 1n)),
      qi: encode(invert(q, p)),
    },
  };
}

/** The next prime above a drawn number whose two top bits are set, so that two of them make 2048 bits. */
function growPrime(random: Random): bigint {
  const bytes = random.bytes(PRIME_BITS / 8);
  bytes[0] = bytes.readUInt8(0) | 0xc0;
  bytes[bytes.length - 1] = bytes.readUInt8(bytes.length - 1) | 1;
  let candidate = BigInt(`0x${bytes.toString('hex')}`);
  while (!(isLikely(candidate) && checkPrimeSync(candidate) && (candidate - 1n) % EXPONENT !== 0n)) candidate += 2n;
  return candidate;
}

const SMALL_PRIMES = [3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n, 43n, 47n, 53n, 59n, 61n, 67n, 71n, 73n];

function isLikely(candidate: bigint): boolean {
  return SMALL_PRIMES.every((prime) => candidate % prime !== 0n);
}

/** a⁻¹ mod m by the extended Euclidean algorithm. */
function invert(a: bigint, m: bigint): bigint {
  let [r0, r1, t0, t1] = [m, a % m, 0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  return ((t0 % m) + m) % m;
}

function encode(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
}
