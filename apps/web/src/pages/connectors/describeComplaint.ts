import { manifest } from '@bruecke/channels/figures-from-datevconnect/manifest';
import type { Language } from '../../i18n/language.ts';
import type { Texts } from '../../i18n/texts.ts';

/** What the program last complained of: its own codes, or what it found at DATEVconnect; a code nobody knows leads to its doctor. */
export function describeComplaint(code: string, texts: Texts, language: Language): { what: string; next: string } {
  const own = texts.connectors.complaints.texts;
  if (isKey(own, code)) return own[code];
  if (isKey(manifest.findings, code)) {
    const { title, remedy } = manifest.findings[code];
    return { what: `${title[language]}.`, next: remedy[language] };
  }
  return own.other;
}

/** Found at DATEVconnect, perhaps while asking for another Mandant; what concerns this one is among its findings. */
export const isOfDatev = (code: string): boolean => Object.hasOwn(manifest.findings, code);

const isKey = <Of extends object>(of: Of, key: string): key is Extract<keyof Of, string> => Object.hasOwn(of, key);
