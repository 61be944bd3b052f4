import type { Id } from '@bruecke/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inMandant } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import { createTestDatabase, type TestDatabase } from '../../../db/testDatabase.ts';
import { type TestFirms, testFirms } from '../../../testFirms.ts';
import { createTestServices, ctxOf, type TestServices } from '../../../testServices.ts';
import type { TestBooks, TestYear } from '../testBooks.ts';
import { layLedger, type TestLedger } from '../testLedger.ts';
import { readAccount, showAccount } from './accountSheet.ts';
import { showBwa } from './bwa.ts';
import { showCharts } from './charts.ts';
import { type JournalInput, readJournal, showJournal } from './journal.ts';
import { showOpenItems } from './openItems.ts';
import { showPostingsOfVoucher } from './postingsOfVoucher.ts';
import { showState } from './state.ts';
import { showSums } from './sums.ts';
import { listYears } from './years.ts';

const bank = 12_000_000;
const customer = 100_010_000;
const supplier = 700_010_000;
const sales = 84_000_000;
const goods = 34_000_000;
const paper = 49_300_000;
const free = 44_440_000;

let db: TestDatabase;
let services: TestServices;
let make: TestFirms;
let ledger: TestLedger;
let books: TestBooks;
let year: TestYear;
let mandantId: Id;
let ctx: Ctx;
const documentGuid = 'cb6a3c55-4ce7-4cc9-9af7-0242ac120002';

function bookLastYear(last: TestYear): void {
  books.book(last, { date: '2025-02-10', account: bank, contra: sales, cents: 500_00 });
  books.book(last, { date: '2025-03-10', account: paper, contra: bank, cents: 20_00 });
}

function bookThisYear(): void {
  books.book(year, { date: '2026-01-01', account: bank, contra: 90_000_000, cents: 1_000_00, opening: true });
  books.book(year, {
    date: '2026-01-05',
    account: customer,
    contra: sales,
    cents: 800_00,
    text: 'Rechnung Łódź',
    field1: 'RE-1',
  });
  books.book(year, {
    date: '2026-01-20',
    account: goods,
    contra: supplier,
    cents: 300_00,
    link: `BEDI "${documentGuid.toUpperCase()}"`,
  });
  books.book(year, { date: '2026-02-03', account: bank, contra: customer, cents: 800_00, text: 'Zahlung 100 %' });
  books.book(year, { date: '2026-02-10', account: paper, contra: bank, cents: 12_34, text: 'Papier' });
  books.book(year, { date: '2026-02-11', account: free, contra: bank, cents: 7_00 });
  const item = {
    row: 'openItem',
    date: '2026-01-20',
    cleared: false,
    text: 'Ware',
    dunningLevel: null,
    dunningBlock: false,
  } as const;
  year.openItems.push(
    {
      ...item,
      side: 'payable',
      id: '1',
      account: supplier,
      dueDate: '2026-02-01',
      amount: -300_00,
      open: -300_00,
      documentField1: 'L-7',
      documentLink: `BEDI "${documentGuid}"`,
    },
    {
      ...item,
      side: 'receivable',
      id: '2',
      account: customer,
      dueDate: '2026-03-01',
      amount: 50_00,
      open: 50_00,
      documentField1: 'RE-2',
      documentLink: null,
    },
    {
      ...item,
      side: 'receivable',
      id: '3',
      account: customer,
      dueDate: '2026-04-01',
      amount: 70_00,
      open: 60_00,
      documentField1: 'RE-3',
      documentLink: null,
    },
    {
      ...item,
      side: 'receivable',
      id: '4',
      account: customer,
      dueDate: null,
      amount: 10_00,
      open: 0,
      cleared: true,
      documentField1: 'RE-0',
      documentLink: null,
    },
  );
}

beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db);
  make = testFirms(db, services);
  ledger = await layLedger(db, services, make);
  ({ books, mandantId } = ledger);
  books.partners.set(customer, 'Kunde AG').set(supplier, 'Lieferant KG');
  const last = books.addYear('2025-01-01', '2025-12-31');
  year = books.addYear('2026-01-01', '2026-12-31');
  bookLastYear(last);
  bookThisYear();
  books.finalise(year);
  await ledger.run();
  ctx = ctxOf(services, await make.member(mandantId, 'Clara Eigen'));
});
afterAll(() => db.close());

