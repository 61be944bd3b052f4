import { createHash } from 'node:crypto';
import type { Books, BooksOptions, Entry, Year } from '@bruecke/datev-sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../src/db/testDatabase.ts';
import { type TestFirms, testFirms } from '../src/testFirms.ts';
import { createTestServices, day, type TestServices } from '../src/testServices.ts';
import { type Compared, compareCents, compareItems, comparePartners, compareRows } from './figuresCompare.ts';
import { type Faults, type FiguresCase, type FiguresWorld, layFiguresWorld, noFaults } from './figuresWorld.ts';

// Figures come home to the cent: 10 Mandanten × 3 years of seeded books, any sequence of bookings, corrections, outages and restarts. After
// every run all balances, turnovers, sums of postings and open items are DATEV's; after the deep read every posting is, with all it says. A
// failing seed stands in the test's name and makes the same history again.

const seeds = [1, 2];
const mandanten = 10;
const rounds = 3;

/** Numbers from a seed, the same in every run. */
function createChance(seed: string) {
  let count = 0;
  const next = () => {
    count += 1;
    return createHash('sha256').update(`${seed}:${count}`).digest().readUInt32BE(0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    happens: (share: number) => next() < share,
    pick: <T>(list: readonly T[]): T => {
      const found = list[below(list.length)];
      if (found === undefined) throw new Error('nothing to pick from');
      return found;
    },
  };
}
type Chance = ReturnType<typeof createChance>;

const booksOf = (seed: number, n: number): BooksOptions => ({
  seed: `figures ${seed}`,
  name: `Muster ${seed}/${n} GmbH`,
  consultantNumber: 1001,
  clientNumber: 100 * seed + n,
  chart: n % 2 === 0 ? 3 : 4,
  years:
    n % 3 === 0
      ? // A short year, and years that go over the turn of the year.
        [
          { begin: '2024-01-01', end: '2024-06-30' },
          { begin: '2024-07-01', end: '2025-06-30' },
          { begin: '2025-07-01', end: '2026-06-30' },
        ]
      : [2024, 2025, 2026].map((year) => ({ begin: `${year}-01-01`, end: `${year}-12-31` })),
  postingsPerYear: 200 + 20 * n,
  today: '2026-02-27',
  voucherGuids: [`CB6A3C55-4CE7-4CC9-9AF7-0242AC12${String(n).padStart(4, '0')}`],
});

type Act = (world: FiguresWorld, books: Books, chance: Chance) => void;

const monthOf = (day: string) => day.slice(0, 7);
/** An entry that staff could touch, of any of these years. */
function pickEntry(years: readonly Year[], chance: Chance, fits: (entry: Entry) => boolean = () => true): Entry | null {
  const year = chance.pick(years);
  const entries = year.entries.filter((entry) => !entry.opening && fits(entry));
  return entries.length === 0 ? null : chance.pick(entries);
}

/** What staff do that counts or sums show: the next run brings it. */
const visible: Record<string, Act> = {
  book: (world, books, chance) => {
    const like = pickEntry(books.years, chance);
    if (!like) return;
    const { account, contra } = like;
    world.sandbox.control.book(books.guid, {
      date: like.date,
      account,
      contra,
      amount: 1 + chance.below(100_000),
      text: 'Nachtrag',
    });
  },
  correctAmount: (world, books, chance) => {
    const entry = pickEntry(books.years, chance);
    if (entry) world.sandbox.control.correct(books.guid, entry.id, { amount: entry.amount + 1 + chance.below(500) });
  },
  moveToOtherMonth: (world, books, chance) => {
    const entry = pickEntry(books.years, chance);
    const year = books.years.find((one) => entry && one.entries.includes(entry));
    if (!entry || !year) return;
    const date = chance.pick([year.begin, year.end]);
    if (monthOf(date) !== monthOf(entry.date)) world.sandbox.control.correct(books.guid, entry.id, { date });
  },
  moveToOtherAccount: (world, books, chance) => {
    const entry = pickEntry(books.years, chance, (one) => one.tax === null);
    const other = pickEntry(
      books.years,
      chance,
      (one) => one.contra !== entry?.contra && one.contra !== entry?.account,
    );
    if (entry && other) world.sandbox.control.correct(books.guid, entry.id, { contra: other.contra });
  },
  remove: (world, books, chance) => {
    const entry = pickEntry(books.years, chance);
    if (entry) world.sandbox.control.remove(books.guid, entry.id);
  },
  pay: (world, books, chance) => {
    const year = chance.pick(books.years);
    const open = year.items.filter((item) => item.paid < item.amount);
    if (open.length === 0) return;
    const item = chance.pick(open);
    // Within the year: an item carried forward may be older.
    world.sandbox.control.pay(books.guid, item.id, item.date < year.begin ? year.begin : item.date);
  },
  renamePartner: (world, books, chance) => {
    const partner = chance.pick(books.partners);
    const at = `2026-03-${String(2 + chance.below(20)).padStart(2, '0')}T10:00:00.000+01:00`;
    world.sandbox.control.renamePartner(books.guid, partner.account, `Neu ${chance.below(1000)} GmbH`, at);
  },
  finalise: (world, books, chance) => {
    const open = chance.pick(books.years).sequences.filter((one) => one.committedAt === null);
    if (open.length > 0) world.sandbox.control.finalise(books.guid, chance.pick(open).number, '2026-03-02');
  },
};

/** The years of the deep read. In older ones the same would wait for something that can be seen. */
const newest = (books: Books) => books.years.slice(-2);

/** What no count and no sum shows: the deep read brings it, and an open batch the next morning. */
const invisible: Record<string, Act> = {
  correctText: (world, books, chance) => {
    const entry = pickEntry(newest(books), chance);
    if (entry) world.sandbox.control.correct(books.guid, entry.id, { text: `Berichtigt ${chance.below(1000)}` });
  },
  correctLink: (world, books, chance) => {
    const entry = pickEntry(newest(books), chance);
    const documentLink = `BEDI "CB6A3C55-4CE7-4CC9-9AF7-0242AC13${String(chance.below(10_000)).padStart(4, '0')}"`;
    if (entry) world.sandbox.control.correct(books.guid, entry.id, { documentLink });
  },
  /** Two amounts between the same accounts change places. */
  offset: (world, books, chance) => {
    const entry = pickEntry(newest(books), chance, (one) => one.tax === null);
    const year = books.years.find((one) => entry && one.entries.includes(entry));
    const other = year?.entries.find(
      (one) =>
        one !== entry &&
        !one.opening &&
        one.tax === null &&
        one.account === entry?.account &&
        one.contra === entry.contra &&
        monthOf(one.date) === monthOf(entry.date),
    );
    if (!entry || !other) return;
    const amount = entry.amount;
    world.sandbox.control.correct(books.guid, entry.id, { amount: other.amount });
    world.sandbox.control.correct(books.guid, other.id, { amount });
  },
};

const acts = Object.values({ ...visible, ...invisible });

const faultsOf = (chance: Chance, share: number): Faults => ({
  call: () => chance.happens(share / 2),
  commit: () => chance.happens(share),
  answer: () => chance.happens(share),
  restart: () => chance.happens(share / 2),
  busy: () => chance.happens(0.06),
});

let db: TestDatabase;
let services: TestServices;
let make: TestFirms;
beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db);
  make = testFirms(db, services);
});
afterAll(() => db.close());

