import type { Language } from './language.ts';

const locales = { de: 'de-DE', en: 'en-GB' } as const;

/**
 * Counts in words. `plural('de')(1234, 'Beleg', 'Belege')` → "1.234 Belege".
 * German and English both know exactly two forms, so two are enough; a language with more
 * changes this function, not its callers.
 */
export function plural(language: Language) {
  const rules = new Intl.PluralRules(locales[language]);
  const number = new Intl.NumberFormat(locales[language]);
  return (count: number, one: string, other: string): string =>
    `${number.format(count)} ${rules.select(count) === 'one' ? one : other}`;
}
