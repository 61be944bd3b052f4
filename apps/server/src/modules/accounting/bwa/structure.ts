import type { Sentence } from '@bruecke/model';

/** Accounts from one number to another, both included, as four digits: `4200` to `4299` also holds 42001 of a longer chart. */
export type AccountRange = readonly [from: number, to: number];

/** Names of the lines of the short-term result that hold accounts. */
export type BwaLineKey =
  | 'revenue'
  | 'inventoryChange'
  | 'ownWork'
  | 'materials'
  | 'otherOperatingIncome'
  | 'personnel'
  | 'premises'
  | 'operatingTaxes'
  | 'insurance'
  | 'vehicles'
  | 'advertisingTravel'
  | 'distribution'
  | 'depreciation'
  | 'repairs'
  | 'otherCosts'
  | 'interestExpense'
  | 'otherNeutralExpense'
  | 'interestIncome'
  | 'otherNeutralIncome'
  | 'imputedCosts'
  | 'incomeTaxes';

/** How the accounts of a standard chart become the lines of the short-term result. */
export type BwaStructure = {
  chart: 'SKR03' | 'SKR04';
  /** Where the assignment is taken from; shown with the figures. */
  source: Sentence;
  lines: Readonly<Record<BwaLineKey, readonly AccountRange[]>>;
  /** All accounts of profit and loss: those of them that no line has are shown as unassigned. */
  profitAndLoss: readonly AccountRange[];
  /** Cash, postal giro, banks: what the charts call cash-like. */
  cash: readonly AccountRange[];
};

type FormLine =
  | { key: BwaLineKey; kind: 'income' | 'cost'; label: Sentence }
  /** A result: lines above that add to it and lines that take away from it. */
  | { key: string; kind: 'result' | 'cost'; label: Sentence; plus: readonly string[]; minus: readonly string[] };

const line = (key: BwaLineKey, kind: 'income' | 'cost', de: string, en: string): FormLine => ({
  key,
  kind,
  label: { de, en },
});
const result = (
  key: string,
  kind: 'result' | 'cost',
  label: Sentence,
  plus: readonly string[],
  minus: readonly string[] = [],
): FormLine => ({ key, kind, label, plus, minus });

const costKinds = [
  'personnel',
  'premises',
  'operatingTaxes',
  'insurance',
  'vehicles',
  'advertisingTravel',
  'distribution',
  'depreciation',
  'repairs',
  'otherCosts',
] as const satisfies readonly BwaLineKey[];

/**
 * The form of the short-term result (kurzfristige Erfolgsrechnung), line by line as tax firms print it ("BWA-Form 01"). The line "Besondere Kosten" of
 * that form is left out: no account of the public assignments leads to it.
 */
export const bwaForm: readonly FormLine[] = [
  line('revenue', 'income', 'Umsatzerlöse', 'Revenue'),
  line('inventoryChange', 'income', 'Bestandsveränderungen', 'Change in inventories'),
  line('ownWork', 'income', 'Aktivierte Eigenleistungen', 'Own work capitalised'),
  result('totalOutput', 'result', { de: 'Gesamtleistung', en: 'Total output' }, [
    'revenue',
    'inventoryChange',
    'ownWork',
  ]),
  line('materials', 'cost', 'Material-/Wareneinkauf', 'Materials and goods'),
  result('grossProfit', 'result', { de: 'Rohertrag', en: 'Gross profit' }, ['totalOutput'], ['materials']),
  line('otherOperatingIncome', 'income', 'Sonstige betriebliche Erlöse', 'Other operating income'),
  result('operatingGrossProfit', 'result', { de: 'Betrieblicher Rohertrag', en: 'Operating gross profit' }, [
    'grossProfit',
    'otherOperatingIncome',
  ]),
  line('personnel', 'cost', 'Personalkosten', 'Personnel'),
  line('premises', 'cost', 'Raumkosten', 'Premises'),
  line('operatingTaxes', 'cost', 'Betriebliche Steuern', 'Operating taxes'),
  line('insurance', 'cost', 'Versicherungen/Beiträge', 'Insurance and fees'),
  line('vehicles', 'cost', 'Fahrzeugkosten (ohne Steuer)', 'Vehicles (without tax)'),
  line('advertisingTravel', 'cost', 'Werbe-/Reisekosten', 'Advertising and travel'),
  line('distribution', 'cost', 'Kosten der Warenabgabe', 'Distribution'),
  line('depreciation', 'cost', 'Abschreibungen', 'Depreciation'),
  line('repairs', 'cost', 'Reparatur/Instandhaltung', 'Repairs and maintenance'),
  line('otherCosts', 'cost', 'Sonstige Kosten', 'Other costs'),
  result('totalCosts', 'cost', { de: 'Gesamtkosten', en: 'Total costs' }, costKinds),
  result(
    'operatingResult',
    'result',
    { de: 'Betriebsergebnis', en: 'Operating result' },
    ['operatingGrossProfit'],
    ['totalCosts'],
  ),
  line('interestExpense', 'cost', 'Zinsaufwand', 'Interest expense'),
  line('otherNeutralExpense', 'cost', 'Sonstiger neutraler Aufwand', 'Other neutral expense'),
  result('neutralExpense', 'cost', { de: 'Neutraler Aufwand', en: 'Neutral expense' }, [
    'interestExpense',
    'otherNeutralExpense',
  ]),
  line('interestIncome', 'income', 'Zinserträge', 'Interest income'),
  line('otherNeutralIncome', 'income', 'Sonstiger neutraler Ertrag', 'Other neutral income'),
  line('imputedCosts', 'income', 'Verrechnete kalkulatorische Kosten', 'Imputed costs charged'),
  result('neutralIncome', 'result', { de: 'Neutraler Ertrag', en: 'Neutral income' }, [
    'interestIncome',
    'otherNeutralIncome',
    'imputedCosts',
  ]),
  result(
    'resultBeforeTaxes',
    'result',
    { de: 'Ergebnis vor Steuern', en: 'Result before taxes' },
    ['operatingResult', 'neutralIncome'],
    ['neutralExpense'],
  ),
  line('incomeTaxes', 'cost', 'Steuern vom Einkommen und Ertrag', 'Taxes on income'),
  result(
    'result',
    'result',
    { de: 'Vorläufiges Ergebnis', en: 'Preliminary result' },
    ['resultBeforeTaxes'],
    ['incomeTaxes'],
  ),
];
