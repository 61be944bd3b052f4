import { type AccountKey, type Chart, technicalNumber } from './accounts.ts';

/**
 * How a record carries tax: which side of it is net, on which account the tax line stands that nobody entered. An account
 * that knows its tax by itself (Automatikkonto) needs no key; on others the key is entered.
 */
type TaxRule = {
  readonly tax: AccountKey;
  readonly percent: 7 | 19;
  readonly key: number | null;
  readonly of: 'account' | 'contra';
  /** § 13b UStG: both sides are net, the tax stands on two accounts at once. */
  readonly counter?: AccountKey;
};

export const taxRules = {
  revenue19: { tax: 'vat19', percent: 19, key: null, of: 'contra' },
  revenue7: { tax: 'vat7', percent: 7, key: null, of: 'contra' },
  /** Of a credit note or a discount that was granted: the revenue side is in debit. */
  credit19: { tax: 'vat19', percent: 19, key: null, of: 'account' },
  goods19: { tax: 'inputTax19', percent: 19, key: null, of: 'account' },
  goods7: { tax: 'inputTax7', percent: 7, key: null, of: 'account' },
  discountReceived: { tax: 'inputTax19', percent: 19, key: null, of: 'contra' },
  input19: { tax: 'inputTax19', percent: 19, key: 9, of: 'account' },
  input7: { tax: 'inputTax7', percent: 7, key: 8, of: 'account' },
  output19: { tax: 'vat19', percent: 19, key: 3, of: 'contra' },
  output7: { tax: 'vat7', percent: 7, key: 2, of: 'contra' },
  reverse19: { tax: 'inputTaxReverse', percent: 19, key: null, of: 'account', counter: 'vatReverse' },
} as const satisfies Record<string, TaxRule>;

export type TaxRuleName = keyof typeof taxRules;

/** The tax of a record, with numbers of its chart. */
export type Tax = {
  readonly rule: TaxRuleName;
  readonly account: number;
  readonly percent: 7 | 19;
  /** What was entered; null on an account that knows its tax. */
  readonly key: number | null;
  readonly of: 'account' | 'contra';
  readonly counter: number | null;
};

// `taxRules` is written above with exactly these keys.
const names = Object.keys(taxRules) as TaxRuleName[];

function taxesOf(chart: Chart): readonly (Tax | null)[] {
  const made = names.map((rule): Tax => {
    const { tax, percent, key, of, counter }: TaxRule = taxRules[rule];
    return {
      rule,
      account: technicalNumber(tax, chart),
      percent,
      key,
      of,
      counter: counter === undefined ? null : technicalNumber(counter, chart),
    };
  });
  return [null, ...made];
}

const ofChart = { 3: taxesOf(3), 4: taxesOf(4) } as const;

/** Taxes of a chart by the code that a ledger keeps; 0 is no tax. */
export const taxes = (chart: Chart): readonly (Tax | null)[] => ofChart[chart];
export const taxCode = (rule: TaxRuleName | null): number => (rule === null ? 0 : names.indexOf(rule) + 1);

/** What of a gross amount is tax, in cents, rounded as DATEV does; of a net one for § 13b. */
export function taxWithin(amount: number, tax: Tax): number {
  return tax.counter === null
    ? Math.round((amount * tax.percent) / (100 + tax.percent))
    : Math.round((amount * tax.percent) / 100);
}
