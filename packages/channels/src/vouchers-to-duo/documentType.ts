/** A Belegtyp as a person chose it in Brücke: name and, where known, DATEV's category behind it. */
export interface WantedDocumentType {
  readonly name: string;
  readonly category: string | null;
}

/** A Belegtyp as the stock has it. */
export interface StockDocumentType {
  readonly name: string;
  readonly category: string | null;
}

export type DocumentTypeChoice =
  /** "Ohne Belegtyp", chosen on purpose. */
  | { readonly kind: 'none' }
  /** The stock's own name, to be sent letter by letter. */
  | { readonly kind: 'type'; readonly name: string; readonly by: 'categoryAndName' | 'category' | 'name' }
  /** Nothing fits, or several do: a person decides. */
  | { readonly kind: 'undecided'; readonly candidates: readonly string[] };

/**
 * Finds the stock's Belegtyp for the one that was chosen: by category first, then by name (cloud.md E: the category
 * decides how DATEV processes it). A single type of the category is taken whatever it is called there.
 */
export function chooseDocumentType(
  wanted: WantedDocumentType | null,
  stock: readonly StockDocumentType[],
): DocumentTypeChoice {
  if (wanted === null) return { kind: 'none' };
  const sameName = (type: StockDocumentType) => folded(type.name) === folded(wanted.name);
  const sameCategory = wanted.category === null ? [] : stock.filter((type) => type.category === wanted.category);
  const both = sameCategory.find(sameName);
  if (both !== undefined) return { kind: 'type', name: both.name, by: 'categoryAndName' };
  const [only, ...others] = sameCategory;
  if (only !== undefined && others.length === 0) return { kind: 'type', name: only.name, by: 'category' };
  // With several of the category none of which has the name, another category's namesake would be a guess.
  const named = sameCategory.length === 0 ? stock.filter(sameName) : [];
  const [first, ...more] = named;
  if (first !== undefined && more.length === 0) return { kind: 'type', name: first.name, by: 'name' };
  return { kind: 'undecided', candidates: (sameCategory.length > 0 ? sameCategory : stock).map((type) => type.name) };
}

function folded(name: string): string {
  return name.normalize('NFC').trim().toLocaleLowerCase('de');
}
