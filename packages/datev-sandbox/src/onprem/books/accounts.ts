/** Accounts that the generated books use, with the numbers of both standard charts and captions of our own. */
export type AccountKey = keyof typeof accounts;

type Account = {
  /** Displayed number, four digits, in SKR03 and in SKR04. */
  readonly numbers: readonly [skr03: string, skr04: string];
  readonly caption: string;
};

/** Carried forward into the next year's opening balance. */
const carriedAccounts = {
  machines: { numbers: ['0210', '0440'], caption: 'Maschinen' },
  vehicles: { numbers: ['0320', '0520'], caption: 'Pkw' },
  equipment: { numbers: ['0420', '0650'], caption: 'Büroeinrichtung' },
  loan: { numbers: ['0630', '3150'], caption: 'Darlehen Hausbank' },
  capital: { numbers: ['0800', '2900'], caption: 'Gezeichnetes Kapital' },
  retained: { numbers: ['0860', '2970'], caption: 'Gewinnvortrag vor Verwendung' },
  provisions: { numbers: ['0970', '3070'], caption: 'Sonstige Rückstellungen' },
  cash: { numbers: ['1000', '1600'], caption: 'Kasse' },
  bank: { numbers: ['1200', '1800'], caption: 'Bank' },
  transit: { numbers: ['1360', '1460'], caption: 'Geldtransit' },
  inputTax7: { numbers: ['1571', '1401'], caption: 'Abziehbare Vorsteuer 7 %' },
  inputTax19: { numbers: ['1576', '1406'], caption: 'Abziehbare Vorsteuer 19 %' },
  inputTaxReverse: { numbers: ['1577', '1407'], caption: 'Abziehbare Vorsteuer § 13b UStG 19 %' },
  wagesOwed: { numbers: ['1740', '3720'], caption: 'Verbindlichkeiten aus Lohn und Gehalt' },
  wageTaxOwed: { numbers: ['1741', '3730'], caption: 'Verbindlichkeiten Lohn- u. Kirchensteuer' },
  socialOwed: { numbers: ['1742', '3740'], caption: 'Verbindlichkeiten soziale Sicherheit' },
  vat7: { numbers: ['1771', '3801'], caption: 'Umsatzsteuer 7 %' },
  vat19: { numbers: ['1776', '3806'], caption: 'Umsatzsteuer 19 %' },
  vatPrepaid: { numbers: ['1780', '3820'], caption: 'Umsatzsteuer-Vorauszahlungen' },
  vatReverse: { numbers: ['1787', '3837'], caption: 'Umsatzsteuer nach § 13b UStG 19 %' },
  vatPrevious: { numbers: ['1790', '3841'], caption: 'Umsatzsteuer Vorjahr' },
  stock: { numbers: ['3980', '1140'], caption: 'Bestand Waren' },
} as const satisfies Record<string, Account>;

