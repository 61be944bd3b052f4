import type { AccountKey } from '../books/accounts.ts';
import { balancesOf } from '../books/sums.ts';
import type { Year } from '../books/types.ts';
import { addDays, daysBetween, monthOf, nextMonth } from '../days.ts';
import { type Writer, workingDay } from './writer.ts';

/** What comes every month: wages with all that hangs on them, rent, depreciation, loan, taxes. */
export function bookRoutine(writer: Writer, before: Year | undefined): void {
  const owed = before ? balancesOf(before) : new Map<number, number>();
  const open = (key: AccountKey) => -(owed.get(writer.number(key)) ?? 0);
  let taxOwed = open('wageTaxOwed');
  for (const [index, month] of monthsOf(writer.year).entries()) {
    taxOwed = bookPayroll(writer, month, taxOwed);
    bookFixedCosts(writer, month, index);
    if (!writer.scale.small) bookLoan(writer, month);
  }
  if (before) bookOfLastYear(writer, open('vatPrevious') || openVat(writer, owed), open('provisions'));
}

type Month = { name: string; first: number; last: number; number: number };

/** The calendar months of a year as days of it; the first and the last may be cut. */
export function monthsOf({ begin, end }: Pick<Year, 'begin' | 'end'>): Month[] {
  const months: Month[] = [];
  for (let first = begin; first <= end; first = nextMonth(first)) {
    const last = addDays(nextMonth(first), -1);
    months.push({
      name: `${first.slice(5, 7)}/${first.slice(0, 4)}`,
      first: daysBetween(begin, first),
      last: daysBetween(begin, last < end ? last : end),
      number: monthOf(first),
    });
  }
  return months;
}

type Plain = [debit: AccountKey, credit: AccountKey, amount: number, text: string];

function postAll(writer: Writer, day: number, kind: 'daily' | 'payroll' | 'depreciation' | 'closing', all: Plain[]) {
  for (const [debit, credit, amount, text] of all)
    writer.post({ day, kind, account: writer.number(debit), contra: writer.number(credit), amount, text });
}

/** Answers what is owed to the tax office for this month; it is paid on the 10th of the next. */
function bookPayroll(writer: Writer, { name, first, last }: Month, taxOwed: number): number {
  const { scale } = writer;
  const gross = Math.round((scale.turnover * 0.27) / 12 / 1.21);
  const day = workingDay(writer.year, last);
  const part = (share: number) => Math.round(gross * share);
  if (scale.small) {
    postAll(writer, day, 'payroll', [
      ['wages', 'wagesOwed', part(0.6), `Gehalt Leitung ${name}`],
      ['wages', 'wagesOwed', gross - part(0.6), `Gehalt Büro ${name}`],
      ['social', 'wagesOwed', part(0.21), `Sozialversicherung ${name}`],
      ['wagesOwed', 'bank', gross + part(0.21), `Auszahlung Löhne ${name}`],
    ]);
    return 0;
  }
  postAll(writer, Math.min(first + 9, last), 'daily', [
    ['wageTaxOwed', 'bank', taxOwed, `Finanzamt Lohnsteuer vor ${name}`],
  ]);
  const [tax, employee, employer] = [part(0.16), part(0.2), part(0.21)];
  postAll(writer, day, 'payroll', [
    ['wages', 'wagesOwed', part(0.65), `Gehälter ${name}`],
    ['wagesHourly', 'wagesOwed', gross - part(0.65), `Löhne ${name}`],
    ['wagesOwed', 'wageTaxOwed', tax, `Lohnsteuer ${name}`],
    ['wagesOwed', 'socialOwed', employee, `Sozialversicherung AN ${name}`],
    ['social', 'socialOwed', employer, `Sozialversicherung AG ${name}`],
  ]);
  postAll(writer, day, 'daily', [
    ['socialOwed', 'bank', employee + employer, `Krankenkassen ${name}`],
    ['wagesOwed', 'bank', gross - tax - employee, `Auszahlung Löhne ${name}`],
  ]);
  return day > writer.lastDay ? 0 : tax;
}

