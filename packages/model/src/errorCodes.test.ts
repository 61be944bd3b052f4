import { describe, expect, it } from 'vitest';
import { errorCodes } from './errorCodes.ts';

describe('errors that people meet', () => {
  it.each(Object.entries(errorCodes))(
    '%s says what is, what to do next and who can, in both languages (G-36)',
    (_code, error) => {
      const sentences = [error.title.de, error.title.en, error.next.de, error.next.en];
      expect(sentences.every((sentence) => /^[A-ZÄÖÜ].{5,}[.?]$/.test(sentence))).toBe(true);
      expect(['you', 'firmAdmin', 'mandantAdmin', 'eitherAdmin', 'operator', 'nobody']).toContain(error.who);
    },
  );

  it('send nobody to DATEV’s support (G-36)', () => {
    expect(JSON.stringify(errorCodes)).not.toMatch(/Hotline|DATEV-Support|Servicekontakt|DATEV support/i);
  });
});
