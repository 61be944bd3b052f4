/** A sentence for people, in both languages of the interface. */
export type Sentence = { de: string; en: string };
/** Who can do the next step. */
export type WhoCanAct = 'you' | 'firmAdmin' | 'mandantAdmin' | 'eitherAdmin' | 'operator' | 'nobody';

export type ErrorDefinition = { status: number; title: Sentence; next: Sentence; who: WhoCanAct };

/** One line of the table: status, who can act, what happened and what to do next, German first. */
export const entry = (
  status: number,
  who: WhoCanAct,
  de: string,
  nextDe: string,
  en: string,
  nextEn: string,
): ErrorDefinition => ({ status, who, title: { de, en }, next: { de: nextDe, en: nextEn } });
