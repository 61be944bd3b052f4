import type { TestBooks, TestYear } from '../../server/src/modules/accounting/testBooks.ts';

const bank = 12_000_000;
const cash = 10_000_000;
const capital = 90_000_000;
const goods = 34_000_000;
const sales19 = 84_000_000;
const sales7 = 83_000_000;
const wages = 41_200_000;
const rent = 42_100_000;
const power = 42_400_000;
const vans = 45_300_000;
const advertising = 46_000_000;
const office = 49_300_000;
const interest = 21_200_000;

/** Captions of the accounts below, as SKR03 has them. */
export const captions: ReadonlyMap<number, string> = new Map([
  [bank, 'Bank'],
  [cash, 'Kasse'],
  [capital, 'Saldenvorträge Sachkonten'],
  [goods, 'Wareneingang 19 % Vorsteuer'],
  [sales19, 'Erlöse 19 % USt'],
  [sales7, 'Erlöse 7 % USt'],
  [wages, 'Gehälter'],
  [rent, 'Miete für unbewegliche Wirtschaftsgüter'],
  [power, 'Gas, Strom, Wasser'],
  [vans, 'Laufende Kfz-Betriebskosten'],
  [advertising, 'Werbekosten'],
  [office, 'Bürobedarf'],
  [interest, 'Zinsaufwendungen für langfristige Verbindlichkeiten'],
]);

export const partners: ReadonlyMap<number, string> = new Map([
  [100_010_000, 'Hotel Seeblick GmbH'],
  [100_020_000, 'Gasthof Zur Linde'],
  [100_030_000, 'Café Morgenrot'],
  [100_040_000, 'Stadt Rosenheim, Schulverpflegung'],
  [700_010_000, 'Mühle Weber KG'],
  [700_020_000, 'Stadtwerke Rosenheim'],
  [700_030_000, 'Molkerei Chiemgau eG'],
]);
const supplier = 700_010_000;

const customers = [...partners.keys()].filter((account) => account < 700_000_000);
const mills = [700_010_000, 700_030_000];
const two = (value: number) => String(value).padStart(2, '0');

/** Two years of a bakery, the same in every run; the second ends with February. `link`: of the newest invoice of the supplier. */
export function bookYears(books: TestBooks, { link }: { link: string }): void {
  const last = books.addYear('2025-01-01', '2025-12-31');
  books.book(last, { date: '2025-01-01', account: bank, contra: capital, cents: 18_400_00, opening: true });
  for (let month = 1; month <= 12; month += 1) bookMonth(books, last, `2025-${two(month)}`, month);
  books.finalise(last);
  const year = books.addYear('2026-01-01', '2026-12-31');
  books.book(year, { date: '2026-01-01', account: bank, contra: capital, cents: 23_950_00, opening: true });
  bookMonth(books, year, '2026-01', 14);
  books.finalise(year);
  bookMonth(books, year, '2026-02', 15);
  books.book(year, {
    date: '2026-02-26',
    account: goods,
    contra: supplier,
    cents: 1_234_56,
    text: 'Mehl und Saaten, Rechnung 4711',
    field1: '4711',
    link,
  });
  layItems(year, link);
}

