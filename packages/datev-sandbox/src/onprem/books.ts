import { createRandom, type Random } from '../random.ts';
import { type AccountKey, accountOf, type Chart, creditorNumber, debtorNumber, technicalNumber } from './charts.ts';
import { addDays, type Day, daysBetween, monthOf } from './days.ts';

/** An entered record: one account against one other, gross. What DATEV generates from it are its lines. */
export type Entry = {
  id: string;
  sequence: Sequence;
  date: Day;
  account: number;
  contra: number;
  /** Cents, gross, positive. Debit of `account`. */
  amount: number;
  /** Tax that the record carries along: its account and rate; it is taken out of the side that is no Personenkonto. */
  tax: { account: number; percent: 7 | 19; key: number; of: 'account' | 'contra' } | null;
  text: string;
  documentField1: string | null;
  documentLink: string | null;
  opening: boolean;
};

/** A line of one account: what account-postings give. Amounts in cents, one of them 0. */
export type Line = { account: number; contra: number; debit: number; credit: number };

export type Sequence = {
  /** Technical id. */
  id: string;
  /** Month, year and number: `03-2026/0001`. */
  number: string;
  description: string;
  from: Day;
  to: Day;
  committedAt: Day | null;
};

/** An invoice of a debtor or creditor, and what was paid of it. Cents. */
export type Item = {
  id: string;
  account: number;
  date: Day;
  dueDate: Day;
  amount: number;
  paid: number;
  text: string;
  documentField1: string;
  documentLink: string | null;
};

export type Partner = { account: number; name: string; city: string; changedAt: string };

export type Year = {
  begin: Day;
  end: Day;
  locked: boolean;
  entries: Entry[];
  sequences: Sequence[];
  items: Item[];
};

export type Books = {
  guid: string;
  number: string;
  name: string;
  consultantNumber: number;
  clientNumber: number;
  chart: Chart;
  years: Year[];
  partners: Partner[];
};

export type BooksOptions = {
  seed: string;
  guid?: string;
  name: string;
  consultantNumber: number;
  clientNumber: number;
  chart?: Chart;
  /** Fiscal years, in order and without gaps; a short or a shifted one is simply given so. */
  years: readonly { begin: Day; end: Day }[];
  /** Account postings a year, about: 200 to 1,000,000. */
  postingsPerYear: number;
  /** Nothing is booked after this day, and batches of the two months before it are not final yet. */
  today: Day;
  /** GUIDs of vouchers in Belege online; purchases link to them, the newest first. */
  voucherGuids?: readonly string[];
};

const firmNames =
  'Albrecht Becker Brandt Dietz Engel Fiedler Graf Hartmann Jansen Keller Lorenz Maurer Neumann Otto Petersen Richter Seidel Thiele Ullrich Vogt Weigel Zeller'.split(
    ' ',
  );
const trades = ['GmbH', 'KG', 'e. K.', 'Handels GmbH', 'Service GmbH', 'Technik AG'];
const cities = ['Köln', 'Leipzig', 'Bremen', 'Ulm', 'Kiel', 'Passau', 'Essen', 'Jena', 'Mainz', 'Dresden'];

/** Believable books from a seed. The same options make the same books; debit equals credit in every entry. */
export function makeBooks(options: BooksOptions): Books {
  const random = createRandom(options.seed, `books ${options.clientNumber}`);
  const chart = options.chart ?? (random.below(2) === 0 ? 3 : 4);
  const partners = makePartners(random, Math.min(400, Math.max(6, Math.round(Math.sqrt(options.postingsPerYear)))));
  const books: Books = {
    guid: options.guid ?? random.guid().toLowerCase(),
    number: String(10_000 + options.clientNumber),
    name: options.name.slice(0, 30),
    consultantNumber: options.consultantNumber,
    clientNumber: options.clientNumber,
    chart,
    years: [],
    partners,
  };
  const links = [...(options.voucherGuids ?? [])];
  for (const span of options.years) {
    const year: Year = { ...span, locked: false, entries: [], sequences: [], items: [] };
    const writer = createWriter(books, year, options.today);
    openYear(writer, books.years.at(-1), random);
    bookMonths(writer, random, options, links);
    books.years.push(year);
  }
  return books;
}

