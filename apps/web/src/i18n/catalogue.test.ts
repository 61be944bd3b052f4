import { describe, expect, it } from 'vitest';
import { de } from './de/index.ts';
import { en } from './en/index.ts';

type Leaf = { path: string; text: string };

/** Texts of a catalogue; functions are called with samples, so that a forgotten argument shows. */
function* leaves(node: unknown, path = ''): Generator<Leaf> {
  if (typeof node === 'string') yield { path, text: node };
  else if (typeof node === 'function') yield { path, text: String(node(2, 3, 4)) };
  else if (typeof node === 'object' && node !== null)
    for (const [key, child] of Object.entries(node)) yield* leaves(child, path ? `${path}.${key}` : key);
}

const german = [...leaves(de)];
const english = [...leaves(en)];

describe('catalogues', () => {
  it('have the same keys in both languages', () => {
    expect(english.map((leaf) => leaf.path)).toEqual(german.map((leaf) => leaf.path));
  });

  it('leave nothing empty', () => {
    for (const leaf of [...german, ...english]) expect(leaf.text.trim(), leaf.path).not.toBe('');
  });

  it('use the words of the product, not those of DATEV’s wire formats', () => {
    for (const leaf of german)
      expect(leaf.text, leaf.path).not.toMatch(/\b(Client(?!-ID)|Dokument|Login|Upload|Klient)\b/);
  });

  it('write an ellipsis and German quotation marks as one character', () => {
    for (const leaf of german) expect(leaf.text, leaf.path).not.toMatch(/\.\.\.|"/);
  });
});
