import type { ConnectorOrder, ConnectorRow, Id, OpenItemRow, Posting } from '@bruecke/model';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../db/testDatabase.ts';
import { testFirms } from '../../../testFirms.ts';
import { createTestServices, day, hour, minute, type TestServices } from '../../../testServices.ts';
import { queueDueFigures } from '../jobs.ts';
import { balancesOf, postingsOf, type TestBooks, type TestYear } from '../testBooks.ts';
import { layLedger, type TestLedger } from '../testLedger.ts';

let db: TestDatabase;
let services: TestServices;
let make: ReturnType<typeof testFirms>;
beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db);
  make = testFirms(db, services);
});
afterAll(() => db.close());

let mandantId: Id;
let connectionId: Id;
let books: TestBooks;
let connect: TestLedger['connect'];
let sync: TestLedger['sync'];
let run: TestLedger['run'];
let last: TestYear;
let now: TestYear;

beforeEach(async () => {
  services.clock.set(new Date('2026-03-02T08:00:00.000Z'));
  ({ mandantId, connectionId, books, connect, sync, run } = await layLedger(db, services, make));
  last = books.addYear('2025-01-01', '2025-12-31');
  now = books.addYear('2026-01-01', '2026-12-31');
  for (const year of [last, now]) {
    books.book(year, { date: year.begin, account: 12_000_000, contra: 90_000_000, cents: 1_000_00, opening: true });
    for (const month of ['01', '02']) {
      const date = `${year.begin.slice(0, 4)}-${month}-10`;
      books.book(year, { date, account: 100_010_000, contra: 84_000_000, cents: 119_00, text: 'Rechnung' });
      books.book(year, { date, account: 49_300_000, contra: 12_000_000, cents: 12_34, text: 'Papier' });
    }
    books.finalise(year);
  }
  books.partners.set(100_010_000, 'Kunde AG');
});

const nextMorning = () => services.clock.forward(day);
const runs = () =>
  db.sql<{
    reason: string;
    state: string;
    whole: boolean;
    failure_code: string | null;
    months_read: number;
    check_calls: number;
    rows_read: number;
    rows_expected: number;
  }>('select * from sync_runs where mandant_id = $1 order by started_at, id', [mandantId]);

/** What is shown, as DATEV's rows have it. */
async function shown(fiscalYearId: string) {
  const [year] = await db.sql<{ year_no: number; stand: Date | null; difference_count: number }>(
    'select * from fiscal_years where mandant_id = $1 and fiscal_year_id = $2',
    [mandantId, fiscalYearId],
  );
  const postings = await db.sql<Record<string, unknown>>(
    `select p.* from postings p join fiscal_months m on m.mandant_id = p.mandant_id and m.load_no = p.load_no
      where p.mandant_id = $1 and m.year_no = $2`,
    [mandantId, year?.year_no],
  );
  const balances = await db.sql<{ account: number; balance: string; opening: string }>(
    'select * from account_balances where mandant_id = $1 and year_no = $2 order by account',
    [mandantId, year?.year_no],
  );
  return { year, postings, balances };
}
const keyOf = (
  row: Pick<Posting, 'date' | 'account' | 'contraAccount' | 'debit' | 'credit' | 'taxRate' | 'text' | 'documentLink'>,
) =>
  [row.date, row.account, row.contraAccount, row.debit, row.credit, row.taxRate, row.text, row.documentLink].join('|');
const storedKey = (row: Record<string, unknown>) =>
  [
    (row['date'] as Date).toLocaleDateString('sv-SE'),
    row['account'],
    row['contra_account'],
    row['debit'],
    row['credit'],
    Number(row['tax_rate']) / 100,
    row['text'],
    row['document_link'],
  ].join('|');

/** Every posting and every balance is DATEV's. */
async function expectSame(year: TestYear) {
  const found = await shown(year.fiscalYearId);
  expect(found.postings.map(storedKey).sort()).toEqual(postingsOf(year).map(keyOf).sort());
  expect(found.balances.map((row) => [row.account, Number(row.balance), Number(row.opening)])).toEqual(
    balancesOf(year).map((row) => [row.account, row.balance, row.opening]),
  );
  expect(await misplaced()).toEqual([]);
}

