import { createHash } from 'node:crypto';

/** Chance from a seed: the same seed, the same run. */
export type Chance = {
  /** 0 ≤ x < 1 */
  next(): number;
  /** True in this share of cases. */
  hits(share: number): boolean;
  /** A whole number, 0 ≤ x < below. */
  below(below: number): number;
  bytes(length: number): Buffer;
  id(): string;
};

/** mulberry32 for numbers, SHA-256 in counter mode for bytes (keys, nonces): cheap where it is called often. */
export function createChance(seed: string): Chance {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  let block = 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const bytes = (length: number) => {
    const parts: Buffer[] = [];
    for (let have = 0; have < length; have += 32)
      parts.push(createHash('sha256').update(`${seed}:${block++}`).digest());
    return Buffer.concat(parts).subarray(0, length);
  };
  return {
    next,
    hits: (share) => next() < share,
    below: (below) => Math.floor(next() * below),
    bytes,
    id: () => {
      const raw = bytes(16);
      raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x40;
      raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80;
      const hex = raw.toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
  };
}
