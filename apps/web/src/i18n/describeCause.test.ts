import { describe, expect, it } from 'vitest';
import { de } from './de/index.ts';
import { causeName, describeCause } from './describeCause.ts';

describe('describeCause', () => {
  it('knows what the doctor finds and what an upload may be refused for', () => {
    expect(causeName('belegfreigabe', de)).toBe('belegfreigabe');
    expect(causeName('DCO01231', de)).toBe('belegfreigabe');
    expect(causeName('#DCO01253', de)).toBe('duplicateFile');
    expect(causeName('datasetInconsistent', de)).toBe('accountBasicsInconsistent');
    expect(causeName('needs_reauth', de)).toBe('signInLost');
  });

  it('calls a mistake in the request ours, and an undescribed code undescribed', () => {
    for (const code of ['DCO01001', 'DCO01218', 'DCO01222', 'DCO01227', 'DCO01252']) {
      expect(causeName(code, de), code).toBe('programError');
    }
    expect(causeName('DCO09999', de)).toBe('unknownRefusal');
    expect(causeName('somethingOfOurOwn', de)).toBe('other');
  });

  it('always says what, why, what next and who', () => {
    for (const words of ['virus', 'serviceMissing', 'nonsense'].map((code) => describeCause(code, de))) {
      expect(Object.values(words).every((text) => text.length > 3)).toBe(true);
    }
    expect(describeCause('serviceMissing', de).next).toContain('go.datev.de/datenservices-einrichten');
  });
});
