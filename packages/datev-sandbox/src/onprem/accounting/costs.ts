import { type Found, listOf, oneOf } from '../answer.ts';
import { captionOf, technicalNumber } from '../books/accounts.ts';
import type { Books, Year } from '../books/types.ts';
import { addDays, midnight, monthOf, nextMonth } from '../days.ts';
import type { Wire } from '../wire.ts';
import { euros } from './money.ts';
import type { YearCall, YearReads } from './read.ts';

const system = 'cost-systems/*';

/** A call below a cost system: the first id is the system's. */
const within = (read: (call: YearCall, id: string | undefined) => Found) => (call: YearCall) =>
  systemsOf(call.books).some(({ id }) => id === call.ids[0]) ? read(call, call.ids[1]) : 'notFound';

/** Cost accounting: two systems, of which the first has cost centres; each month the rent is spread over them. Small companies have none. */
export const costReads: YearReads = {
  'cost-systems': { paged: true, read: ({ books }) => listOf(systemsOf(books)) },
  [system]: { read: ({ books, ids: [id] }) => oneOf(systemsOf(books), id) },
  [`${system}/cost-centers`]: { read: within((call) => listOf(centersOf(call))) },
  [`${system}/cost-centers/*`]: { read: within((call, id) => oneOf(centersOf(call), id)) },
  [`${system}/cost-center-properties`]: { paged: true, read: within(() => listOf(properties)) },
  [`${system}/cost-center-properties/*`]: { read: within((_call, id) => oneOf(properties, id)) },
  [`${system}/cost-sequences`]: { paged: true, read: within((call) => listOf(sequencesOf(call))) },
  [`${system}/cost-sequences/*`]: { read: within((call, id) => oneOf(sequencesOf(call), id)) },
  [`${system}/cost-sequences/*/cost-accounting-records`]: {
    paged: true,
    read: within((call, id) =>
      sequencesOf(call).some((one) => one['id'] === id) ? listOf(recordsOf(call, Number(id))) : 'notFound',
    ),
  },
};

const systemsOf = ({ costCenters }: Books): Wire[] =>
  costCenters.length === 0
    ? []
    : [1, 2].map((number) => ({
        id: String(number),
        short_name: `Kost ${number}`,
        is_activated_for_postings: number === 1,
        cost_field: String(number),
        number,
      }));

function centersOf({ books, year, ids: [systemId] }: YearCall): Wire[] {
  if (systemId !== '1') return [];
  return books.costCenters.map(({ id, name }) => ({
    id,
    properties: [{ id: '1', characteristic_id: 1 }],
    creation_date: '2023-01-09T08:30:00.000+01:00',
    date_last_modification: '2023-01-09T08:30:00.000+01:00',
    long_name: name,
    short_name: name.slice(0, 12),
    postable_from: midnight(year.begin),
    postable_to: midnight(year.end),
  }));
}

const properties: Wire[] = [
  {
    id: '1',
    characteristics: [
      { id: 1, description: 'Betrieb' },
      { id: 2, description: 'Projekt' },
    ],
    description: 'Bereich',
  },
];

/** One for each month in which rent was booked; its id is the month. */
function sequencesOf({ books, year, ids: [systemId] }: YearCall): Wire[] {
  if (systemId !== '1') return [];
  const rent = year.inside.sums().accounts.get(technicalNumber('rent', books.chart));
  return [...(rent?.months ?? [])].flatMap((cents, month) =>
    cents <= 0
      ? []
      : [
          {
            id: String(month),
            accounting_reason: 'independent_from_accounting_reason',
            description: `Umlage Miete ${String(month).padStart(2, '0')}`,
            month,
            processed_at: midnight(lastDayOf(year, month)),
          },
        ],
  );
}

function recordsOf({ books, year }: YearCall, month: number): Wire[] {
  const account = technicalNumber('rent', books.chart);
  const rent = year.inside.sums().accounts.get(account)?.months[month] ?? 0;
  const share = Math.floor(rent / books.costCenters.length);
  return books.costCenters.map(({ id }, index) => ({
    id: String(index + 1),
    // The first takes what does not divide.
    amount: euros(index === 0 ? rent - share * (books.costCenters.length - 1) : share),
    account_number: account,
    cost_center: id,
    date: midnight(lastDayOf(year, month)),
    debit_credit_identifier: 'S',
    text: captionOf(account, books.chart),
  }));
}

function lastDayOf({ begin, end }: Year, month: number): string {
  for (let first = begin; first <= end; first = nextMonth(first)) {
    const last = addDays(nextMonth(first), -1);
    if (monthOf(first) === month) return last < end ? last : end;
  }
  return end;
}