/** What Kontoblatt, journal and vouchers go by: postings in the order of their dates, the blocks of each account, those of each link. */
const misplaced = () =>
  db.sql(
    `with shown as (select * from postings where mandant_id = $1)
     select 'date' as what, load_no, no as place
       from (select *, lag(date) over (partition by load_no order by no) as before from shown) dated where date < before
     union all
     select 'account', load_no, account
       from (select load_no, account, array_agg(distinct first_no) as blocks from shown group by load_no, account) found
       full join (select load_no, account, blocks from load_sums where mandant_id = $1) said using (load_no, account)
      where found.blocks is distinct from said.blocks
     union all
     select 'link', load_no, first_no
       from (select distinct load_no, first_no, document_guid as guid, true as found from shown where document_guid is not null) found
       full join (select load_no, first_no, document_guid as guid, true as said from posting_links where mandant_id = $1) said
         using (load_no, first_no, guid)
      where found is null or said is null`,
    [mandantId],
  );
/** The books with DATEV's rows for one kind of order changed. */
const tellingOther = <K extends ConnectorOrder['kind']>(
  kind: K,
  change: (rows: ConnectorRow[], order: Extract<ConnectorOrder, { kind: K }>) => ConnectorRow[],
): TestBooks => ({
  ...books,
  answer: (order) => {
    const rows = books.answer(order);
    if (order.kind !== kind || typeof rows === 'string') return rows;
    return change(rows, order as Extract<ConnectorOrder, { kind: K }>);
  },
});
const openItem: OpenItemRow = {
  row: 'openItem',
  side: 'receivable',
  id: '20260101_1',
  account: 100_010_000,
  date: '2026-02-10',
  dueDate: '2026-02-24',
  amount: 119_00,
  open: 119_00,
  cleared: false,
  text: 'Rechnung',
  documentField1: 'RE-1',
  documentLink: 'BEDI "CB6A3C55-4CE7-4CC9-9AF7-0242AC120002"',
  dunningLevel: null,
  dunningBlock: false,
};
const left = async () => {
  const [row] = await db.sql<{ staged: string; orders: string; loads: string }>(
    `select (select count(*) from staged_rows where mandant_id = $1) as staged,
            (select count(*) from sync_orders where mandant_id = $1) as orders,
            (select count(distinct load_no) from postings p where mandant_id = $1 and not exists (
               select from fiscal_months m where m.mandant_id = p.mandant_id and p.load_no in (m.load_no, m.next_load))) as loads`,
    [mandantId],
  );
  return row;
};
const nothingLeft = { staged: '0', orders: '0', loads: '0' };

describe('a first run', () => {
  it('brings both years home, and asks for no month without a booking', async () => {
    const asked = await run();
    expect(asked.filter((one) => one.startsWith('readPostings')).sort()).toEqual([
      'readPostings 2025-01-01',
      'readPostings 2025-02-01',
      'readPostings 2026-01-01',
      'readPostings 2026-02-01',
    ]);
    expect(asked.slice(0, 3)).toEqual(['listYears', 'checkYear 20260101', 'checkYear 20250101']);
    await expectSame(last);
    await expectSame(now);
    expect(await runs()).toMatchObject([
      { reason: 'first', state: 'done', whole: true, check_calls: 6, months_read: 4 },
    ]);
    expect((await runs()).map((one) => [one.rows_read, one.rows_expected])).toEqual([['20', '20']]);
    expect((await shown('20260101')).year?.stand).toEqual(services.now());
    expect(await left()).toEqual(nothingLeft);
  });

  it('takes parts of any size', async () => {
    for (let n = 0; n < 40; n += 1)
      books.book(now, { date: '2026-02-20', account: 49_300_000, contra: 12_000_000, cents: n + 1 });
    await run({ partRows: 7 });
    await expectSame(now);
  });

  it.each([1, 4, 100])('lays postings by date that come in no order, %i in a part', async (partRows) => {
    const link = 'BEDI "CB6A3C55-4CE7-4CC9-9AF7-0242AC120002"';
    for (const day of ['03', '20', '11', '27', '05'])
      books.book(now, { date: `2026-02-${day}`, account: 49_300_000, contra: 12_000_000, cents: 7, link });
    await run({ partRows, books: [tellingOther('readPostings', (rows) => rows.toReversed())] });
    await expectSame(now);
  });

  it('reads a short year and one that goes over the turn of the year', async () => {
    books.years.clear();
    const short = books.addYear('2025-10-15', '2025-12-31');
    const odd = books.addYear('2026-01-01', '2026-06-30');
    books.book(short, { date: '2025-10-15', account: 12_000_000, contra: 84_000_000, cents: 5 });
    books.book(odd, { date: '2026-06-30', account: 12_000_000, contra: 84_000_000, cents: 7 });
    expect((await run()).filter((one) => one.startsWith('readPostings')).sort()).toEqual([
      'readPostings 2025-10-15',
      'readPostings 2026-06-01',
    ]);
    await expectSame(short);
    await expectSame(odd);
  });
});

