import { Type } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { defineJob } from './defineJob.ts';
import { pauseBefore, RETRIES, type RetryKind } from './retries.ts';
import { nextRun } from './schedules.ts';

const middle = () => 0.5;

describe('pauseBefore', () => {
  it('grows along the table and then stays', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 500].map((repetition) => pauseBefore('network', repetition, middle));
    expect(pauses).toEqual([5000, 15_000, 60_000, 300_000, 900_000, 900_000, 900_000]);
  });

  it('never gives up on an outage, and gives up on an unforeseen error after its limit', () => {
    for (const kind of ['network', 'timeout', 'unavailable', 'rateLimited', 'storage', 'busy'] as const) {
      expect(pauseBefore(kind, 100_000, middle)).toBeGreaterThan(0);
    }
    expect(pauseBefore('unexpected', 10, middle)).toBeGreaterThan(0);
    expect(pauseBefore('unexpected', 11, middle)).toBeUndefined();
  });

  it('spreads by a fifth either way', () => {
    expect(pauseBefore('network', 1, () => 0)).toBe(4000);
    expect(pauseBefore('network', 1, () => 0.999999)).toBe(6000);
  });

  it('heeds what the other side asked for, never earlier, up to a bound', () => {
    expect(pauseBefore('rateLimited', 1, middle, 600_000)).toBeGreaterThanOrEqual(600_000);
    expect(pauseBefore('rateLimited', 1, middle, 1)).toBe(30_000);
    expect(pauseBefore('network', 1, () => 0, 999 * 3_600_000)).toBe(3_600_000);
  });

  it('has growing pauses for every cause', () => {
    // keys of a record literal whose type is RetryKind
    for (const kind of Object.keys(RETRIES) as RetryKind[]) {
      const pauses = [...RETRIES[kind].pauses];
      expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    }
  });
});

describe('nextRun', () => {
  const job = defineJob('schedules.example', Type.Object({}, { additionalProperties: false }));
  it('means the same times in every process', () => {
    const at = (iso: string) => nextRun({ job, every: 3_600_000, offset: 60_000 }, new Date(iso)).toISOString();
    expect(at('2026-01-01T10:00:00Z')).toBe('2026-01-01T10:01:00.000Z');
    expect(at('2026-01-01T10:01:00Z')).toBe('2026-01-01T11:01:00.000Z');
    expect(at('2026-01-01T10:59:59Z')).toBe('2026-01-01T11:01:00.000Z');
  });
});
