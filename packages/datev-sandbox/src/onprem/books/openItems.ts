import { addDays } from '../days.ts';
import { isDebtor, isPersonal } from './accounts.ts';
import { type Ledger, OPENING, REMOVED } from './ledger.ts';
import { taxes, taxWithin } from './taxRules.ts';
import type { CarriedItem, Item, ItemGroup, Year, YearInside } from './types.ts';

type Growing = { group: number; account: number; carried: CarriedItem | null; rows: number[]; open: number };

/**
 * Gathers what belongs together on the accounts of debtors and creditors: every line of such an account is part of exactly one item, so that
 * open items add up to the balances, whatever was booked or corrected.
 */
export function gatherGroups({
  ledger,
  carried,
  books,
}: Pick<YearInside, 'ledger' | 'carried' | 'books'>): ItemGroup[] {
  const found = new Map<number, Growing>();
  const of = (group: number, account: number): Growing => {
    // Both are whole numbers below 10^7 and 10^9, so the key is exact.
    const key = group * 1_000_000_000 + account;
    const known = found.get(key);
    if (known) return known;
    const made: Growing = { group, account, carried: null, rows: [], open: 0 };
    found.set(key, made);
    return made;
  };
  for (const item of carried) {
    const group = of(item.group, item.account);
    group.carried = item;
    group.open += item.amount;
  }
  for (let row = 0; row < ledger.count; row += 1) {
    const [group, flags] = [ledger.group[row] ?? 0, ledger.flags[row] ?? 0];
    if (group === 0 || (flags & (REMOVED | OPENING)) !== 0) continue;
    for (const account of personalSides(ledger, row)) {
      const into = of(group, account);
      into.rows.push(row);
      into.open += signedOn(ledger, row, account, books.chart);
    }
  }
  return [...found.values()].sort((a, b) => a.account - b.account || a.group - b.group);
}

function personalSides(ledger: Ledger, row: number): number[] {
  const [account, contra] = [ledger.account[row] ?? 0, ledger.contra[row] ?? 0];
  if (!isPersonal(account)) return isPersonal(contra) ? [contra] : [];
  return isPersonal(contra) && contra !== account ? [account, contra] : [account];
}

/** What a record puts on one of its accounts, signed, debit positive; without tax where that side is net. */
function signedOn(ledger: Ledger, row: number, account: number, chart: 3 | 4): number {
  const amount = ledger.amount[row] ?? 0;
  const tax = taxes(chart)[ledger.tax[row] ?? 0] ?? null;
  const inside = tax && tax.counter === null ? taxWithin(amount, tax) : 0;
  const debit = ledger.account[row] === account ? amount - (tax?.of === 'account' ? inside : 0) : 0;
  const credit = ledger.contra[row] === account ? amount - (tax?.of === 'contra' ? inside : 0) : 0;
  return debit - credit;
}

/** Items as objects. */
export const itemsOf = (year: YearInside): Item[] => year.groups().map((group) => itemOfGroup(year, group));

/** What began a group, how much it was, and how much of it is settled. */
export function itemOfGroup(year: YearInside, group: ItemGroup): Item {
  const direction = isDebtor(group.account) ? 1 : -1;
  const { group: _group, ...head } = headOf(year, group);
  const amount = head.amount * direction;
  return { ...head, amount, paid: amount - group.open * direction };
}

/** The group of an item; 0: there is none. */
export function itemGroup(year: YearInside, itemId: string): number {
  return year.groups().find((group) => headOf(year, group).id === itemId)?.group ?? 0;
}

/** What began a group: carried from the year before, or its first row. Amount signed. */
function headOf(year: YearInside, { carried, rows: [row = -1], account, group }: ItemGroup): CarriedItem {
  if (carried) return carried;
  const { ledger, days, books, sequences } = year;
  return {
    // First day of the year in which it arose, and a key below it (onprem.md B.2).
    id: `${(days[0] ?? '').replaceAll('-', '')}${row + 1}`,
    group,
    account,
    sequenceNumber: sequences[ledger.sequence[row] ?? 0]?.number ?? '',
    date: days[ledger.day[row] ?? 0] ?? '',
    dueDate: dueDateOf(year, row),
    amount: signedOn(ledger, row, account, books.chart),
    text: books.inside.words.text(ledger.text[row] ?? 0),
    documentField1: fieldOf(year, row),
    documentLink: ledger.links.get(row) ?? null,
  };
}

export function fieldOf({ ledger, books }: Pick<YearInside, 'ledger' | 'books'>, row: number): string | null {
  const [word, number] = [ledger.fieldWord[row] ?? 0, ledger.fieldNumber[row] ?? 0];
  return word === 0 ? null : `${books.inside.words.text(word)}${number === 0 ? '' : number}`;
}

/** What was open at the end of a year, for the next one. */
export const carryItems = ({ inside }: Year): CarriedItem[] =>
  inside.groups().flatMap((group) => (group.open === 0 ? [] : [{ ...headOf(inside, group), amount: group.open }]));

export function dueDateOf({ ledger, days }: Pick<YearInside, 'ledger' | 'days'>, row: number): string | null {
  const due = ledger.due[row] ?? 0;
  if (due === 0) return null;
  const at = (ledger.day[row] ?? 0) + due;
  // Most are due within the year, whose days are written already.
  return days[at] ?? addDays(days[0] ?? '', at);
}
