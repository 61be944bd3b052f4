import { describe, expect, it } from 'vitest';
import { fill, paths, safeReturn } from './paths.ts';

describe('paths', () => {
  it('fills parameters in, encoded', () => {
    expect(fill(paths.connections, { mandantId: 'a/b' })).toBe('/optionen/mandanten/a%2Fb/verbindungen');
  });

  it('returns only to pages of our own', () => {
    expect(safeReturn('/mandanten/1/belege?status=error')).toBe('/mandanten/1/belege?status=error');
    for (const foreign of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '', 7])
      expect(safeReturn(foreign)).toBe('/');
  });
});
