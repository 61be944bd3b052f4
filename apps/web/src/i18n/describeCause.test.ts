import { describe, expect, it } from 'vitest';
import { de } from './de/index.ts';
import { causeName, describeCause } from './describeCause.ts';
import { en } from './en/index.ts';

describe('describeCause', () => {
  it('knows what the doctor finds and what an upload may be refused for', () => {
    expect(causeName('belegfreigabe', de)).toBe('belegfreigabe');
    expect(causeName('DCO01231', de)).toBe('belegfreigabe');
    expect(causeName('#DCO01253', de)).toBe('duplicateFile');
    expect(causeName('datasetInconsistent', de)).toBe('accountBasicsInconsistent');
    expect(causeName('needs_reauth', de)).toBe('signInLost');
  });

  it('sends whoever meets an app without all scopes to the operator', () => {
    expect(describeCause('datev_scope_missing', de).who).toBe(de.causes.who.operator);
    expect(describeCause('datev_scope_missing', en).who).toBe(en.causes.who.operator);
  });

  it('calls a mistake in the request ours, and an undescribed code undescribed', () => {
    for (const code of ['DCO01001', 'DCO01218', 'DCO01222', 'DCO01227', 'DCO01252']) {
      expect(causeName(code, de), code).toBe('programError');
    }
    expect(causeName('DCO09999', de)).toBe('unknownRefusal');
    expect(causeName('somethingOfOurOwn', de)).toBe('other');
  });

  it('always says what, why, what next and who, and sends nobody to DATEV’s support (D-10, G-36)', () => {
    for (const words of ['virus', 'serviceMissing', 'nonsense'].map((code) => describeCause(code, de))) {
      expect(Object.values(words).every((text) => text.length > 3)).toBe(true);
    }
    for (const texts of [de, en]) {
      for (const [name, words] of Object.entries(texts.causes.texts)) {
        expect(
          [words.what, words.why, words.next].every((text) => text.length > 3),
          name,
        ).toBe(true);
        expect(texts.causes.who[words.who], name).toBeTruthy();
      }
      expect(JSON.stringify(texts.causes.texts)).not.toMatch(/Hotline|Servicekontakt|DATEV[- ]Support/i);
    }
    expect(describeCause('serviceMissing', de).next).toContain('go.datev.de/datenservices-einrichten');
  });
});