function makePartners(random: Random, each: number): Partner[] {
  const partner = (account: number): Partner => ({
    account,
    name: `${random.pick(firmNames)} ${random.pick(trades)}`,
    city: random.pick(cities),
    changedAt: '2024-01-15T09:30:00.000+01:00',
  });
  return [
    ...Array.from({ length: each }, (_, index) => partner(debtorNumber(index))),
    ...Array.from({ length: each }, (_, index) => partner(creditorNumber(index))),
  ];
}

export type Writer = {
  readonly books: Books;
  readonly year: Year;
  readonly lastDay: Day;
  number(key: AccountKey): number;
  /** The batch of a day's month and kind, made when it is the first of it. */
  sequence(day: Day, kind: number, description: string): Sequence;
  enter(entry: Omit<Entry, 'id'>): Entry;
};

/** Puts entries into a year; batches are final when the month after the next has begun. */
export function createWriter(books: Books, year: Year, today: Day): Writer {
  const lastDay = today < year.end ? today : year.end;
  const committedUntil = addDays(`${today.slice(0, 7)}-01`, -32).slice(0, 7);
  return {
    books,
    year,
    lastDay,
    number: (key) => technicalNumber(key, books.chart),
    sequence(day, kind, description) {
      const month = day.slice(0, 7);
      const number = `${month.slice(5)}-${month.slice(0, 4)}/${String(kind).padStart(4, '0')}`;
      const known = year.sequences.find((one) => one.number === number);
      if (known) return known;
      const made: Sequence = {
        id: `${year.begin.replaceAll('-', '')}_${year.sequences.length + 1}`,
        number,
        description,
        from: `${month}-01`,
        to: addDays(`${addDays(`${month}-01`, 32).slice(0, 7)}-01`, -1),
        committedAt: month < committedUntil ? addDays(`${month}-01`, 45) : null,
      };
      year.sequences.push(made);
      return made;
    },
    enter(entry) {
      const made = { ...entry, id: `${entry.sequence.id}_${year.entries.length + 1}` };
      year.entries.push(made);
      return made;
    },
  };
}

/** Opening balances: of a first year by chance, else what the year before left, its result in the retained earnings. */
function openYear(writer: Writer, before: Year | undefined, random: Random): void {
  const sequence = writer.sequence(writer.year.begin, 9, 'Eröffnungsbilanz');
  const open = (account: number, signed: number, contra: AccountKey) => {
    if (signed === 0) return;
    const [debit, credit] = signed > 0 ? [account, writer.number(contra)] : [writer.number(contra), account];
    writer.enter({
      sequence,
      date: writer.year.begin,
      account: debit,
      contra: credit,
      amount: Math.abs(signed),
      tax: null,
      text: 'EB-Wert',
      documentField1: null,
      documentLink: null,
      opening: true,
    });
  };
  if (!before) {
    const [equipment, bank] = [20_000_00 + random.below(30_000_00), 15_000_00 + random.below(40_000_00)];
    open(writer.number('equipment'), equipment, 'opening');
    open(writer.number('bank'), bank, 'opening');
    open(writer.number('capital'), -25_000_00, 'opening');
    open(writer.number('retained'), 25_000_00 - equipment - bank, 'opening');
    return;
  }
  let result = 0;
  for (const [account, balance] of balancesOf(before)) {
    if (account >= 100_000_000) open(account, balance, account >= 700_000_000 ? 'openingCreditors' : 'openingDebtors');
    else if (accountOf(account, writer.books.chart).carried && account !== writer.number('retained'))
      open(account, balance, 'opening');
    else result += balance;
  }
  open(writer.number('retained'), result, 'opening');
  for (const item of before.items)
    if (item.paid < item.amount) writer.year.items.push({ ...item, amount: item.amount - item.paid, paid: 0 });
}