/** Ends in the year's result. */
const resultAccounts = {
  corporationTax: { numbers: ['2200', '7600'], caption: 'Körperschaftsteuer' },
  interest: { numbers: ['2120', '7320'], caption: 'Zinsaufwendungen für Darlehen' },
  interestIncome: { numbers: ['2650', '7100'], caption: 'Zinserträge' },
  services: { numbers: ['3100', '5900'], caption: 'Fremdleistungen' },
  reverseServices: { numbers: ['3125', '5925'], caption: 'Leistungen ausländ. Unternehmer 19 %' },
  goods7: { numbers: ['3300', '5300'], caption: 'Wareneingang 7 % Vorsteuer' },
  goods19: { numbers: ['3400', '5400'], caption: 'Wareneingang 19 % Vorsteuer' },
  discountReceived: { numbers: ['3736', '5736'], caption: 'Erhaltene Skonti 19 % Vorsteuer' },
  stockChange: { numbers: ['3960', '5880'], caption: 'Bestandsveränderungen Waren' },
  wagesHourly: { numbers: ['4110', '6010'], caption: 'Löhne' },
  wages: { numbers: ['4120', '6020'], caption: 'Gehälter' },
  social: { numbers: ['4130', '6110'], caption: 'Gesetzliche soziale Aufwendungen' },
  rent: { numbers: ['4210', '6310'], caption: 'Miete für unbewegliche Wirtschaftsgüter' },
  energy: { numbers: ['4240', '6325'], caption: 'Gas, Strom, Wasser' },
  cleaning: { numbers: ['4250', '6330'], caption: 'Reinigung' },
  tradeTax: { numbers: ['4320', '7610'], caption: 'Gewerbesteuer' },
  insurance: { numbers: ['4360', '6400'], caption: 'Versicherungen' },
  contributions: { numbers: ['4380', '6420'], caption: 'Beiträge' },
  vehicleTax: { numbers: ['4510', '7685'], caption: 'Kfz-Steuer' },
  fuel: { numbers: ['4530', '6530'], caption: 'Laufende Kfz-Betriebskosten' },
  leasing: { numbers: ['4570', '6560'], caption: 'Mietleasing Kfz' },
  advertising: { numbers: ['4600', '6600'], caption: 'Werbekosten' },
  travel: { numbers: ['4660', '6650'], caption: 'Reisekosten Arbeitnehmer' },
  freight: { numbers: ['4730', '6740'], caption: 'Ausgangsfrachten' },
  repairs: { numbers: ['4805', '6470'], caption: 'Reparaturen Geschäftsausstattung' },
  depreciation: { numbers: ['4830', '6220'], caption: 'Abschreibungen auf Sachanlagen' },
  postage: { numbers: ['4910', '6800'], caption: 'Porto' },
  phone: { numbers: ['4920', '6805'], caption: 'Telefon' },
  office: { numbers: ['4930', '6815'], caption: 'Bürobedarf' },
  bookkeeping: { numbers: ['4955', '6830'], caption: 'Buchführungskosten' },
  audit: { numbers: ['4957', '6827'], caption: 'Abschluss- und Prüfungskosten' },
  bankFees: { numbers: ['4970', '6855'], caption: 'Nebenkosten des Geldverkehrs' },
  revenue7: { numbers: ['8300', '4300'], caption: 'Erlöse 7 % USt' },
  revenue19: { numbers: ['8400', '4400'], caption: 'Erlöse 19 % USt' },
  discountGranted: { numbers: ['8736', '4736'], caption: 'Gewährte Skonti 19 % USt' },
  opening: { numbers: ['9000', '9000'], caption: 'Saldenvorträge Sachkonten' },
  openingDebtors: { numbers: ['9008', '9008'], caption: 'Saldenvorträge Debitoren' },
  openingCreditors: { numbers: ['9009', '9009'], caption: 'Saldenvorträge Kreditoren' },
} as const satisfies Record<string, Account>;

export const accounts = { ...carriedAccounts, ...resultAccounts };
// `accounts` is written above with exactly these keys.
export const accountKeys = Object.keys(accounts) as AccountKey[];

/** SKR03 is 3, SKR04 is 4, as in a fiscal year's `account_system`. */
export type Chart = 3 | 4;

/** Technical number: 8 digits, filled with zeros at the right; as a JSON integer it loses leading ones (onprem.md B.2). */
export function technicalNumber(key: AccountKey, chart: Chart): number {
  return Number(accounts[key].numbers[chart === 3 ? 0 : 1].padEnd(8, '0'));
}

/** Personenkonten: 10000 and up are debtors, 70000 and up creditors; technical length 9. */
export const debtorNumber = (index: number) => (10_000 + index) * 10_000;
export const creditorNumber = (index: number) => (70_000 + index) * 10_000;
export const isPersonal = (account: number) => account >= 100_000_000;
export const touchesPersonal = ({ account, contra }: { account: number; contra: number }) =>
  isPersonal(account) || isPersonal(contra);
export const isDebtor = (account: number) => account >= 100_000_000 && account < 700_000_000;
export const isCreditor = (account: number) => account >= 700_000_000;

const byNumber = new Map<number, AccountKey>(
  ([3, 4] as const).flatMap((chart) =>
    accountKeys.map((key) => [technicalNumber(key, chart) * 10 + chart, key] as const),
  ),
);

/** Which of the accounts above has this number; undefined: none. */
export const keyOfNumber = (number: number, chart: Chart): AccountKey | undefined => byNumber.get(number * 10 + chart);

/** Caption of a general-ledger account of the charts above. */
export function captionOf(number: number, chart: Chart): string {
  const key = keyOfNumber(number, chart);
  return key ? accounts[key].caption : `Konto ${number}`;
}

/** Whether a balance goes on into the next year; accounts that nobody knows do not. */
export function isCarried(number: number, chart: Chart): boolean {
  const key = keyOfNumber(number, chart);
  return key !== undefined && key in carriedAccounts;
}