const at = (yearNo = 2) => ({ mandantId, yearNo });

describe('years and state', () => {
  it('list the newest first, with months and what they rest on', async () => {
    const { years } = await listYears(ctx, { mandantId });
    expect(years.map((one) => [one.label, one.yearNo, one.stand, one.partial])).toEqual([
      ['2026', 2, services.now().toISOString(), null],
      ['2025', 1, services.now().toISOString(), null],
    ]);
    expect(years[0]?.months.slice(0, 3)).toMatchObject([
      { month: '2026-01', rows: 6, final: true, rebuilt: false },
      { month: '2026-02', rows: 6, final: true },
      { month: '2026-03', rows: 0 },
    ]);
    // The batches of the other year are still open.
    expect(years[1]?.months.filter((month) => !month.final).map((month) => month.month)).toEqual([
      '2025-02',
      '2025-03',
    ]);
  });

  it('say how the last run went and when the next comes', async () => {
    expect(await showState(ctx, { mandantId })).toMatchObject({
      connection: 'on',
      run: null,
      lastRun: { state: 'done', reason: 'first', monthsChanged: 4, rowsRead: 16 },
      wholeEveryDays: 7,
    });
  });
});

describe('Summen und Salden', () => {
  it('are one row per account, and add up to nothing', async () => {
    const sums = await showSums(ctx, at());
    expect(sums.rows.map((row) => [row.number, row.opening, row.debit, row.credit, row.turnover, row.balance])).toEqual(
      [
        ['1200', 1_000_00, 800_00, 19_34, 780_66, 1_780_66],
        ['3400', 0, 300_00, 0, 300_00, 300_00],
        ['4444', 0, 7_00, 0, 7_00, 7_00],
        ['4930', 0, 12_34, 0, 12_34, 12_34],
        ['8400', 0, 0, 800_00, -800_00, -800_00],
        ['9000', -1_000_00, 0, 0, 0, -1_000_00],
        ['10001', 0, 800_00, 800_00, 0, 0],
        ['70001', 0, 0, 300_00, -300_00, -300_00],
      ],
    );
    expect(sums.totals).toEqual({
      accounts: 8,
      opening: 0,
      debit: 1_919_34,
      credit: 1_919_34,
      turnover: 0,
      balance: 0,
    });
  });

  it('of a period begin with the balance before it', async () => {
    const { rows, period } = await showSums(ctx, { ...at(), from: '2026-02', to: '2026-02', class: 'debtor' });
    expect(period).toEqual({ from: '2026-02', to: '2026-02' });
    expect(rows).toMatchObject([
      { number: '10001', opening: 800_00, debit: 0, credit: 800_00, turnover: -800_00, balance: 0, rows: 1 },
    ]);
  });

  it('go on page by page, with the totals of all', async () => {
    const first = await showSums(ctx, { ...at(), limit: 3 });
    const second = await showSums(ctx, { ...at(), limit: 3, cursor: first.next ?? '' });
    const third = await showSums(ctx, { ...at(), limit: 3, cursor: second.next ?? '' });
    expect([first, second, third].map((page) => page.rows.length)).toEqual([3, 3, 2]);
    expect([second.totals, third.totals]).toEqual([first.totals, first.totals]);
    expect(third.next).toBeNull();
  });

  it('are found by number and by caption', async () => {
    const found = async (text: string) => (await showSums(ctx, { ...at(), text })).rows.map((row) => row.number);
    expect(await found('84')).toEqual(['8400']);
    expect(await found('konto 3400')).toEqual(['3400']);
    expect(await found('%')).toEqual([]);
    expect((await showSums(ctx, { ...at(), text: 'nichts' })).totals.accounts).toBe(0);
  });

  it('refuse months of another year, and years that are not there', async () => {
    await expect(showSums(ctx, { ...at(), from: '2025-02' })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(showSums(ctx, { ...at(), from: '2026-03', to: '2026-02' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await expect(showSums(ctx, at(9))).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('Kontoblatt', () => {
  it('begins with the EB-Wert, which is no movement, and runs to the balance row by row', async () => {
    const sheet = await showAccount(ctx, { ...at(), account: bank });
    expect(sheet.rows.map((row) => [row.date, row.debit, row.credit, row.balance])).toEqual([
      ['2026-02-03', 800_00, 0, 1_800_00],
      ['2026-02-10', 0, 12_34, 1_787_66],
      ['2026-02-11', 0, 7_00, 1_780_66],
    ]);
    expect(sheet).toMatchObject({
      opening: 1_000_00,
      debit: 800_00,
      credit: 19_34,
      balance: 1_780_66,
      rowCount: 4,
      next: null,
    });
    expect(sheet.rows[0]).toMatchObject({
      number: '1200',
      contraNumber: '10001',
      contraCaption: `Konto ${customer}`,
      taxRate: 19,
    });
  });

  it('says of every account and period what Summen und Salden says, and its rows lead from one balance to the other', async () => {
    for (const period of [{}, { from: '2026-01', to: '2026-01' }, { from: '2026-02' }, { from: '2026-03' }])
      for (const row of (await showSums(ctx, { ...at(), ...period })).rows) {
        const sheet = await showAccount(ctx, { ...at(), ...period, account: row.account });
        const { opening, debit, credit, balance, rows } = row;
        expect(sheet).toMatchObject({ opening, debit, credit, balance, rowCount: rows });
        expect(opening + debit - credit).toBe(balance);
        expect(sheet.rows.at(-1)?.balance ?? opening).toBe(balance);
        const newest = await showAccount(ctx, { ...at(), ...period, account: row.account, order: 'newestFirst' });
        expect({ ...newest, rows: newest.rows.toReversed() }).toEqual(sheet);
      }
  });

  it('of a month begins with what came before', async () => {
    const sheet = await showAccount(ctx, { ...at(), account: bank, from: '2026-02', to: '2026-02' });
    expect(sheet).toMatchObject({ opening: 1_000_00, debit: 800_00, credit: 19_34, balance: 1_780_66 });
    expect(sheet.rows.map((row) => row.balance)).toEqual([1_800_00, 1_787_66, 1_780_66]);
  });

  it.each(['oldestFirst', 'newestFirst'] as const)(
    'goes on page by page with the balance carried, %s, also over a month that was read anew meanwhile',
    async (order) => {
      const whole = (await showAccount(ctx, { ...at(), account: bank, order })).rows;
      const rows: typeof whole = [];
      let cursor: string | undefined;
      do {
        const page = await showAccount(ctx, { ...at(), account: bank, order, limit: 1, cursor });
        rows.push(...page.rows);
        cursor = page.next ?? undefined;
      } while (cursor);
      expect(rows).toEqual(whole);

      const first = await showAccount(ctx, { ...at(), account: bank, order, limit: 1 });
      await db.sql('update fiscal_months set read_at = $2 where mandant_id = $1', [mandantId, new Date(0)]);
      await db.sql('update ledgers set read_whole_at = null, due_at = null where mandant_id = $1', [mandantId]);
      await ledger.run();
      const second = await showAccount(ctx, { ...at(), account: bank, order, limit: 2, cursor: first.next ?? '' });
      expect(second.rows.map((row) => row.balance)).toEqual(whole.slice(1).map((row) => row.balance));
    },
  );

  it('of an account that the year has not is not there; a made-up cursor is refused', async () => {
    await expect(showAccount(ctx, { ...at(), account: 1 })).rejects.toMatchObject({ code: 'not_found' });
    const cursors = [[1, '2026-13', 1, 1], [1, '2024-01', 1, 1], [0.5, '2026-01', 9e12, 1], ['a']];
    for (const key of cursors) {
      const cursor = Buffer.from(JSON.stringify(key)).toString('base64url');
      await expect(showAccount(ctx, { ...at(), account: bank, cursor })).rejects.toMatchObject({
        code: 'invalid_input',
      });
      await expect(showJournal(ctx, { ...at(), cursor })).rejects.toMatchObject({ code: 'invalid_input' });
    }
  });
});

describe('Journal', () => {
  it('has every posting of the period, in either order, page by page', async () => {
    const journal = await showJournal(ctx, at());
    expect(journal.rows).toHaveLength(12);
    expect(journal.totals).toEqual({ rows: 12, debit: 2_919_34, credit: 2_919_34 });
    expect(journal.rows.map((row) => row.date)).toEqual(journal.rows.map((row) => row.date).toSorted());
    for (const order of ['oldestFirst', 'newestFirst'] as const) {
      const all: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await showJournal(ctx, { ...at(), order, limit: 5, cursor });
        all.push(...page.rows.map((row) => row.key));
        cursor = page.next ?? undefined;
      } while (cursor);
      const keys = journal.rows.map((row) => row.key);
      expect(all).toEqual(order === 'oldestFirst' ? keys : keys.toReversed());
    }
    expect((await showJournal(ctx, { ...at(), from: '2026-02' })).totals?.rows).toBe(6);
  });

  it('finds text, document numbers, batches and amounts', async () => {
    const found = async (text: string) => (await showJournal(ctx, { ...at(), text })).rows.length;
    expect(await found('łódź')).toBe(2);
    expect(await found('RE-1')).toBe(2);
    expect(await found('02-2026/0001')).toBe(6);
    expect(await found('12,34')).toBe(2);
    expect(await found('800')).toBe(4);
    expect(await found('100 %')).toBe(2);
    expect(await found('_')).toBe(0);
    expect((await showJournal(ctx, { ...at(), text: 'papier' })).totals).toBeNull();
    expect((await showJournal(ctx, { ...at(), text: '800', account: customer })).rows).toHaveLength(2);
  });
});

describe('a search of the journal that walks long', () => {
  const walk = async (order: 'oldestFirst' | 'newestFirst', text: string, most: number) => {
    const rows: string[] = [];
    const searched: (number | undefined)[] = [];
    let cursor: string | undefined;
    do {
      const input: JournalInput = { ...at(), text, order, cursor };
      const page = await inMandant(ctx, mandantId, 'read', (tx) => readJournal(tx, input, 2, most));
      rows.push(...page.rows.map((row) => row.key));
      searched.push(page.searched?.postings);
      if (page.searched) expect(page.searched.of).toBe(12);
      cursor = page.next ?? undefined;
    } while (cursor);
    return { rows, searched };
  };

  it.each(['oldestFirst', 'newestFirst'] as const)('rests, says how far it is, and finds all, %s', async (order) => {
    const all = (await showJournal(ctx, { ...at(), text: '800', order })).rows.map((row) => row.key);
    expect(all).toHaveLength(4);
    for (const most of [1, 2, 3, 5, 7, 12, 100])
      expect((await walk(order, '800', most)).rows, `${most} at once`).toEqual(all);
    expect((await walk(order, 'nirgends', 5)).searched).toEqual([5, 10, undefined]);
    expect((await walk(order, 'nirgends', 6)).searched).toEqual([6, undefined]);
    expect((await walk(order, 'nirgends', 100)).searched).toEqual([undefined]);
  });
});

describe('a search of a Kontoblatt', () => {
  type Order = 'oldestFirst' | 'newestFirst';
  const walk = async (account: number, text: string, order: Order, most: number) => {
    const rows: unknown[] = [];
    let rests = 0;
    let cursor: string | undefined;
    do {
      const input = { ...at(), account, text, order, cursor };
      const page = await inMandant(ctx, mandantId, 'read', (tx) => readAccount(tx, input, 1, most));
      rows.push(...page.rows.map((row) => [row.key, row.balance]));
      if (page.searched) rests += 1;
      if (page.searched) expect(page.searched.postings).toBeLessThanOrEqual(page.searched.of);
      cursor = page.next ?? undefined;
    } while (cursor);
    return { rows, rests };
  };

  it.each(['oldestFirst', 'newestFirst'] as const)(
    'finds movements with the balance that the whole sheet has, %s',
    async (order) => {
      for (const account of [bank, customer, paper]) {
        const whole = await showAccount(ctx, { ...at(), account, order });
        for (const text of ['800', '-2026', 'nirgends']) {
          const found = await showAccount(ctx, { ...at(), account, text, order });
          const keys = new Set(
            (await showJournal(ctx, { ...at(), account, text })).rows
              .filter((row) => !row.opening)
              .map((row) => row.key),
          );
          expect(found).toEqual({ ...whole, rows: whole.rows.filter((row) => keys.has(row.key)) });
          const expected = found.rows.map((row) => [row.key, row.balance]);
          for (const most of [1, 100]) expect((await walk(account, text, order, most)).rows).toEqual(expected);
        }
      }
      expect((await walk(bank, 'nirgends', order, 100)).rests).toBe(0);
    },
  );

  it.each(['oldestFirst', 'newestFirst'] as const)(
    'rests between blocks, not losing the balance, %s',
    async (order) => {
      const make = testFirms(db, services);
      const { firm } = ledger;
      const mandantNumber = order === 'oldestFirst' ? 501 : 502;
      const mandant = await make.mandant('Lang GmbH', { firmId: firm.id, mandantNumber });
      const long = await layLedger(db, services, make, { firm, mandant });
      const of2026 = long.books.addYear('2026-01-01', '2026-12-31');
      for (let n = 1; n <= 700; n += 1)
        long.books.book(of2026, {
          date: n <= 600 ? '2026-01-10' : '2026-02-10',
          account: paper,
          contra: bank,
          cents: n,
          text: `Nr. ${n}`,
        });
      await long.run();
      const person = ctxOf(services, await make.member(long.mandantId, 'Lena Lang'));
      const asked = { mandantId: long.mandantId, yearNo: 1, account: paper, order };
      const whole = await showAccount(person, { ...asked, limit: 1000 });
      const expected = whole.rows.filter((row) => row.text?.startsWith('Nr. 25')).map((row) => [row.text, row.balance]);
      expect(expected).toHaveLength(11);
      for (const most of [1, 2]) {
        const rows: unknown[] = [];
        const searched: number[] = [];
        let cursor: string | undefined;
        do {
          const input = { ...asked, text: 'Nr. 25', cursor };
          const page = await inMandant(person, long.mandantId, 'read', (tx) => readAccount(tx, input, 7, most));
          rows.push(...page.rows.map((row) => [row.text, row.balance]));
          if (page.searched) searched.push(page.searched.postings);
          cursor = page.next ?? undefined;
        } while (cursor);
        expect(rows).toEqual(expected);
        expect(searched.length).toBeGreaterThan(1);
        expect(searched).toEqual(searched.toSorted((a, b) => a - b));
      }
    },
  );
});

describe('BWA', () => {
  it('shows the month, cumulated, and the year before', async () => {
    const bwa = await showBwa(ctx, at());
    const line = (key: string) => bwa.lines.find((one) => one.key === key);
    expect(bwa).toMatchObject({ chart: 'SKR03', month: '2026-02', previousYear: { label: '2025' } });
    expect(line('revenue')).toMatchObject({
      month: 0,
      cumulated: 800_00,
      previousMonth: 500_00,
      previousCumulated: 500_00,
    });
    expect(line('materials')).toMatchObject({ month: 0, cumulated: 300_00, previousMonth: 0 });
    expect(line('otherCosts')).toMatchObject({
      month: 12_34,
      cumulated: 12_34,
      previousMonth: 0,
      previousCumulated: 0,
    });
    expect(line('result')?.months.slice(0, 3)).toEqual([500_00, -12_34, 0]);
    expect(line('otherCosts')?.accounts).toMatchObject([{ number: '4930', month: 12_34 }]);
  });

  it('drops no account: what no line has is shown, and the sum checks against the balances', async () => {
    const bwa = await showBwa(ctx, { ...at(), month: '2026-01' });
    expect(bwa.unassigned).toMatchObject({
      month: 0,
      cumulated: 0,
      accounts: [{ number: '4444', months: [0, -7_00, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] }],
    });
    expect(bwa.check).toEqual({ result: 480_66, balanceSheet: 480_66, difference: 0 });
    await expect(showBwa(ctx, { ...at(), month: '2025-01' })).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('offene Posten', () => {
  it('are what is open today, by due date, with ageing', async () => {
    const items = await showOpenItems(ctx, { ...at(), side: 'receivable' });
    expect(items).toMatchObject({ asOf: '2026-03-02', totals: { count: 2, open: 110_00, overdue: 50_00 } });
    expect(items.ageing.map((one) => one.open)).toEqual([60_00, 50_00, 0, 0, 0]);
    expect(items.rows.map((row) => [row.caption, row.documentField1, row.daysOverdue, row.open])).toEqual([
      ['Kunde AG', 'RE-2', 1, 50_00],
      ['Kunde AG', 'RE-3', 0, 60_00],
    ]);
  });

  it('of creditors are positive, too', async () => {
    const items = await showOpenItems(ctx, { ...at(), side: 'payable' });
    expect(items.rows).toMatchObject([{ caption: 'Lieferant KG', open: 300_00, amount: 300_00, daysOverdue: 29 }]);
  });

  it('are filtered, sorted and paged', async () => {
    const numbers = async (given: object) =>
      (await showOpenItems(ctx, { ...at(), side: 'receivable', ...given })).rows.map((row) => row.documentField1);
    expect(await numbers({ state: 'overdue' })).toEqual(['RE-2']);
    expect(await numbers({ state: 'notDue' })).toEqual(['RE-3']);
    expect(await numbers({ text: 're-3' })).toEqual(['RE-3']);
    expect(await numbers({ text: 'kunde' })).toHaveLength(2);
    expect(await numbers({ account: supplier })).toEqual([]);
    expect(await numbers({ order: 'amount' })).toEqual(['RE-3', 'RE-2']);
    const first = await showOpenItems(ctx, { ...at(), side: 'receivable', order: 'amount', limit: 1 });
    expect(await numbers({ order: 'amount', limit: 1, cursor: first.next })).toEqual(['RE-2']);
  });
});

it('charts show result and cash by month, partners and ageing', async () => {
  const charts = await showCharts(ctx, at());
  expect(charts.months.slice(0, 3)).toMatchObject([
    { month: '2026-01', moved: true, revenue: 800_00, costs: 300_00, result: 500_00, cash: 1_000_00 },
    { month: '2026-02', moved: true, revenue: 0, costs: 19_34, result: -19_34, cash: 1_780_66 },
    { month: '2026-03', moved: false, result: 0, cash: 1_780_66 },
  ]);
  expect(charts.previousMonths?.[1]).toMatchObject({ month: '2025-02', result: 500_00 });
  expect(charts.debtors).toMatchObject([{ caption: 'Kunde AG', open: 110_00, overdue: 50_00, turnover: 800_00 }]);
  expect(charts.creditors).toMatchObject([
    { caption: 'Lieferant KG', open: 300_00, overdue: 300_00, turnover: 300_00 },
  ]);
  expect(charts.ageing.payable.map((one) => one.open)).toEqual([0, 300_00, 0, 0, 0]);
});

describe('voucher and posting', () => {
  it('lead to each other', async () => {
    const [voucherId, deliveryId, connectionId] = [services.newId(), services.newId(), services.newId()];
    await db.sql('insert into blobs (mandant_id, sha256, size, created_at) values ($1, $2, 1, now())', [
      mandantId,
      'a'.repeat(64),
    ]);
    await db.sql(
      `insert into vouchers (mandant_id, id, received_at, upload_id, sha256, size, media_type, original_name, status, handed_in_by)
       values ($1, $2, now(), $2, $3, 1, 'application/pdf', 'rechnung.pdf', 'delivered', '{"type":"system"}')`,
      [mandantId, voucherId, 'a'.repeat(64)],
    );
    await db.sql(
      `insert into connections (mandant_id, id, channel, consultant_number, mandant_number, client_id, company_name, switched_on, switched_at, created_at)
       values ($1, $2, 'belegbilderservice', 1001, 12, '1001-12', 'Muster GmbH', true, now(), now())`,
      [mandantId, connectionId],
    );
    await db.sql(
      `insert into deliveries (mandant_id, id, voucher_id, connection_id, channel, consultant_number, mandant_number, run, guid,
         file_name_sent, phase, created_at, created_by, arrived_at, ended_at)
       values ($1, $2, $3, $4, 'belegbilderservice', 1001, 12, 1, $5, 'rechnung.pdf', 'arrived', now(), '{"type":"system"}', now(), now())`,
      [mandantId, deliveryId, voucherId, connectionId, documentGuid.toUpperCase()],
    );
    const { rows } = await showPostingsOfVoucher(ctx, { mandantId, voucherId });
    expect(rows.map((row) => [row.date, row.number, row.debit, row.credit, row.yearLabel, row.final])).toEqual([
      ['2026-01-20', '3400', 300_00, 0, '2026', true],
      ['2026-01-20', '70001', 0, 300_00, '2026', true],
    ]);
    const sheet = await showAccount(ctx, { ...at(), account: goods });
    expect(sheet.rows.map((row) => row.voucherId)).toEqual([voucherId]);
    expect((await showOpenItems(ctx, { ...at(), side: 'payable' })).rows.map((row) => row.voucherId)).toEqual([
      voucherId,
    ]);
    await expect(showPostingsOfVoucher(ctx, { mandantId, voucherId: services.newId() })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