/** Balance of every account, signed, debit positive, opening values included. */
export function balancesOf(year: Year): Map<number, number> {
  const balances = new Map<number, number>();
  for (const entry of year.entries)
    for (const line of linesOf(entry))
      balances.set(line.account, (balances.get(line.account) ?? 0) + line.debit - line.credit);
  return balances;
}

/** What DATEV makes of a record: both accounts, and the tax line that nobody entered. Debit and credit are equal. */
export function linesOf(entry: Entry): Line[] {
  const { account, contra, amount, tax } = entry;
  if (!tax) {
    return [
      { account, contra, debit: amount, credit: 0 },
      { account: contra, contra: account, debit: 0, credit: amount },
    ];
  }
  const taxed = Math.round((amount * tax.percent) / (100 + tax.percent));
  if (tax.of === 'contra') {
    return [
      { account, contra, debit: amount, credit: 0 },
      { account: contra, contra: account, debit: 0, credit: amount - taxed },
      { account: tax.account, contra: account, debit: 0, credit: taxed },
    ];
  }
  return [
    { account, contra, debit: amount - taxed, credit: 0 },
    { account: tax.account, contra, debit: taxed, credit: 0 },
    { account: contra, contra: account, debit: 0, credit: amount },
  ];
}

function bookMonths(writer: Writer, random: Random, options: BooksOptions, links: string[]): void {
  const { year, lastDay } = writer;
  if (lastDay < year.begin) return;
  const days = daysBetween(year.begin, year.end) + 1;
  const debtors = writer.books.partners.filter(({ account }) => account < 700_000_000);
  const creditors = writer.books.partners.filter(({ account }) => account >= 700_000_000);
  // A sale or a purchase and most of their payments make about five postings.
  const deals = Math.max(12, Math.round((options.postingsPerYear * (days / 365)) / 5));
  for (
    let month = `${year.begin.slice(0, 7)}-01`;
    month <= lastDay;
    month = addDays(month, 32).slice(0, 8).concat('01')
  )
    bookStaff(writer, month < year.begin ? year.begin : month);
  for (let deal = 0; deal < deals; deal += 1) {
    const date = addDays(year.begin, Math.floor((deal * days) / deals));
    if (date > lastDay) break;
    const isSale = random.below(100) < 55;
    const number = `${isSale ? 'RE' : 'ER'}-${year.begin.slice(0, 4)}-${deal + 1}`;
    const amount = 20_00 + random.below(isSale ? 4_000_00 : 2_500_00);
    const item = isSale
      ? sell(writer, { date, amount, number, partner: random.pick(debtors), reduced: random.below(5) === 0 })
      : buy(writer, {
          date,
          amount,
          number,
          partner: random.pick(creditors),
          link: links.shift() ?? null,
          account: random.pick(['goods19', 'goods19', 'office', 'phone'] as const),
        });
    if (random.below(100) < 82) settle(writer, item, addDays(date, 3 + random.below(35)), isSale);
  }
}

/** Rent, salaries, social insurance and depreciation of a month, in batches of their own as a payroll program sends them. */
function bookStaff(writer: Writer, day: Day): void {
  const plain = (sequence: Sequence, debit: AccountKey, credit: AccountKey, amount: number, text: string) =>
    writer.enter({
      sequence,
      date: day,
      account: writer.number(debit),
      contra: writer.number(credit),
      amount,
      tax: null,
      text,
      documentField1: null,
      documentLink: null,
      opening: false,
    });
  const month = `${day.slice(5, 7)}/${day.slice(0, 4)}`;
  const payroll = writer.sequence(day, 2, 'Lohnbuchungen');
  plain(payroll, 'wages', 'wagesOwed', 8_400_00, `Gehälter ${month}`);
  plain(payroll, 'social', 'wagesOwed', 1_720_35, `Sozialversicherung ${month}`);
  plain(payroll, 'wagesOwed', 'bank', 9_980_12, `Auszahlung Löhne ${month}`);
  plain(writer.sequence(day, 3, 'Abschreibungen'), 'depreciation', 'equipment', 310_50, `AfA ${month}`);
  plain(writer.sequence(day, 1, 'Buchführung'), 'rent', 'bank', 1_250_00, `Miete ${month}`);
}

