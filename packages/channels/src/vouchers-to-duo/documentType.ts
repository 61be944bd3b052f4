import { defaultDocumentTypes } from '@bruecke/model';

/** A Belegtyp as the stock has it. */
export interface StockDocumentType {
  readonly name: string;
  readonly category: string | null;
}

export type DocumentTypeChoice =
  /** The stock's own name, to be sent letter by letter; null: "ohne Belegtyp", chosen on purpose. */
  | { readonly kind: 'send'; readonly name: string | null }
  /** Nothing fits, or several do: a person decides. */
  | { readonly kind: 'ask' };

/**
 * Finds the stock's Belegtyp for the one that a person chose in Brücke. A name that the stock has is taken as it is. Any other was
 * chosen before the stock was known, or has been changed there since: then by category first, where the name is one of the usual
 * ones, and by name after that (cloud.md E: the category decides how DATEV processes it). A single type of the category is taken
 * whatever it is called there.
 */
export function chooseDocumentType(wanted: string | null, stock: readonly StockDocumentType[]): DocumentTypeChoice {
  if (wanted === null || stock.some(({ name }) => name === wanted)) return { kind: 'send', name: wanted };
  const sameName = ({ name }: { readonly name: string }) => folded(name) === folded(wanted);
  const usual = defaultDocumentTypes.find(sameName);
  const sameCategory = usual ? stock.filter(({ category }) => category === usual.category) : [];
  // With several of the category none of which has the name, another category's namesake would be a guess.
  const fitting =
    sameCategory.length === 1 ? sameCategory : (sameCategory.length > 0 ? sameCategory : stock).filter(sameName);
  const [only, ...others] = fitting;
  return only !== undefined && others.length === 0 ? { kind: 'send', name: only.name } : { kind: 'ask' };
}

function folded(name: string): string {
  return name.normalize('NFC').trim().toLocaleLowerCase('de');
}