/** Runs until one went well for everybody, as the clock would; an outage costs pauses, nothing else. */
async function runUntilDone(
  world: FiguresWorld,
  chance: Chance,
  share: number,
  meanwhile: (one: FiguresCase) => void = () => undefined,
): Promise<void> {
  const since = services.now();
  for (let attempt = 0; attempt < 30; attempt += 1) {
    // Outages end: the later attempts have none.
    await world.run(attempt < 6 ? faultsOf(chance, share) : noFaults);
    const waiting = await db.sql<{ mandant_id: string }>(
      `select l.mandant_id from ledgers l where l.left_at is null and l.mandant_id = any ($1) and (l.last_run_at is null or l.last_run_at < $2 or l.failures_in_row > 0)`,
      [world.cases.map((one) => one.mandantId), since],
    );
    if (waiting.length === 0) return;
    for (const one of world.cases) if (waiting.some((row) => row.mandant_id === one.mandantId)) meanwhile(one);
    services.clock.forward(4 * 3_600_000);
  }
  throw new Error('the runs never came to an end');
}

async function expectEqual(
  cases: readonly FiguresCase[],
  compare: (one: FiguresCase, year: Year) => Promise<Compared>,
) {
  for (const one of cases)
    for (const year of one.books.years) {
      const { shown, books } = await compare(one, year);
      expect({ client: one.books.name, year: year.begin, lines: shown }).toEqual({
        client: one.books.name,
        year: year.begin,
        lines: books,
      });
    }
}
const cents = (one: FiguresCase, year: Year) => compareCents(db, one.mandantId, year);
const items = (one: FiguresCase, year: Year) => compareItems(db, one.mandantId, year);
const rows = (one: FiguresCase, year: Year) => compareRows(db, one.mandantId, year);