describe('a month that DATEV leaves out of its counts', () => {
  /** Whether March, left out of the counts, is asked for; the sum over all months counts every booking. */
  const march = async () => {
    const counted = tellingOther('checkYear', (rows) =>
      rows.filter((row) => row.row !== 'statistics' || row.month !== 3),
    );
    return (await run({ books: [counted] })).includes('readPostings 2026-03-01');
  };

  it('is read where the sum over all months says that there is more, though no account moved in the end', async () => {
    books.book(now, { date: '2026-03-01', account: 49_300_000, contra: 12_000_000, cents: 7 });
    books.book(now, { date: '2026-03-01', account: 12_000_000, contra: 49_300_000, cents: 7 });
    expect(await march()).toBe(true);
    await expectSame(now);
  });

  it('is not asked for where the sum is that of the others', async () => {
    expect(await march()).toBe(false);
    await expectSame(now);
  });
});

describe('a later run', () => {
  beforeEach(async () => {
    await run();
    nextMorning();
  });

  it('costs three calls per year where nothing moved, and says so with a new Stand', async () => {
    const asked = await run();
    expect(asked.sort()).toEqual(['checkYear 20250101', 'checkYear 20260101', 'readPartners 20260101']);
    expect((await runs()).at(-1)).toMatchObject({ reason: 'scheduled', state: 'done', check_calls: 6, months_read: 0 });
    expect((await shown('20250101')).year?.stand).toEqual(services.now());
  });

  it('reads the one month that a booking went into, and its open items', async () => {
    books.book(now, { date: '2026-02-11', account: 49_300_000, contra: 12_000_000, cents: 99 });
    const asked = await run();
    expect(asked.filter((one) => one.startsWith('read')).sort()).toEqual([
      'readOpenItems 20260101',
      'readPartners 20260101',
      'readPostings 2026-02-01',
    ]);
    await expectSame(now);
    expect(await left()).toEqual(nothingLeft);
  });

  it('sees a correction that keeps the count, and one that only moves an amount to another account', async () => {
    const [, first, second] = now.bookings;
    if (first) first.cents += 1;
    if (second) second.account = 49_400_000;
    expect((await run()).filter((one) => one.startsWith('readPostings'))).toEqual(['readPostings 2026-01-01']);
    await expectSame(now);
  });

  it('sees a corrected opening value, which neither a count nor a turnover shows', async () => {
    const opening = now.bookings.find((one) => one.opening);
    if (opening) opening.cents += 5;
    expect((await run()).filter((one) => one.startsWith('readPostings'))).toEqual(['readPostings 2026-01-01']);
    await expectSame(now);
  });

  it('sees a booking taken away, and a month that is empty then', async () => {
    now.bookings = now.bookings.filter((one) => !one.date.startsWith('2026-02'));
    expect((await run()).filter((one) => one.startsWith('readPostings'))).toEqual([]);
    await expectSame(now);
    expect(await left()).toEqual(nothingLeft);
  });

  it('does not see a changed text before everything is read, and then it does', async () => {
    const booking = now.bookings.find((one) => one.text === 'Papier');
    if (booking) booking.text = 'Pappe';
    await run();
    expect((await shown('20260101')).postings.map((row) => row['text'])).not.toContain('Pappe');
    services.clock.forward(7 * day);
    const asked = await run();
    expect(asked.filter((one) => one.startsWith('readPostings'))).toHaveLength(4);
    expect((await runs()).at(-1)).toMatchObject({ whole: true, state: 'done' });
    await expectSame(now);
  });

  it('reads a month with an open batch every day, and once more when it is final', async () => {
    const batch = now.batches.get('02-2026/0001');
    if (batch) batch.committed = false;
    for (const booking of now.bookings) if (booking.date.startsWith('2026-02')) booking.text = 'geändert';
    expect((await run()).filter((one) => one.startsWith('readPostings'))).toEqual(['readPostings 2026-02-01']);
    await expectSame(now);
    nextMorning();
    expect((await run()).filter((one) => one.startsWith('readPostings'))).toEqual(['readPostings 2026-02-01']);
    nextMorning();
    if (batch) batch.committed = true;
    expect((await run()).filter((one) => one.startsWith('readPostings'))).toEqual(['readPostings 2026-02-01']);
    nextMorning();
    expect((await run()).filter((one) => one.startsWith('readPostings'))).toEqual([]);
  });

  it('reads the month that a batch has left and the one it came to when its dates move', async () => {
    Object.assign(now.batches.get('02-2026/0001') ?? {}, { from: '2026-01-15', to: '2026-01-31' });
    for (const booking of now.bookings) booking.text = 'verschoben';
    expect((await run()).filter((one) => one.startsWith('readPostings')).sort()).toEqual([
      'readPostings 2026-01-01',
      'readPostings 2026-02-01',
    ]);
    await expectSame(now);
  });

  it('reads the month of a batch that is gone, once', async () => {
    now.batches.delete('02-2026/0001');
    expect((await run()).filter((one) => one.startsWith('readPostings'))).toEqual(['readPostings 2026-02-01']);
    nextMorning();
    expect((await run()).filter((one) => one.startsWith('readPostings'))).toEqual([]);
  });

  it('does not run at night, on a weekend, or again right away', async () => {
    await run();
    await sync();
    services.clock.set(new Date('2026-03-07T08:00:00Z'));
    await db.sql("update ledgers set due_at = '2026-03-09T04:00:00Z' where mandant_id = $1", [mandantId]);
    expect(await run()).toEqual([]);
    services.clock.set(new Date('2026-03-09T04:30:00Z'));
    expect(await run()).not.toEqual([]);
  });

  it('asks for the years when a new one must have begun', async () => {
    services.clock.set(new Date('2027-01-04T08:00:00Z'));
    books.addYear('2027-01-01', '2027-12-31');
    await db.sql('update ledgers set read_whole_at = $2 where mandant_id = $1', [mandantId, services.now()]);
    const asked = await run();
    expect(asked).toContain('listYears');
    expect(asked).toContain('checkYear 20270101');
  });
});

