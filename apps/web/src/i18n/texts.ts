import { de } from './de/index.ts';
import type { Language } from './language.ts';

/** Shape of a catalogue; German defines it, so a missing English key is a compile error. */
export type Texts = typeof de;

/** German is part of the first download, English comes when it is wanted. */
export async function loadTexts(language: Language): Promise<Texts> {
  if (language === 'de') return de;
  return (await import('./en/index.ts')).en;
}