describe('figures equal DATEV’s books', () => {
  it.each(seeds)(
    'after every run, seed %i',
    async (seed) => {
      services.clock.set(new Date('2026-03-02T06:30:00.000Z'));
      const chance = createChance(`history ${seed}`);
      const world = await layFiguresWorld(
        db,
        services,
        make,
        Array.from({ length: mandanten }, (_, n) => booksOf(seed, n + 1)),
      );
      await runUntilDone(world, chance, 0.01);
      await expectEqual(world.cases, cents);
      await expectEqual(world.cases, rows);
      for (let round = 0; round < rounds; round += 1) {
        for (const { books } of world.cases)
          for (let count = chance.below(5); count > 0; count -= 1) chance.pick(acts)(world, books, chance);
        services.clock.forward(day);
        // Staff go on booking while an outage keeps half-read books waiting.
        await runUntilDone(world, chance, 0.02, ({ books }) => chance.pick(acts)(world, books, chance));
        await expectEqual(world.cases, cents);
        await expectEqual(world.cases, items);
      }
      services.clock.forward(8 * day);
      await runUntilDone(world, chance, 0.01);
      await expectEqual(world.cases, cents);
      await expectEqual(world.cases, items);
      await expectEqual(world.cases, rows);
      for (const one of world.cases) {
        const { shown, books } = await comparePartners(db, one.mandantId, one.books);
        expect(shown).toEqual(books);
      }
      const [left] = await db.sql<{
        staged: string;
        orders: string;
        loose: string;
        misplaced: string;
        unfound: string;
      }>(
        `select (select count(*) from staged_rows) as staged, (select count(*) from sync_orders) as orders,
              (select count(*) from (select date < lag(date) over (partition by load_no order by no) as back from postings) p
                where back) as misplaced,
              (select count(*) from load_sums s where s.blocks is distinct from (
                 select array_agg(distinct p.first_no) from postings p where p.load_no = s.load_no and p.account = s.account)) as unfound,
              (select count(*) from postings p where not exists (
                 select from fiscal_months m where m.mandant_id = p.mandant_id and m.load_no = p.load_no)) as loose`,
      );
      expect(left).toEqual({ staged: '0', orders: '0', loose: '0', misplaced: '0', unfound: '0' });
    },
    600_000,
  );
});