function bookFixedCosts(writer: Writer, { name, first, last, number }: Month, index: number): void {
  const { scale } = writer;
  const share = (of: number) => Math.round(scale.turnover * of);
  postAll(writer, first, 'daily', [['rent', 'bank', share(0.04 / 12), `Miete ${name}`]]);
  postAll(writer, last, 'depreciation', [
    ['depreciation', 'equipment', share(0.008 / 12), `AfA Büroeinrichtung ${name}`],
    ...(scale.small ? [] : ([['depreciation', 'machines', share(0.009 / 12), `AfA Maschinen ${name}`]] as Plain[])),
  ]);
  if (index === 0)
    postAll(writer, first, 'daily', [['insurance', 'bank', share(scale.small ? 0.01 : 0.004), `Versicherung ${name}`]]);
  if (scale.small || number % 3 !== 0) return;
  postAll(writer, Math.min(first + 9, last), 'daily', [
    ['insurance', 'bank', share(0.002), `Versicherung ${name}`],
    ['corporationTax', 'bank', share(0.003), `KSt-Vorauszahlung ${name}`],
    ['tradeTax', 'bank', share(0.003), `GewSt-Vorauszahlung ${name}`],
    ['vehicleTax', 'bank', share(0.0002), `Kfz-Steuer ${name}`],
  ]);
}

function bookLoan(writer: Writer, { name, first, last }: Month): void {
  const day = Math.min(first + 14, last);
  postAll(writer, day, 'daily', [
    ['interest', 'bank', Math.round(writer.scale.turnover * 0.0005), `Zinsen Darlehen ${name}`],
    ['loan', 'bank', Math.round(writer.scale.turnover * 0.0015), `Tilgung Darlehen ${name}`],
  ]);
  writer.post({
    day: first,
    kind: 'daily',
    account: writer.number('leasing'),
    contra: writer.number('bank'),
    rule: 'input19',
    amount: Math.round(writer.scale.turnover * 0.0006),
    text: `Leasingrate ${name}`,
  });
}

const openVat = (writer: Writer, owed: Map<number, number>) =>
  -(['inputTax7', 'inputTax19', 'inputTaxReverse', 'vat7', 'vat19', 'vatReverse', 'vatPrepaid'] as const).reduce(
    (sum, key) => sum + (owed.get(writer.number(key)) ?? 0),
    0,
  );

/** The tax office and the tax adviser are paid for the year before. */
function bookOfLastYear(writer: Writer, vat: number, provisions: number): void {
  const day = workingDay(writer.year, Math.min(60, writer.year.inside.days.length - 1));
  postAll(writer, day, 'daily', [
    ['vatPrevious', 'bank', vat, 'Umsatzsteuer Vorjahr'],
    ['bank', 'vatPrevious', -vat, 'Erstattung Umsatzsteuer Vorjahr'],
    ['provisions', 'bank', provisions, 'Jahresabschluss Vorjahr'],
  ]);
}

/** Advance payment of a month's VAT on the 10th of the next; by quarter for a small company. Only when everything else is entered. */
export function bookVatAdvances(writer: Writer): void {
  let owed = 0;
  let before: Month | null = null;
  for (const month of monthsOf(writer.year)) {
    const isTime = before !== null && (!writer.scale.small || before.number % 3 === 0);
    if (isTime && before) {
      const day = Math.min(month.first + 9, month.last);
      const text = `USt-Vorauszahlung ${before.name}`;
      postAll(writer, day, 'daily', [
        ['vatPrepaid', 'bank', owed, text],
        ['bank', 'vatPrepaid', -owed, text],
      ]);
      owed = 0;
    }
    owed += writer.vatOwed[month.number] ?? 0;
    before = month;
  }
}

/** Entries of the annual financial statements; a finished year has them after four months. */
export function closeYear(writer: Writer, today: string): void {
  const { year, scale, random } = writer;
  if (addDays(year.end, 120) > today) return;
  const change = Math.round(scale.turnover * 0.01 * (random.fraction() - 0.4));
  postAll(writer, year.inside.days.length - 1, 'closing', [
    ['audit', 'provisions', Math.round(scale.turnover * 0.004), 'Rückstellung Abschlusskosten'],
    ['stock', 'stockChange', change, 'Bestandsveränderung'],
    ['stockChange', 'stock', -change, 'Bestandsveränderung'],
  ]);
}