function sell(
  writer: Writer,
  sale: { date: Day; amount: number; number: string; partner: Partner; reduced: boolean },
): Item {
  const percent = sale.reduced ? 7 : 19;
  const entry = writer.enter({
    sequence: writer.sequence(sale.date, 1, 'Buchführung'),
    date: sale.date,
    account: sale.partner.account,
    contra: writer.number(sale.reduced ? 'revenue7' : 'revenue19'),
    amount: sale.amount,
    tax: { account: writer.number(sale.reduced ? 'vat7' : 'vat19'), percent, key: sale.reduced ? 2 : 3, of: 'contra' },
    text: sale.partner.name,
    documentField1: sale.number,
    documentLink: null,
    opening: false,
  });
  return addItem(writer, entry, sale.partner.account, 14);
}

function buy(
  writer: Writer,
  purchase: { date: Day; amount: number; number: string; partner: Partner; link: string | null; account: AccountKey },
): Item {
  const entry = writer.enter({
    sequence: writer.sequence(purchase.date, 1, 'Buchführung'),
    date: purchase.date,
    account: writer.number(purchase.account),
    contra: purchase.partner.account,
    amount: purchase.amount,
    tax: { account: writer.number('inputTax19'), percent: 19, key: 9, of: 'account' },
    text: purchase.partner.name,
    documentField1: purchase.number,
    documentLink: purchase.link === null ? null : `BEDI "${purchase.link}"`,
    opening: false,
  });
  return addItem(writer, entry, purchase.partner.account, 30);
}

function addItem(writer: Writer, entry: Entry, account: number, days: number): Item {
  const item: Item = {
    id: `${writer.year.begin.replaceAll('-', '')}_${entry.id}`,
    account,
    date: entry.date,
    dueDate: addDays(entry.date, days),
    amount: entry.amount,
    paid: 0,
    text: entry.text,
    documentField1: entry.documentField1 ?? entry.id,
    documentLink: entry.documentLink,
  };
  writer.year.items.push(item);
  return item;
}

/** A payment by bank, when its day is reached within the year. */
export function settle(writer: Writer, item: Item, date: Day, isSale: boolean): void {
  if (date > writer.lastDay) return;
  const bank = writer.number('bank');
  writer.enter({
    sequence: writer.sequence(date, 1, 'Buchführung'),
    date,
    account: isSale ? bank : item.account,
    contra: isSale ? item.account : bank,
    amount: item.amount - item.paid,
    tax: null,
    text: `Zahlung ${item.text}`.slice(0, 60),
    documentField1: item.documentField1,
    documentLink: null,
    opening: false,
  });
  item.paid = item.amount;
}

/** Number of lines and of records of each month, and under 15 of all (onprem.md B.2). */
export function statisticsOf(year: Year): { month: number; journal: number; primaNota: number }[] {
  const months = new Map<number, { journal: number; primaNota: number }>();
  for (const entry of year.entries) {
    for (const month of [monthOf(entry.date), 15]) {
      const count = months.get(month) ?? { journal: 0, primaNota: 0 };
      count.journal += entry.tax ? 3 : 2;
      count.primaNota += 1;
      months.set(month, count);
    }
  }
  return [...months].sort(([a], [b]) => a - b).map(([month, count]) => ({ month, ...count }));
}
