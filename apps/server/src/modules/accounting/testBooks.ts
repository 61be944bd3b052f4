import {
  type BalanceRow,
  type BatchRow,
  blockOf,
  type ConnectorOrder,
  type ConnectorRow,
  type Day,
  type OpenItemRow,
  type Posting,
} from '@bruecke/model';

/** A booking of a test: cents from the contra account to the account. */
export type TestBooking = {
  date: Day;
  account: number;
  contra: number;
  cents: number;
  text?: string;
  field1?: string;
  link?: string | null;
  opening?: boolean;
};
export type TestYear = {
  fiscalYearId: string;
  begin: Day;
  end: Day;
  bookings: (TestBooking & { batch: string })[];
  batches: Map<string, { from: Day | null; to: Day | null; committed: boolean }>;
  openItems: OpenItemRow[];
  /** As the test's binding has them, unless a test says otherwise. */
  consultantNumber: number;
  mandantNumber: number;
};

/**
 * The books of one client, as DATEV would tell of them: each booking is two mirrored lines. Small and obvious on purpose: tests compare
 * what came home with it.
 */
export function createTestBooks(clientGuid: string, given: { accountSystem?: number | null } = {}) {
  const years = new Map<string, TestYear>();
  const partners = new Map<number, string>();
  let licence = true;
  return {
    clientGuid,
    years,
    partners,
    setLicence: (there: boolean) => {
      licence = there;
    },
    addYear: (begin: Day, end: Day): TestYear => {
      const fiscalYearId = begin.replaceAll('-', '');
      const numbers = { consultantNumber: 1001, mandantNumber: 12 };
      const year = { fiscalYearId, begin, end, bookings: [], batches: new Map(), openItems: [], ...numbers };
      years.set(fiscalYearId, year);
      return year;
    },
    /** Books into the batch of the month, which stays open until `finalise`. */
    book: (year: TestYear, booking: TestBooking): void => {
      const month = booking.date.slice(0, 7);
      const batch = `${month.slice(5)}-${month.slice(0, 4)}/0001`;
      if (!year.batches.has(batch))
        year.batches.set(batch, { from: `${month}-01`, to: `${month}-28`, committed: false });
      year.bookings.push({ ...booking, batch });
    },
    finalise: (year: TestYear): void => {
      for (const batch of year.batches.values()) batch.committed = true;
    },
    /** What answers an order: rows, or the code of a failure. */
    answer: (order: ConnectorOrder): ConnectorRow[] | 'postingLicenceMissing' | 'clientMissing' => {
      if (!('clientGuid' in order) || order.clientGuid !== clientGuid) return 'clientMissing';
      if (order.kind === 'listYears') return [...years.values()].map((year) => yearRow(clientGuid, year, given));
      if (order.kind === 'probe') return [];
      const year = years.get(order.fiscalYearId);
      if (!year) return 'clientMissing';
      switch (order.kind) {
        case 'checkYear':
          return [...statisticsOf(year), ...balancesOf(year), ...batchesOf(year)];
        case 'readPostings':
          if (!licence) return 'postingLicenceMissing';
          return inBlocks(postingsOf(year).filter((row) => row.date >= order.from && row.date <= order.to));
        case 'readRecords':
          return inBlocks(
            year.bookings.filter((booking) => order.sequenceIds.includes(booking.batch)).flatMap(linesOf),
          );
        case 'readOpenItems':
          return year.openItems;
        case 'readPartners':
          return [...partners].map(([account, name]) => ({
            row: 'partner',
            side: account < 700_000_000 ? 'debtor' : 'creditor',
            account,
            name,
            partnerNumber: null,
            city: 'Kiel',
            changedAt: '2026-01-01T00:00:00.000+01:00',
          }));
        case 'readTermsOfPayment':
          return [{ row: 'term', id: '10', caption: '14 Tage netto', dueInDays: 14 }];
      }
    },
  };
}
export type TestBooks = ReturnType<typeof createTestBooks>;

export function linesOf(booking: TestBooking & { batch: string }): Posting[] {
  const line = (account: number, contraAccount: number, debit: number, credit: number): Posting => ({
    account,
    contraAccount,
    date: booking.date,
    debit,
    credit,
    batchNumber: booking.batch,
    text: booking.text ?? null,
    documentField1: booking.field1 ?? null,
    documentField2: null,
    documentLink: booking.link ?? null,
    taxKey: null,
    taxRate: 19,
    opening: booking.opening ?? false,
    generalReversal: false,
    costCenter1: null,
    costCenter2: null,
  });
  return [
    line(booking.account, booking.contra, booking.cents, 0),
    line(booking.contra, booking.account, 0, booking.cents),
  ];
}

export const postingsOf = (year: TestYear): Posting[] => year.bookings.flatMap(linesOf);

/** A block for each, so that few postings make many parts. */
const inBlocks = (postings: readonly Posting[]): ConnectorRow[] => postings.map((posting) => blockOf([posting]));

function yearRow(clientGuid: string, year: TestYear, given: { accountSystem?: number | null }): ConnectorRow {
  return {
    row: 'year',
    clientGuid,
    fiscalYearId: year.fiscalYearId,
    begin: year.begin,
    end: year.end,
    consultantNumber: year.consultantNumber,
    mandantNumber: year.mandantNumber,
    accountLength: 4,
    accountSystem: given.accountSystem === undefined ? 3 : given.accountSystem,
    currency: 'EUR',
    locked: false,
  };
}

function statisticsOf(year: TestYear): ConnectorRow[] {
  const counts = Array<number>(12).fill(0);
  for (const booking of year.bookings) {
    const month = Number(booking.date.slice(5, 7));
    counts[month - 1] = (counts[month - 1] ?? 0) + 1;
  }
  const rows = counts.map((count, at) => ({ month: at + 1, journal: count, primaNota: count }));
  const all = year.bookings.length;
  return [...rows, { month: 15, journal: all, primaNota: all }].map((row) => ({ row: 'statistics', ...row }));
}

export function balancesOf(year: TestYear): BalanceRow[] {
  const accounts = new Map<number, BalanceRow>();
  for (const row of postingsOf(year)) {
    const own = accounts.get(row.account) ?? {
      row: 'balance',
      account: row.account,
      caption: `Konto ${row.account}`,
      opening: 0,
      balance: 0,
      debit: 0,
      credit: 0,
      months: [],
    };
    accounts.set(row.account, own);
    const amount = row.debit - row.credit;
    own.balance += amount;
    if (row.opening) {
      own.opening += amount;
      continue;
    }
    own.debit += row.debit;
    own.credit += row.credit;
    const month = Number(row.date.slice(5, 7));
    const turnover = own.months.find((one) => one.month === month);
    if (turnover) turnover.turnover += amount;
    else own.months.push({ month, turnover: amount });
  }
  return [...accounts.values()].sort((a, b) => a.account - b.account);
}

function batchesOf(year: TestYear): BatchRow[] {
  return [...year.batches].map(([number, batch]) => ({
    row: 'batch',
    id: number,
    number,
    description: 'Stapel',
    from: batch.from,
    to: batch.to,
    committed: batch.committed,
    committedAt: batch.committed ? batch.to : null,
    initials: 'AB',
  }));
}
