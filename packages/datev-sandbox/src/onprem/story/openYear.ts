import { type AccountKey, isCarried, isCreditor, isDebtor, technicalNumber } from '../books/accounts.ts';
import { balancesOf } from '../books/sums.ts';
import type { Year } from '../books/types.ts';
import type { Writer } from './writer.ts';

const vatAccounts: readonly AccountKey[] = [
  'inputTax7',
  'inputTax19',
  'inputTaxReverse',
  'vat7',
  'vat19',
  'vatReverse',
  'vatPrepaid',
  'vatPrevious',
];

/** Opening balances: of a first year by the size of the company, else what the year before left. */
export function openYear(writer: Writer, before: Year | undefined): void {
  for (const [account, signed] of before ? carriedBalances(writer, before) : firstBalances(writer)) {
    if (signed === 0) continue;
    const contra = writer.number(contraOf(account));
    writer.post({
      day: 0,
      kind: 'opening',
      account: signed > 0 ? account : contra,
      contra: signed > 0 ? contra : account,
      amount: Math.abs(signed),
      text: 'EB-Wert',
      opening: true,
    });
  }
}

function contraOf(account: number): AccountKey {
  if (isDebtor(account)) return 'openingDebtors';
  return isCreditor(account) ? 'openingCreditors' : 'opening';
}

function firstBalances({ number, scale, random }: Writer): [number, number][] {
  const part = (share: number) => Math.round(scale.turnover * share * (0.8 + random.fraction() * 0.4));
  const assets: [number, number][] = [
    [number('machines'), scale.small ? 0 : part(0.12)],
    [number('vehicles'), part(0.05)],
    [number('equipment'), part(0.1)],
    [number('stock'), part(0.06)],
    [number('cash'), 350_00 + random.below(900_00)],
    [number('bank'), part(0.15)],
  ];
  const debts: [number, number][] = [
    [number('loan'), scale.small ? 0 : -part(0.18)],
    [number('capital'), -25_000_00],
  ];
  const sum = [...assets, ...debts].reduce((total, [, signed]) => total + signed, 0);
  return [...assets, ...debts, [number('retained'), -sum]];
}

/** The result goes to the retained earnings, all VAT to the account of the previous year's VAT; the rest stays where it is. */
function carriedBalances({ books, number }: Writer, before: Year): [number, number][] {
  const vat = new Set(vatAccounts.map((key) => technicalNumber(key, books.chart)));
  const retained = number('retained');
  const carried: [number, number][] = [];
  let result = 0;
  let owedVat = 0;
  for (const [account, balance] of balancesOf(before)) {
    if (vat.has(account)) owedVat += balance;
    else if (account >= 100_000_000 || (isCarried(account, books.chart) && account !== retained))
      carried.push([account, balance]);
    else result += balance;
  }
  return [...carried, [number('vatPrevious'), owedVat], [retained, result]];
}