describe('the quick check', () => {
  let world: FiguresWorld;
  const chance = createChance('quick');
  /** Entries in final batches alone: months with open ones are read again every day anyway. */
  const settled = (books: Books) =>
    newest(books).flatMap((year) => year.entries.filter((one) => !one.opening && one.sequence.committedAt !== null));

  beforeAll(async () => {
    services.clock.set(new Date('2026-03-02T06:30:00.000Z'));
    world = await layFiguresWorld(db, services, make, [{ ...booksOf(9, 1), today: '2027-06-30' }]);
    await runUntilDone(world, chance, 0);
    world.takeOrders();
  });
  const only = () => {
    const [one] = world.cases;
    if (!one) throw new Error('one case was laid');
    return one;
  };
  const read = () => world.takeOrders().flatMap(({ order }) => (order.kind === 'readPostings' ? order.from : []));
  const nextRun = async (days: number) => {
    services.clock.forward(days * day);
    await runUntilDone(world, chance, 0);
  };

  const unseen: [string, (books: Books) => void][] = [
    [
      'a changed text',
      (books) => world.sandbox.control.correct(books.guid, settled(books)[0]?.id ?? '', { text: 'anders' }),
    ],
    [
      'a changed link to a document',
      (books) =>
        world.sandbox.control.correct(books.guid, settled(books)[1]?.id ?? '', {
          documentLink: 'BEDI "CB6A3C55-4CE7-4CC9-9AF7-0242AC139999"',
        }),
    ],
    [
      'a date moved within its month',
      (books) => {
        const entry = settled(books).find((one) => !one.date.endsWith('-01'));
        if (entry) world.sandbox.control.correct(books.guid, entry.id, { date: `${monthOf(entry.date)}-01` });
      },
    ],
    [
      'amounts of two bookings between the same accounts exchanged within a month',
      (books) => {
        const all = settled(books).filter((one) => one.tax === null);
        for (const one of all) {
          const other = all.find(
            (two) =>
              two !== one &&
              two.amount !== one.amount &&
              two.account === one.account &&
              two.contra === one.contra &&
              monthOf(two.date) === monthOf(one.date),
          );
          if (!other) continue;
          const { amount } = one;
          world.sandbox.control.correct(books.guid, one.id, { amount: other.amount });
          world.sandbox.control.correct(books.guid, other.id, { amount });
          return;
        }
        throw new Error('no pair of bookings to exchange');
      },
    ],
  ];

  it('asks three times per year and reads nothing where nothing moved', async () => {
    const before = world.sandbox.control.callCounts();
    await nextRun(1);
    const after = world.sandbox.control.callCounts();
    const grown = Object.fromEntries(
      Object.entries(after).flatMap(([name, count]) =>
        count === (before[name] ?? 0) ? [] : [[name, count - (before[name] ?? 0)]],
      ),
    );
    expect(grown).toEqual({
      'accounting/accounting-statistics': 3,
      'accounting/accounting-sums-and-balances': 3,
      'accounting/accounting-sequences-processed': 3,
      // Names of partners by their change stamp, counted apart.
      'accounting/debitors': 1,
      'accounting/creditors': 1,
    });
    expect(read()).toEqual([]);
  });

  for (const [what, change] of unseen) {
    it(`cannot see ${what}; the deep read does`, async () => {
      const one = only();
      change(one.books);
      await nextRun(1);
      expect(read()).toEqual([]);
      await expectEqual([one], cents);
      const differing = await Promise.all(one.books.years.map((year) => compareRows(db, one.mandantId, year)));
      expect(differing.some(({ shown, books }) => shown.join() !== books.join())).toBe(true);
      // Current and previous year; what was done in older ones waits for a change that can be seen.
      await db.sql('update ledgers set whole_every_days = 1 where mandant_id = $1', [one.mandantId]);
      await nextRun(1);
      await db.sql('update ledgers set whole_every_days = 31 where mandant_id = $1', [one.mandantId]);
      world.takeOrders();
      await expectEqual([one], rows);
    });
  }
});