describe('an interruption', () => {
  it('in the middle of a month goes on with that month, and nothing is there twice', async () => {
    for (let n = 0; n < 30; n += 1)
      books.book(now, { date: '2026-02-20', account: 49_300_000, contra: 12_000_000, cents: n + 1 });
    await sync();
    const parts: number[] = [];
    await connect({
      partRows: 8,
      afterPart: ({ order }, part) => {
        if (order.kind === 'readPostings') parts.push(part);
        return parts.length === 3 ? 'stop' : undefined;
      },
    });
    expect((await shown('20260101')).postings).toEqual([]);
    await connect({ partRows: 5 });
    await expectSame(now);
    await expectSame(last);
    expect(await left()).toEqual(nothingLeft);
  });

  it('by an outage keeps the months that are there already, and reads only the rest', async () => {
    await sync();
    const months: string[] = [];
    await connect({
      before: ({ order }) => {
        if (order.kind === 'readPostings') months.push(order.from);
        return order.kind === 'readPostings' && months.length > 1 ? 'connectionRefused' : undefined;
      },
    });
    expect((await runs()).at(-1)).toMatchObject({ state: 'failed', failure_code: 'connectionRefused' });
    expect(await run()).toEqual([]);
    services.clock.forward(15 * minute);
    const asked = await run();
    expect(asked.filter((one) => one.startsWith('readPostings'))).toHaveLength(3);
    await expectSame(now);
    await expectSame(last);
    expect(await left()).toEqual(nothingLeft);
  });

  it('by an outage in which a loaded month moved reads that one again', async () => {
    await sync();
    await connect({
      before: ({ order }) => (order.kind === 'readPostings' && order.from > '2026-01-31' ? 'unavailable' : undefined),
    });
    books.book(now, { date: '2026-01-12', account: 49_300_000, contra: 12_000_000, cents: 3 });
    services.clock.forward(hour);
    await run();
    await expectSame(now);
  });

  it('by an outage in which a loaded month went back to what is shown drops what was loaded', async () => {
    await run();
    const before = [...now.bookings];
    for (const date of ['2026-01-12', '2026-02-12'])
      books.book(now, { date, account: 49_300_000, contra: 12_000_000, cents: 3 });
    nextMorning();
    await sync();
    await connect({
      before: ({ order }) => (order.kind === 'readPostings' && order.from > '2026-01-31' ? 'unavailable' : undefined),
    });
    now.bookings = before;
    services.clock.forward(hour);
    expect((await run()).filter((one) => one.startsWith('readPostings'))).toEqual([]);
    await expectSame(now);
    expect(await left()).toEqual(nothingLeft);
  });

  it('by switching off leaves what is shown, and on again begins anew', async () => {
    await run();
    nextMorning();
    books.book(now, { date: '2026-02-11', account: 49_300_000, contra: 12_000_000, cents: 99 });
    await sync();
    await connect({ before: ({ order }) => (order.kind === 'readPostings' ? 'stop' : undefined) });
    await db.sql('update connections set switched_on = false, switched_at = $2 where id = $1', [
      connectionId,
      services.now(),
    ]);
    expect((await runs()).at(-1)).toMatchObject({ state: 'cancelled' });
    await sync();
    expect(await left()).toEqual(nothingLeft);
    expect((await shown('20260101')).postings).toHaveLength(10);
    await db.sql('update connections set switched_on = true where id = $1', [connectionId]);
    await run();
    await expectSame(now);
  });

  it('that took the orders away ends the run, so that another can begin', async () => {
    await sync();
    await db.sql("update connector_orders set state = 'cancelled' where mandant_id = $1", [mandantId]);
    services.clock.forward(11 * minute);
    expect(await queueDueFigures(services)).toBeGreaterThan(0);
    await run();
    expect((await runs()).map((one) => one.state)).toEqual(['cancelled', 'done']);
    await expectSame(now);
  });
});

