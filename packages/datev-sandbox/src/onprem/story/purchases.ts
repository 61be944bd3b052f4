import type { AccountKey } from '../books/accounts.ts';
import type { TaxRuleName } from '../books/taxRules.ts';

/** What a company buys: the account, how it carries tax, what the entry says, how often, and how large against the mean. */
export type Purchase = {
  readonly account: AccountKey;
  readonly rule: TaxRuleName | null;
  readonly text: string;
  readonly weight: number;
  readonly size: number;
};

export const purchases: readonly Purchase[] = [
  { account: 'goods19', rule: 'goods19', text: 'Wareneinkauf', weight: 38, size: 1.6 },
  { account: 'goods7', rule: 'goods7', text: 'Wareneinkauf 7 %', weight: 8, size: 1 },
  { account: 'services', rule: 'input19', text: 'Subunternehmer', weight: 8, size: 1.8 },
  { account: 'reverseServices', rule: 'reverse19', text: 'Software-Miete, Anbieter im Ausland', weight: 3, size: 0.4 },
  { account: 'energy', rule: 'input19', text: 'Strom und Gas', weight: 4, size: 0.5 },
  { account: 'cleaning', rule: 'input19', text: 'Reinigung', weight: 4, size: 0.3 },
  { account: 'advertising', rule: 'input19', text: 'Anzeigen', weight: 5, size: 0.6 },
  { account: 'freight', rule: 'input19', text: 'Versand', weight: 7, size: 0.25 },
  { account: 'repairs', rule: 'input19', text: 'Reparatur', weight: 5, size: 0.5 },
  { account: 'travel', rule: 'input7', text: 'Hotel', weight: 3, size: 0.2 },
  { account: 'phone', rule: 'input19', text: 'Telefon und Internet', weight: 6, size: 0.12 },
  { account: 'office', rule: 'input19', text: 'Büromaterial', weight: 7, size: 0.15 },
  { account: 'contributions', rule: null, text: 'Beitrag Verband', weight: 2, size: 0.2 },
];

/** Paid on the spot, from the bank or the cash box. */
export const expenses: readonly (Purchase & { readonly from: 'bank' | 'cash' })[] = [
  { account: 'fuel', rule: 'input19', text: 'Tankstelle', weight: 30, size: 0.12, from: 'bank' },
  { account: 'bankFees', rule: null, text: 'Kontoführung', weight: 12, size: 0.03, from: 'bank' },
  { account: 'postage', rule: null, text: 'Briefmarken', weight: 14, size: 0.02, from: 'cash' },
  { account: 'office', rule: 'input19', text: 'Kleinmaterial', weight: 14, size: 0.03, from: 'cash' },
  { account: 'travel', rule: 'input7', text: 'Fahrkarten', weight: 8, size: 0.06, from: 'bank' },
];

export const weightOf = (list: readonly Purchase[]) => list.reduce((sum, one) => sum + one.weight, 0);

/** One of a list by its weight. @param drawn 0 up to the sum of weights */
export function pickByWeight<T extends Purchase>(list: readonly T[], drawn: number): T {
  let left = drawn;
  const found = list.find((one) => {
    left -= one.weight;
    return left < 0;
  });
  if (!found) throw new RangeError('drawn beyond the weights');
  return found;
}
