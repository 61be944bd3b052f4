/** The two languages of the interface. German is the source, English has the same keys. */
export type Language = 'de' | 'en';

export const languages: readonly Language[] = ['de', 'en'];

export function isLanguage(value: unknown): value is Language {
  return value === 'de' || value === 'en';
}

/** BCP 47 tag for Intl and react-aria. English means British: day before month, as in German. */
export function localeOf(language: Language): string {
  return language === 'de' ? 'de-DE' : 'en-GB';
}

/** First choice: what the person chose before; then the browser's wish; German otherwise. */
export function initialLanguage(stored: string | null, wishes: readonly string[]): Language {
  if (isLanguage(stored)) return stored;
  for (const wish of wishes) {
    const short = wish.slice(0, 2).toLowerCase();
    if (isLanguage(short)) return short;
  }
  return 'de';
}