describe('the control sum', () => {
  it('misses an account that has balances and no posting at all', async () => {
    const wrong = tellingOther('readPostings', (rows) =>
      rows.filter((row) => row.row !== 'postings' || row.account[0] !== 49_300_000),
    );
    await run({ books: [wrong] });
    const missing = { account: 49_300_000, postings: 0, balances: 12_34 };
    expect((await shown('20260101')).year).toMatchObject({
      difference_count: 2,
      differences: [
        { ...missing, month: 1 },
        { ...missing, month: 2 },
      ],
    });
  });

  it('asks again when the year moved while it was read', async () => {
    await sync();
    let booked = false;
    await connect({
      before: ({ order }) => {
        if (order.kind !== 'readPostings' || order.from !== '2026-02-01' || booked) return undefined;
        booked = true;
        books.book(now, { date: '2026-02-12', account: 49_300_000, contra: 12_000_000, cents: 4_56 });
        return undefined;
      },
    });
    await expectSame(now);
    expect((await shown('20260101')).year?.difference_count).toBe(0);
    expect((await runs()).at(-1)).toMatchObject({ state: 'done' });
  });

  it('reads the year once more when it does not add up, then shows the difference; and does not read for ever', async () => {
    const wrong = tellingOther('readPostings', (rows, order) => (order.from === '2026-02-01' ? rows.slice(1) : rows));
    const asked = await run({ books: [wrong] });
    const months = asked.filter((one) => one === 'readPostings 2026-02-01');
    expect(months).toHaveLength(2);
    // Twelve of the second reading, two of the first.
    expect(asked.filter((one) => one.startsWith('readPostings 2026'))).toHaveLength(14);
    const { year } = await shown('20260101');
    expect(year?.difference_count).toBe(1);
    expect(year).toMatchObject({ differences: [{ account: 100_010_000, month: 2, postings: 0, balances: 119_00 }] });
    expect((await runs()).at(-1)).toMatchObject({ state: 'done' });

    nextMorning();
    books.book(now, { date: '2026-02-12', account: 49_300_000, contra: 12_000_000, cents: 1 });
    const again = await run({ books: [wrong] });
    expect(again.filter((one) => one.startsWith('readPostings'))).toEqual(['readPostings 2026-02-01']);
    nextMorning();
    books.book(now, { date: '2026-02-12', account: 49_300_000, contra: 12_000_000, cents: 1 });
    await run();
    expect((await shown('20260101')).year?.difference_count).toBe(0);
    await expectSame(now);
  });
});

