import { de } from './de/index.ts';
import type { Language } from './language.ts';
import type { Texts } from './texts.ts';

/** German is part of the first download, English comes when it is wanted. */
export async function loadTexts(language: Language): Promise<Texts> {
  if (language === 'de') return de;
  return (await import('./en/index.ts')).en;
}
