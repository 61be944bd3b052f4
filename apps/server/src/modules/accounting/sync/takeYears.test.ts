import type { Id } from '@bruecke/model';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../db/testDatabase.ts';
import { type TestFirms, testFirms } from '../../../testFirms.ts';
import { createTestServices, ctxOf, day, type TestPerson, type TestServices } from '../../../testServices.ts';
import { readCard } from '../../connections/datevconnect/readCard.ts';
import { listYears } from '../read/years.ts';
import type { TestBooks, TestYear } from '../testBooks.ts';
import { layLedger, type TestLedger } from '../testLedger.ts';

let db: TestDatabase;
let services: TestServices;
let make: TestFirms;
beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db);
  make = testFirms(db, services);
});
afterAll(() => db.close());

let ledger: TestLedger;
let books: TestBooks;
let mandantId: Id;
let admin: TestPerson;
let last: TestYear;
beforeEach(async () => {
  services.clock.set(new Date('2026-03-02T08:00:00.000Z'));
  const firm = await make.firm('Kanzlei Nord');
  admin = firm.admin;
  ledger = await layLedger(db, services, make, { firm });
  ({ books, mandantId } = ledger);
  last = books.addYear('2025-01-01', '2025-12-31');
  for (const year of [last, books.addYear('2026-01-01', '2026-12-31')])
    books.book(year, {
      date: `${year.begin.slice(0, 4)}-01-10`,
      account: 100_010_000,
      contra: 84_000_000,
      cents: 119_00,
    });
});

const yearsShown = async () => (await listYears(ctxOf(services, admin), { mandantId })).years.map((year) => year.label);
const findings = async () =>
  (await readCard(ctxOf(services, admin), { mandantId })).findings.filter((one) => one.code === 'yearNumbersDiffer');
const refusals = () =>
  db.sql<{ data: unknown }>(
    "select data from mandant_history where mandant_id = $1 and kind = 'figures.yearRefused' order by at, id",
    [mandantId],
  );
/** Rows of a fiscal year anywhere among the figures. */
const storedOf = async (begin: string) => {
  const [row] = await db.sql<{ years: string; postings: string; staged: string }>(
    `select (select count(*) from fiscal_years where mandant_id = $1 and first_day = $2) as years,
            (select count(*) from postings where mandant_id = $1 and date_trunc('year', date) = $2::date) as postings,
            (select count(*) from staged_rows where mandant_id = $1) as staged`,
    [mandantId, begin],
  );
  return row;
};

describe('a fiscal year with other numbers than the binding', () => {
  it.each([
    ['of another firm', { consultantNumber: 9999 }],
    ['of another Mandant', { mandantNumber: 13 }],
  ])('%s is refused: not asked for, not kept, told as a finding and once in the history', async (_, numbers) => {
    Object.assign(last, numbers);
    const asked = await ledger.run();
    expect(asked.filter((one) => one.includes('2025'))).toEqual([]);
    expect(asked).toContain('checkYear 20260101');
    expect(await storedOf('2025-01-01')).toEqual({ years: '0', postings: '0', staged: '0' });
    expect(await yearsShown()).toEqual(['2026']);
    const { consultantNumber, mandantNumber } = last;
    expect(await findings()).toEqual([
      {
        code: 'yearNumbersDiffer',
        severity: 'warning',
        detail: `2025-01-01 – 2025-12-31: ${consultantNumber} / ${mandantNumber}`,
      },
    ]);
    const told = [{ data: { year: '2025', consultantNumber, mandantNumber } }];
    expect(await refusals()).toEqual(told);

    services.clock.forward(8 * day);
    expect((await ledger.run()).filter((one) => one.includes('2025'))).toEqual([]);
    expect(await refusals()).toEqual(told);
    expect(await findings()).toHaveLength(1);
  });

  it('comes by itself once its numbers are right, and the finding goes', async () => {
    last.mandantNumber = 13;
    await ledger.run();
    last.mandantNumber = 12;
    services.clock.forward(8 * day);
    expect(await ledger.run()).toContain('readPostings 2025-01-01');
    expect(await yearsShown()).toEqual(['2026', '2025']);
    expect(await findings()).toEqual([]);
  });

  it('that had the right ones before keeps what was read then, and is asked for no more', async () => {
    await ledger.run();
    last.consultantNumber = 9999;
    books.book(last, { date: '2025-02-10', account: 100_010_000, contra: 84_000_000, cents: 1 });
    services.clock.forward(8 * day);
    expect((await ledger.run()).filter((one) => one.includes('2025'))).toEqual([]);
    expect(await storedOf('2025-01-01')).toMatchObject({ years: '1', postings: '2' });
    expect(await findings()).toHaveLength(1);
    services.clock.forward(day);
    expect((await ledger.run()).filter((one) => one.includes('2025'))).toEqual([]);
  });

  it('is held against the numbers that two admins confirmed, where they did', async () => {
    const confirmed = { consultant_number: 1001, mandant_number: 77 };
    await db.sql('update connections set mandant_number = $2, numbers_confirmed_by = $3 where id = $1', [
      ledger.connectionId,
      confirmed.mandant_number,
      [admin.id, services.newId()],
    ]);
    last.mandantNumber = 77;
    const asked = await ledger.run();
    expect(asked).toContain('readPostings 2025-01-01');
    expect(asked.filter((one) => one.includes('2026'))).toEqual([]);
    expect((await findings())[0]?.detail).toContain('2026-01-01 – 2026-12-31: 1001 / 12');
  });

  it('with the former numbers comes along after a renumbering that two admins confirmed, one with third numbers does not', async () => {
    await db.sql(
      `update connections set mandant_number = 77, numbers_confirmed_by = $2, former_consultant_number = 1001, former_mandant_number = 12
        where id = $1`,
      [ledger.connectionId, [admin.id, services.newId()]],
    );
    const oldest = books.addYear('2024-01-01', '2024-12-31');
    oldest.mandantNumber = 13;
    const [, newest] = [...books.years.values()];
    if (!newest) throw new Error('no year');
    newest.mandantNumber = 77;
    const asked = await ledger.run();
    expect(asked).toContain('readPostings 2025-01-01');
    expect(asked).toContain('readPostings 2026-01-01');
    expect(await yearsShown()).toEqual(['2026', '2025']);
    expect((await findings()).map(({ detail }) => detail)).toEqual(['2024-01-01 – 2024-12-31: 1001 / 13']);
  });

  it('is asked for no more when the binding gets other numbers', async () => {
    await ledger.run();
    await db.sql('update connections set mandant_number = 77 where id = $1', [ledger.connectionId]);
    services.clock.forward(day);
    expect(await ledger.run()).toEqual(['listYears']);
    expect(await findings()).toHaveLength(1);
  });
});