describe('without the posting licence', () => {
  it('rebuilds from batch records and says so; with it, reads the postings', async () => {
    books.setLicence(false);
    const asked = await run();
    expect(asked.filter((one) => one.startsWith('readRecords'))).toHaveLength(4);
    expect((await runs()).at(-1)).toMatchObject({ state: 'done', failure_code: null });
    const months = await db.sql<{ rebuilt: boolean }>(
      'select rebuilt from fiscal_months where mandant_id = $1 and row_count > 0',
      [mandantId],
    );
    expect(months.map((row) => row.rebuilt)).toEqual([true, true, true, true]);
    expect((await shown('20260101')).postings).toHaveLength(10);

    nextMorning();
    expect((await run()).filter((one) => one.startsWith('read'))).toEqual(['readPartners 20260101']);
    books.setLicence(true);
    services.clock.forward(8 * day);
    expect((await run()).filter((one) => one.startsWith('readPostings'))).toHaveLength(4);
    const after = await db.sql('select from fiscal_months where mandant_id = $1 and rebuilt', [mandantId]);
    expect(after).toEqual([]);
    await expectSame(now);
  });

  it('rebuilds a batch without dates with the first month', async () => {
    books.setLicence(false);
    Object.assign(now.batches.get('02-2026/0001') ?? {}, { from: null, to: null });
    expect((await run()).filter((one) => one === 'readRecords 20260101')).toHaveLength(1);
    expect((await shown('20260101')).postings).toHaveLength(10);
  });

  it('keeps what was read with it, and rebuilds only what moved', async () => {
    await run();
    books.setLicence(false);
    services.clock.forward(8 * day);
    books.book(now, { date: '2026-02-12', account: 49_300_000, contra: 12_000_000, cents: 1 });
    await run();
    const months = await db.sql<{ month: string; rebuilt: boolean }>(
      "select to_char(month, 'YYYY-MM') as month, rebuilt from fiscal_months where mandant_id = $1 and row_count > 0 order by 1",
      [mandantId],
    );
    expect(months.filter((row) => row.rebuilt).map((row) => row.month)).toEqual(['2026-02']);
    expect((await shown('20260101')).postings).toHaveLength(12);
  });
});

describe('whoever asks for it', () => {
  it('is found by the clock, by an open page, and not otherwise', async () => {
    await run();
    const due = () => queueDueFigures(services);
    const others = await due();
    const [{ due_at: dueAt } = { due_at: new Date(0) }] = await db.sql<{ due_at: Date }>(
      'select due_at from ledgers where mandant_id = $1',
      [mandantId],
    );
    services.clock.set(new Date(dueAt.getTime() - minute));
    const before = await due();
    services.clock.set(dueAt);
    expect(await due()).toBeGreaterThan(others);
    services.clock.set(new Date(dueAt.getTime() - minute));
    await db.sql('update ledgers set looked_at = $2 where mandant_id = $1', [mandantId, services.now()]);
    expect(await due()).toBe(before + 1);
    expect(await run()).toEqual(['checkYear 20260101', 'checkYear 20250101']);
    expect((await runs()).at(-1)).toMatchObject({ reason: 'looking' });
    expect(await run()).toEqual([]);
  });
});

describe('partners, terms and open items', () => {
  it('open items that could not be read with the postings they belong to are read by the next run, though nothing moved since', async () => {
    await run();
    nextMorning();
    books.book(now, { date: '2026-02-12', account: 100_010_000, contra: 84_000_000, cents: 119_00 });
    now.openItems = [openItem];
    await run({ before: ({ order }) => (order.kind === 'readOpenItems' ? 'unavailable' : undefined) });
    expect(await db.sql('select open from open_items where mandant_id = $1', [mandantId])).toEqual([]);
    nextMorning();
    expect(await run()).toContain('readOpenItems 20260101');
    expect(await db.sql('select open from open_items where mandant_id = $1', [mandantId])).toEqual([{ open: '11900' }]);
    nextMorning();
    expect(await run()).not.toContain('readOpenItems 20260101');
  });

  it('come with names, and go when DATEV has them no more', async () => {
    books.partners.set(700_010_000, 'Lieferant KG');
    now.openItems = [openItem];
    await run();
    const partners = () =>
      db.sql<{ account: number; name: string }>(
        'select account, name from partners where mandant_id = $1 order by account',
        [mandantId],
      );
    expect((await partners()).map((row) => row.name)).toEqual(['Kunde AG', 'Lieferant KG']);
    expect(await db.sql('select caption from terms_of_payment where mandant_id = $1', [mandantId])).toHaveLength(1);
    expect(await db.sql('select open, document_guid from open_items where mandant_id = $1', [mandantId])).toEqual([
      { open: '11900', document_guid: 'cb6a3c55-4ce7-4cc9-9af7-0242ac120002' },
    ]);
    books.partners.delete(700_010_000);
    now.openItems = [];
    nextMorning();
    await run();
    expect(await partners()).toHaveLength(2);
    services.clock.forward(7 * day);
    await run();
    expect(await partners()).toHaveLength(1);
    expect(await db.sql('select from open_items where mandant_id = $1', [mandantId])).toEqual([]);
  });
});