/** Sums move with the month, so that no two months are alike. */
function bookMonth(books: TestBooks, year: TestYear, month: string, n: number): void {
  const grow = (cents: number, step: number) => cents + ((n * 37) % 11) * step;
  const at = (day: number) => `${month}-${two(day)}`;
  for (const [index, customer] of customers.entries()) {
    const cents = grow(1_480_00 - index * 210_00, 61_30);
    const field1 = `RE-${month.replace('-', '')}${index + 1}`;
    const text = `Lieferungen ${partners.get(customer) ?? ''}`.slice(0, 60);
    books.book(year, { date: at(3 + index * 2), account: customer, contra: sales7, cents, text, field1 });
    if (index !== 3)
      books.book(year, { date: at(18 + index), account: bank, contra: customer, cents, text: 'Zahlung', field1 });
  }
  for (let day = 1; day <= 27; day += 2)
    books.book(year, {
      date: at(day),
      account: cash,
      contra: sales19,
      cents: grow(384_10, 9_45 + day),
      text: 'Tageseinnahmen Laden',
    });
  for (const [index, mill] of mills.entries()) {
    const cents = grow(1_120_00 + index * 95_00, 42_17);
    const field1 = `${month.replace('-', '')}-${index + 7}`;
    const text = `Rechnung ${partners.get(mill) ?? ''}`;
    books.book(year, { date: at(5 + index), account: goods, contra: mill, cents, text, field1 });
    books.book(year, { date: at(20 + index), account: mill, contra: bank, cents, text: 'Überweisung', field1 });
  }
  books.book(year, { date: at(2), account: rent, contra: bank, cents: 1_450_00, text: 'Miete Backstube und Laden' });
  books.book(year, {
    date: at(8),
    account: power,
    contra: 700_020_000,
    cents: grow(512_40, 17_20),
    text: 'Abschlag Strom und Gas',
  });
  books.book(year, {
    date: at(22),
    account: 700_020_000,
    contra: bank,
    cents: grow(512_40, 17_20),
    text: 'Lastschrift Stadtwerke',
  });
  books.book(year, { date: at(12), account: vans, contra: bank, cents: grow(188_30, 7_90), text: 'Diesel' });
  if (n % 3 === 0)
    books.book(year, {
      date: at(14),
      account: advertising,
      contra: bank,
      cents: grow(240_00, 11_00),
      text: 'Anzeige Wochenblatt',
    });
  books.book(year, { date: at(15), account: office, contra: cash, cents: grow(31_25, 2_15), text: 'Bürobedarf' });
  books.book(year, { date: at(25), account: cash, contra: bank, cents: 0 + grow(50_00, 5_00), text: 'Wechselgeld' });
  books.book(year, {
    date: at(26),
    account: wages,
    contra: bank,
    cents: n === 8 ? 9_850_00 : 4_320_00,
    text: 'Löhne und Gehälter',
  });
  books.book(year, { date: at(28), account: interest, contra: bank, cents: 96_40, text: 'Zinsen Darlehen' });
}

function layItems(year: TestYear, link: string): void {
  const school = 100_040_000;
  const common = { row: 'openItem', cleared: false, dunningBlock: false, documentLink: null } as const;
  const due = [
    ['2025-11-20', 712_40, '2'],
    ['2025-12-28', 640_10, '1'],
    ['2026-01-24', 655_00, null],
    ['2026-02-20', 720_85, null],
    ['2026-03-14', 701_20, null],
  ] as const;
  for (const [index, [dueDate, cents, dunningLevel]] of due.entries()) {
    const text = 'Schulverpflegung';
    const documentField1 = `RE-${index + 90}`;
    const amounts = { amount: cents, open: index === 1 ? cents - 200_00 : cents };
    year.openItems.push({
      ...common,
      side: 'receivable',
      id: `r${index}`,
      account: school,
      date: dueDate,
      dueDate,
      ...amounts,
      text,
      documentField1,
      dunningLevel,
    });
  }
  year.openItems.push(
    {
      ...common,
      side: 'receivable',
      id: 'r9',
      account: 100_010_000,
      date: '2026-02-25',
      dueDate: '2026-03-11',
      amount: -84_00,
      open: -84_00,
      text: 'Gutschrift',
      documentField1: 'GS-3',
      dunningLevel: null,
    },
    {
      ...common,
      side: 'payable',
      id: 'p1',
      account: supplier,
      date: '2026-02-26',
      dueDate: '2026-03-12',
      amount: -1_234_56,
      open: -1_234_56,
      text: 'Mehl und Saaten',
      documentField1: '4711',
      documentLink: link,
      dunningLevel: null,
    },
    {
      ...common,
      side: 'payable',
      id: 'p2',
      account: 700_020_000,
      date: '2026-01-30',
      dueDate: '2026-02-13',
      amount: -318_70,
      open: -318_70,
      text: 'Nachzahlung',
      documentField1: 'SW-88',
      dunningLevel: null,
    },
  );
}
