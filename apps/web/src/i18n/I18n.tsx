import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { createFormat, type Format } from './format.ts';
import { type Language, localeOf } from './language.ts';
import type { Texts } from './texts.ts';

type I18n = {
  language: Language;
  texts: Texts;
  format: Format;
  /** Loads the catalogue first, so no page ever shows half of each language. */
  choose: (language: Language) => void;
};

const Context = createContext<I18n | null>(null);

type Props = { language: Language; texts: Texts; choose: (language: Language) => void; children: ReactNode };

export function I18n({ language, texts, choose, children }: Props) {
  const value = useMemo(() => ({ language, texts, choose, format: createFormat(language) }), [language, texts, choose]);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <Context value={value}>
      <I18nProvider locale={localeOf(language)}>{children}</I18nProvider>
    </Context>
  );
}

/** @throws when used outside of <I18n>; that is a mistake in the program, not a state */
export function useI18n(): I18n {
  const value = useContext(Context);
  if (!value) throw new Error('useI18n needs <I18n> above it');
  return value;
}

export const useTexts = (): Texts => useI18n().texts;
export const useFormat = (): Format => useI18n().format;
