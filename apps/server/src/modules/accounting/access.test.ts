import type { Id } from '@bruecke/model';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { type TestFirms, testFirms } from '../../testFirms.ts';
import { createTestServices, ctxOf, day, minute, type TestPerson, type TestServices } from '../../testServices.ts';
import { cutEngagement } from '../engagements/cutEngagement.ts';
import { changeSettings } from './changeSettings.ts';
import { noteLooking } from './noteLooking.ts';
import { showJournal } from './read/journal.ts';
import { showState } from './read/state.ts';
import { listYears } from './read/years.ts';
import { refreshFigures } from './refreshFigures.ts';
import { layLedger, type TestLedger } from './testLedger.ts';

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
let mandantId: Id;
let own: TestPerson;
let firmAdmin: TestPerson;
beforeEach(async () => {
  services.clock.set(new Date('2026-03-02T08:00:00.000Z'));
  const firm = await make.firm('Kanzlei Nord');
  firmAdmin = firm.admin;
  const mandant = await make.mandant('Muster GmbH', { firmId: firm.id });
  mandantId = mandant.id;
  own = await make.member(mandantId, 'Clara Eigen');
  ledger = await layLedger(db, services, make, { firm, mandant });
  const year = ledger.books.addYear('2026-01-01', '2026-12-31');
  ledger.books.book(year, { date: '2026-01-05', account: 100_010_000, contra: 84_000_000, cents: 100 });
  await ledger.run();
});

const as = (person: TestPerson) => ctxOf(services, person);
const yearsSeenBy = async (person: TestPerson) => (await listYears(as(person), { mandantId })).years;
const cut = () => cutEngagement(as(own), { mandantId, mandantName: 'Muster GmbH' });
/** All figures' tables, past the verbs. */
const rowsSeenBy = (person: TestPerson) =>
  services.withTenant({ as: 'user', userId: person.id }, async (tx) => {
    const tables = [
      'ledgers',
      'fiscal_years',
      'fiscal_months',
      'postings',
      'load_sums',
      'account_balances',
      'batches',
      'partners',
      'sync_runs',
    ] as const;
    let count = 0;
    for (const table of tables) {
      const rows = await tx.selectFrom(table).select('mandant_id').where('mandant_id', '=', mandantId).execute();
      count += rows.length;
    }
    return count;
  });

it('shows people of a run’s orders how far they are, and nothing by which one could be answered', async () => {
  const seen = (columns: readonly ('kind' | 'month' | 'order_id' | 'load_no')[]) =>
    services.withTenant({ as: 'user', userId: own.id }, (tx) =>
      tx.selectFrom('sync_orders').select(columns).where('mandant_id', '=', mandantId).execute(),
    );
  services.clock.forward(day);
  await ledger.sync();
  expect((await seen(['kind', 'month'])).map((row) => row.kind)).toContain('checkYear');
  expect((await showState(as(own), { mandantId })).run?.years).toMatchObject([{ phase: 'checking' }]);
  for (const column of ['order_id', 'load_no'] as const)
    await expect(seen([column])).rejects.toMatchObject({ code: '42501' });
});

describe('a cut', () => {
  it('leaves the Mandant everything with its Stand, and the firm nothing', async () => {
    expect(await yearsSeenBy(firmAdmin)).toHaveLength(1);
    const before = await rowsSeenBy(own);
    expect(await rowsSeenBy(firmAdmin)).toBe(before);
    await cut();
    await expect(listYears(as(firmAdmin), { mandantId })).rejects.toMatchObject({ code: 'not_found' });
    expect(await rowsSeenBy(firmAdmin)).toBe(0);
    expect(await rowsSeenBy(own)).toBe(before);
    expect(await yearsSeenBy(own)).toMatchObject([{ former: true, stand: services.now().toISOString() }]);
    expect((await showJournal(as(own), { mandantId, yearNo: 1 })).rows).toHaveLength(2);
    expect(await showState(as(own), { mandantId })).toMatchObject({ connection: 'severed', nextRunAt: null });
  });

  it('in the middle of a run ends it: not one row comes after it', async () => {
    services.clock.forward(day);
    ledger.books.book(ledger.books.years.get('20260101') ?? ledger.books.addYear('2026-01-01', '2026-12-31'), {
      date: '2026-01-06',
      account: 100_010_000,
      contra: 84_000_000,
      cents: 1,
    });
    await ledger.sync();
    const cutThen = ledger.connect({ partRows: 1, afterPart: () => 'stop' }).then(cut);
    await cutThen;
    await expect(ledger.connect()).resolves.toEqual([]);
    expect((await showJournal(as(own), { mandantId, yearNo: 1 })).rows).toHaveLength(2);
    expect((await showState(as(own), { mandantId })).lastRun).toMatchObject({ state: 'cancelled' });
    await expect(refreshFigures(as(own), { mandantId })).rejects.toMatchObject({ code: 'figures_off' });
  });

  it('hides what came under the former firm from the next one, which sees its own', async () => {
    await cut();
    const next = await make.firm('Kanzlei Süd');
    const engagementId = await make.engage(mandantId, next.id, 4711);
    const second = await layLedger(db, services, make, { firm: next, mandant: { id: mandantId, engagementId } });
    const year = second.books.addYear('2026-01-01', '2026-12-31');
    second.books.book(year, { date: '2026-02-05', account: 100_010_000, contra: 84_000_000, cents: 200 });
    expect(await yearsSeenBy(next.admin)).toEqual([]);
    expect(await rowsSeenBy(next.admin)).toBe(0);
    await expect(showJournal(as(next.admin), { mandantId, yearNo: 1 })).rejects.toMatchObject({ code: 'not_found' });
    await second.run();
    expect((await yearsSeenBy(next.admin)).map((one) => one.yearNo)).toEqual([2]);
    expect((await yearsSeenBy(own)).map((one) => [one.yearNo, one.former])).toEqual([
      [2, false],
      [1, true],
    ]);
    // Whoever is also a user of the Mandant sees all of it.
    await make.joinMandant(mandantId, next.admin.id, 'user', ['read']);
    expect(await yearsSeenBy(next.admin)).toHaveLength(2);
  });
});

