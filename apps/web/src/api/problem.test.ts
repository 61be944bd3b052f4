import { describe, expect, it } from 'vitest';
import { de } from '../i18n/de/index.ts';
import { en } from '../i18n/en/index.ts';
import { errorWords, NoAnswer } from './problem.ts';

describe('errorWords', () => {
  it('asks for a reference exactly where one is shown', () => {
    const withId = new NoAnswer('unexpected', 'req-1');
    expect(errorWords(withId, 'de', de)).toMatchObject({
      reference: 'req-1',
      next: expect.stringContaining('Kennung'),
    });
    expect(errorWords(withId, 'en', en)).toMatchObject({ next: expect.stringContaining('reference') });
    const without = [new NoAnswer('unexpected', null), new NoAnswer('offline', null), new TypeError('chunk missing')];
    for (const error of without) {
      expect(errorWords(error, 'de', de).reference).toBeUndefined();
      expect(errorWords(error, 'de', de).next).not.toContain('Kennung');
      expect(errorWords(error, 'en', en).next).not.toContain('reference');
    }
  });
});
