import { createHash } from 'node:crypto';

/** Position of a generator; four 32-bit words. Part of a snapshot, so that a restored sandbox never repeats an id. */
export type RandomState = [number, number, number, number];

/** Seeded source of everything the sandbox would otherwise draw by chance: ids, tokens, which call a fault hits. */
export type Random = {
  /** A whole number from 0 to 2^32 − 1. */
  uint32(): number;
  /** A fraction, 0 ≤ x < 1. */
  fraction(): number;
  /** A whole number, 0 ≤ x < limit. */
  below(limit: number): number;
  /** One element of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  /** `length` bytes. */
  bytes(length: number): Buffer;
  /** Random version 4 GUID, upper case with hyphens, as DATEV's samples write it. */
  guid(): string;
  /** Opaque token of 32 bytes, base64url. */
  token(): string;
  state(): RandomState;
  restore(state: RandomState): void;
};

/**
 * sfc32 started from SHA-256(seed, label). Two labels of one seed give independent streams, so switching a fault on
 * does not change the ids handed out after it.
 *
 * @param source replaces the generator's own numbers (a fraction in [0, 1)); then `state()` stays constant.
 */
export function createRandom(seed: string | number, label: string, source?: () => number): Random {
  const words = seedWords(`${seed}\u0000${label}`);
  let [a, b, c, d] = words;

  function uint32(): number {
    if (source !== undefined) return Math.floor(source() * 2 ** 32) >>> 0;
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  }

  function bytes(length: number): Buffer {
    const out = Buffer.alloc(length);
    for (let i = 0; i < length; i += 4) {
      const word = uint32();
      for (let j = 0; j < 4 && i + j < length; j++) out[i + j] = (word >>> (8 * j)) & 0xff;
    }
    return out;
  }

  const below = (limit: number): number => Math.floor((uint32() / 2 ** 32) * limit);

  return {
    uint32,
    fraction: () => uint32() / 2 ** 32,
    below,
    pick<T>(list: readonly T[]): T {
      const item = list[below(list.length)];
      if (item === undefined) throw new RangeError('pick needs a list that is not empty');
      return item;
    },
    bytes,
    guid() {
      const raw = bytes(16);
      raw[6] = (raw.readUInt8(6) & 0x0f) | 0x40;
      raw[8] = (raw.readUInt8(8) & 0x3f) | 0x80;
      return hyphenate(raw.toString('hex').toUpperCase());
    },
    token: () => bytes(32).toString('base64url'),
    state: () => [a, b, c, d],
    restore(state) {
      [a, b, c, d] = state;
    },
  };
}

/** 32 hex digits in the 8-4-4-4-12 form. */
export function hyphenate(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function seedWords(text: string): RandomState {
  const hash = createHash('sha256').update(text).digest();
  return [hash.readInt32LE(0), hash.readInt32LE(4), hash.readInt32LE(8), hash.readInt32LE(12)];
}
