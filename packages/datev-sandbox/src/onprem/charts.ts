/** Accounts that the generated books use, with the numbers of both standard charts and captions of our own. */
export type AccountKey = keyof typeof accounts;

type Account = {
  /** Displayed number, four digits, in SKR03 and in SKR04. */
  readonly numbers: readonly [skr03: string, skr04: string];
  readonly caption: string;
  /** Carried forward into the next year's opening balance; the others end in the result. */
  readonly carried: boolean;
};

export const accounts = {
  equipment: { numbers: ['0420', '0650'], caption: 'Büroeinrichtung', carried: true },
  capital: { numbers: ['0800', '2900'], caption: 'Gezeichnetes Kapital', carried: true },
  retained: { numbers: ['0860', '2970'], caption: 'Gewinnvortrag vor Verwendung', carried: true },
  cash: { numbers: ['1000', '1600'], caption: 'Kasse', carried: true },
  bank: { numbers: ['1200', '1800'], caption: 'Bank', carried: true },
  inputTax19: { numbers: ['1576', '1406'], caption: 'Abziehbare Vorsteuer 19 %', carried: true },
  inputTax7: { numbers: ['1571', '1401'], caption: 'Abziehbare Vorsteuer 7 %', carried: true },
  vat19: { numbers: ['1776', '3806'], caption: 'Umsatzsteuer 19 %', carried: true },
  vat7: { numbers: ['1771', '3801'], caption: 'Umsatzsteuer 7 %', carried: true },
  wagesOwed: { numbers: ['1740', '3720'], caption: 'Verbindlichkeiten aus Lohn und Gehalt', carried: true },
  goods19: { numbers: ['3400', '5400'], caption: 'Wareneingang 19 % Vorsteuer', carried: false },
  wages: { numbers: ['4120', '6020'], caption: 'Gehälter', carried: false },
  social: { numbers: ['4130', '6110'], caption: 'Gesetzliche soziale Aufwendungen', carried: false },
  rent: { numbers: ['4210', '6310'], caption: 'Miete für unbewegliche Wirtschaftsgüter', carried: false },
  depreciation: { numbers: ['4830', '6220'], caption: 'Abschreibungen auf Sachanlagen', carried: false },
  phone: { numbers: ['4920', '6805'], caption: 'Telefon', carried: false },
  office: { numbers: ['4930', '6815'], caption: 'Bürobedarf', carried: false },
  revenue7: { numbers: ['8300', '4300'], caption: 'Erlöse 7 % USt', carried: false },
  revenue19: { numbers: ['8400', '4400'], caption: 'Erlöse 19 % USt', carried: false },
  opening: { numbers: ['9000', '9000'], caption: 'Saldenvorträge Sachkonten', carried: false },
  openingDebtors: { numbers: ['9008', '9008'], caption: 'Saldenvorträge Debitoren', carried: false },
  openingCreditors: { numbers: ['9009', '9009'], caption: 'Saldenvorträge Kreditoren', carried: false },
} as const satisfies Record<string, Account>;

/** SKR03 is 3, SKR04 is 4, as in a fiscal year's `account_system`. */
export type Chart = 3 | 4;

/** Technical number: 8 digits, filled with zeros at the right; as a JSON integer it loses leading ones (onprem.md B.2). */
export function technicalNumber(key: AccountKey, chart: Chart): number {
  return Number(accounts[key].numbers[chart === 3 ? 0 : 1].padEnd(8, '0'));
}

/** Personenkonten: 10000 and up are debtors, 70000 and up creditors; technical length 9. */
export const debtorNumber = (index: number) => (10_000 + index) * 10_000;
export const creditorNumber = (index: number) => (70_000 + index) * 10_000;
export const isDebtor = (account: number) => account >= 100_000_000 && account < 700_000_000;
export const isCreditor = (account: number) => account >= 700_000_000;

const captions = new Map<number, { caption: string; carried: boolean }>(
  ([3, 4] as const).flatMap((chart) =>
    (Object.keys(accounts) as AccountKey[]).map(
      (key) => [technicalNumber(key, chart) * 10 + chart, accounts[key]] as const,
    ),
  ),
);

/** Caption of a general-ledger account of the charts above. */
export function accountOf(number: number, chart: Chart): { caption: string; carried: boolean } {
  return captions.get(number * 10 + chart) ?? { caption: `Konto ${number}`, carried: false };
}