describe('„Jetzt aktualisieren“', () => {
  const ask = (person = own) => refreshFigures(as(person), { mandantId });
  const jobs = () =>
    db.sql("select from graphile_worker._private_jobs where payload ->> 'mandantId' = $1", [mandantId]);

  it('begins a run, which stands in the history', async () => {
    services.clock.forward(2 * minute);
    expect(await ask()).toMatchObject({ answer: { running: false }, history: { kind: 'figures.refreshAsked' } });
    expect(await jobs()).not.toEqual([]);
    await ledger.sync();
    expect((await ask()).answer).toEqual({ running: true });
    expect((await showState(as(own), { mandantId })).run).toMatchObject({
      reason: 'asked',
      years: [{ phase: 'checking' }],
    });
    await ledger.connect();
    expect((await showState(as(own), { mandantId })).lastRun).toMatchObject({
      reason: 'asked',
      state: 'done',
      monthsChanged: 0,
    });
  });

  it('is refused within a minute, and while nothing feeds the figures', async () => {
    await expect(ask()).rejects.toMatchObject({ code: 'too_many_requests' });
    services.clock.forward(2 * minute);
    await db.sql('update connections set switched_on = false where id = $1', [ledger.connectionId]);
    await expect(ask()).rejects.toMatchObject({ code: 'figures_off' });
    expect(await showState(as(own), { mandantId })).toMatchObject({ connection: 'off' });
  });
});

it('an open page makes the next run come after a quarter of an hour', async () => {
  services.clock.forward(14 * minute);
  await noteLooking(as(own), { mandantId });
  expect(await ledger.run()).toEqual([]);
  services.clock.forward(minute);
  await noteLooking(as(own), { mandantId });
  expect(await ledger.run()).toEqual(['checkYear 20260101']);
  const stranger = await make.firm('Kanzlei Fremd');
  services.clock.forward(16 * minute);
  await noteLooking(as(stranger.admin), { mandantId });
  expect(await ledger.run()).toEqual([]);
});

it('who may set up connections chooses how often everything is read', async () => {
  const reader = await make.member(mandantId, 'Rita Liest', 'user', ['read']);
  await expect(changeSettings(as(reader), { mandantId, wholeEveryDays: 1 })).rejects.toMatchObject({
    code: 'right_missing',
  });
  await changeSettings(as(own), { mandantId, wholeEveryDays: 1 });
  expect((await showState(as(reader), { mandantId })).wholeEveryDays).toBe(1);
  services.clock.forward(day);
  expect(await ledger.run()).toContain('readPostings 2026-01-01');
});

it('progress of a first run is told by year and month', async () => {
  const other = await make.mandant('Zweite GmbH', { firmId: ledger.firm.id });
  const person = await make.member(other.id, 'Zora Zwei');
  const second = await layLedger(db, services, make, { firm: ledger.firm, mandant: other });
  const year = second.books.addYear('2026-01-01', '2026-12-31');
  for (const month of ['01', '02', '03'])
    for (let n = 0; n < 10; n += 1)
      second.books.book(year, { date: `2026-${month}-05`, account: 100_010_000, contra: 84_000_000, cents: n });
  await second.sync();
  const read = () => showState(as(person), { mandantId: other.id });
  expect(await read()).toMatchObject({ firstReadAt: null, run: { reason: 'first', rowsRead: 0, years: [] } });
  const parts: number[] = [];
  await second.connect({
    partRows: 5,
    afterPart: ({ order }, part) => {
      if (order.kind === 'readPostings') parts.push(part);
      return parts.length === 6 ? 'stop' : undefined;
    },
  });
  expect((await read()).run).toMatchObject({
    rowsRead: 30,
    rowsExpected: 70,
    years: [{ label: '2026', phase: 'reading', months: 3, monthsRead: 1, month: '2026-02' }],
  });
  await second.connect();
  expect(await read()).toMatchObject({ run: null, lastRun: { state: 'done', rowsRead: 60 } });
});
