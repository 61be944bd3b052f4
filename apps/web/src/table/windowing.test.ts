import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idsBetween, pagesOf, rowAfterKey, toggled, withActive, withAll } from './windowing.ts';

describe('pagesOf', () => {
  it('names every page that the window touches, and no other', () => {
    expect(pagesOf(0, 49, 100, 100_000)).toEqual([0]);
    expect(pagesOf(95, 130, 100, 100_000)).toEqual([0, 1]);
    expect(pagesOf(99_980, 100_020, 100, 100_000)).toEqual([999]);
    expect(pagesOf(0, 10, 100, 0)).toEqual([]);
  });

  it('covers each row of any window exactly once', () => {
    fc.assert(
      fc.property(
        fc.nat(5000),
        fc.nat(80),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 5000 }),
        (first, length, size, total) => {
          const pages = pagesOf(first, first + length, size, total);
          for (let row = first; row <= Math.min(first + length, total - 1); row += 1) {
            expect(pages.filter((page) => page * size <= row && row < (page + 1) * size)).toHaveLength(1);
          }
        },
      ),
    );
  });
});

describe('rowAfterKey', () => {
  it('moves and stays inside the table', () => {
    expect(rowAfterKey('ArrowDown', 0, 10, 5)).toBe(1);
    expect(rowAfterKey('ArrowUp', 0, 10, 5)).toBe(0);
    expect(rowAfterKey('PageDown', 3, 10, 5)).toBe(7);
    expect(rowAfterKey('End', 3, 100_000, 20)).toBe(99_999);
    expect(rowAfterKey('Home', 99_999, 100_000, 20)).toBe(0);
  });

  it('leaves other keys and empty tables alone', () => {
    expect(rowAfterKey('a', 3, 10, 5)).toBeNull();
    expect(rowAfterKey('ArrowDown', 0, 0, 5)).toBeNull();
  });
});

describe('selection', () => {
  const idAt = (row: number) => (row === 3 ? undefined : `id${row}`);

  it('takes a range in both directions, without rows that are not loaded', () => {
    expect(idsBetween(4, 2, idAt)).toEqual(['id2', 'id4']);
    expect(idsBetween(0, 1, idAt)).toEqual(['id0', 'id1']);
  });

  it('toggles and adds without changing the old set', () => {
    const before = new Set(['a']);
    expect([...toggled(before, 'b')]).toEqual(['a', 'b']);
    expect([...toggled(before, 'a')]).toEqual([]);
    expect([...withAll(before, ['a', 'c'])]).toEqual(['a', 'c']);
    expect([...before]).toEqual(['a']);
  });

  it('keeps the active row in the document', () => {
    expect(withActive([10, 11, 12], 3, 100)).toEqual([3, 10, 11, 12]);
    expect(withActive([10, 11], 11, 100)).toEqual([10, 11]);
    expect(withActive([10, 11], -1, 100)).toEqual([10, 11]);
  });
});
