import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createEncryption } from './encryption.ts';

const old = { id: 'k1', key: randomBytes(32) };
const current = { id: 'k2', key: randomBytes(32) };

describe('encryption at rest', () => {
  it('opens what it sealed, also with an older key', () => {
    const before = createEncryption([old], randomBytes).seal('geheim', 'row:1');
    const both = createEncryption([current, old], randomBytes);
    expect(both.open(before, 'row:1')).toBe('geheim');
    expect(both.isOld(before)).toBe(true);
    expect(both.isOld(both.seal('geheim', 'row:1'))).toBe(false);
  });
  it('refuses a value moved to another row, a changed one, and one of a missing key', () => {
    const encryption = createEncryption([current], randomBytes);
    const sealed = encryption.seal('geheim', 'row:1');
    expect(() => encryption.open(sealed, 'row:2')).toThrow();
    const changed = Buffer.from(sealed);
    changed[changed.length - 1] = (changed[changed.length - 1] ?? 0) ^ 1;
    expect(() => encryption.open(changed, 'row:1')).toThrow();
    expect(() => createEncryption([old], randomBytes).open(sealed, 'row:1')).toThrow(/No master key/);
  });
  it('never gives the same bytes twice', () => {
    const encryption = createEncryption([current], randomBytes);
    expect(encryption.seal('x', 'p').equals(encryption.seal('x', 'p'))).toBe(false);
  });
});
