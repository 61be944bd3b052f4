import type { OnPremControl } from '@bruecke/datev-sandbox';
import type { Id } from '@bruecke/model';
import type { Services } from '../src/context.ts';
import { grossOf, invoiceOf, paperOf, sellers } from './papers.ts';
import { mandanten } from './world.ts';

export type Bookkeeper = {
  /**
   * Books every voucher of the Mandant that has arrived at DATEV and is not booked yet, each with DATEV's link to it, as staff of the firm do.
   * Answers how many.
   *
   * @param typedCents gross amount for what neither the voucher's fields nor the demo's own papers tell; without it those are left
   */
  bookArrived(mandantId: Id, number: number, typedCents?: number): Promise<number>;
  /** Vouchers of the Mandant that are on their way to DATEV, or held by something. */
  countUnderWay(mandantId: Id): Promise<number>;
  /** Vouchers of the Mandant that nobody has looked into yet, for their fields. */
  countUnread(mandantId: Id): Promise<number>;
};

type Arrived = {
  guid: string;
  original_name: string;
  received_at: Date;
  number: string | null;
  voucher_date: string | null;
  gross_cents: number | null;
  partner: string | null;
};

/** @param today nothing is booked later */
export function createBookkeeper(services: Services, control: OnPremControl, today: string): Bookkeeper {
  const booked = new Set<string>();
  return {
    async bookArrived(mandantId, number, typedCents) {
      const books = control.books().find(({ clientNumber }) => clientNumber === number);
      if (!books) return 0;
      let count = 0;
      for (const [index, arrived] of (await findArrived(services, mandantId)).entries()) {
        const invoice = readInvoice(number, index, arrived, typedCents);
        if (booked.has(arrived.guid) || !invoice) continue;
        book(control, books, today, arrived.guid, invoice);
        booked.add(arrived.guid);
        count += 1;
      }
      return count;
    },
    async countUnderWay(mandantId) {
      const open = await services.withTenant({ as: 'job', mandantId }, (tx) =>
        tx
          .selectFrom('deliveries')
          .select('id')
          .where('mandant_id', '=', mandantId)
          .where('ended_at', 'is', null)
          .execute(),
      );
      return open.length;
    },
    async countUnread(mandantId) {
      const waiting = await services.withRole('dispatcher', (tx) =>
        tx.selectFrom('vouchers_to_inspect').select('voucher_id').where('mandant_id', '=', mandantId).execute(),
      );
      return waiting.length;
    },
  };
}

/** All vouchers of a Mandant that reached DATEV, in the order in which they were handed in. */
function findArrived(services: Services, mandantId: Id): Promise<Arrived[]> {
  return services.withTenant({ as: 'job', mandantId }, (tx) =>
    tx
      .selectFrom('deliveries as d')
      .innerJoin('vouchers as v', (join) =>
        join.onRef('v.mandant_id', '=', 'd.mandant_id').onRef('v.id', '=', 'd.voucher_id'),
      )
      .select([
        'd.guid',
        'v.original_name',
        'v.received_at',
        'v.number',
        'v.voucher_date',
        'v.gross_cents',
        'v.partner',
      ])
      .where('d.mandant_id', '=', mandantId)
      .where('d.arrived_at', 'is not', null)
      .orderBy('v.received_at')
      .execute(),
  );
}

type Reading = { date: string; number: string; seller: string; text: string; grossCents: number };

/** What the paper says: its fields, where it is an e-invoice; what the demo printed on it. */
function readInvoice(number: number, index: number, arrived: Arrived, typedCents?: number): Reading | null {
  const day = arrived.received_at.toISOString().slice(0, 10);
  const buyer = mandanten.find((mandant) => mandant.number === number)?.name ?? '';
  const own = paperOf(buyer, number + index, day).name === arrived.original_name;
  const printed = own ? invoiceOf(buyer, number + index, day) : null;
  // Of no amount: there is nothing to book but what somebody types.
  const grossCents = arrived.gross_cents || (printed ? grossOf(printed) : typedCents);
  if (grossCents === undefined) return null;
  const seller = arrived.partner ?? printed?.seller ?? sellers[0];
  return {
    date: arrived.voucher_date ?? day,
    number: arrived.number ?? printed?.number ?? arrived.original_name,
    seller: seller ?? '',
    text: printed?.text ?? `Beleg ${seller}`,
    grossCents,
  };
}

/** Expenses of the demo's sellers, by SKR03 and SKR04; an account for goods knows its tax by itself. */
const expenses = [
  { numbers: [3400, 5400], tax: 'goods19' },
  { numbers: [4240, 6325], tax: 'input19' },
  { numbers: [4930, 6815], tax: 'input19' },
  { numbers: [4920, 6805], tax: 'input19' },
  { numbers: [4730, 6740], tax: 'input19' },
  { numbers: [4805, 6470], tax: 'input19' },
  { numbers: [4250, 6330], tax: 'input19' },
  { numbers: [4360, 6400], tax: 'input19' },
] as const;
const technicalDigits = 10_000;
const firstCreditor = 700_000_000;

function book(
  control: OnPremControl,
  { guid: clientGuid, chart, years, partners }: ReturnType<OnPremControl['books']>[number],
  today: string,
  guid: string,
  reading: Reading,
): void {
  const isSeller = sellers.includes(reading.seller);
  const index = isSeller ? sellers.indexOf(reading.seller) : 0;
  const expense = expenses[index] ?? expenses[0];
  const creditors = partners.filter(({ account }) => account >= firstCreditor);
  const creditor = creditors[index % creditors.length];
  if (!creditor) throw new Error(`no creditor in the books of ${clientGuid}`);
  if (creditor.name !== reading.seller && isSeller)
    control.renamePartner(clientGuid, creditor.account, reading.seller, `${today}T08:00:00.000+01:00`);
  const inBooks = years.some(({ begin, end }) => begin <= reading.date && reading.date <= end) && reading.date <= today;
  const account = expense.numbers[chart === 3 ? 0 : 1] * technicalDigits;
  const isCredit = reading.grossCents < 0;
  control.book(clientGuid, {
    date: inBooks ? reading.date : today,
    account: isCredit ? creditor.account : account,
    contra: isCredit ? account : creditor.account,
    amount: Math.abs(reading.grossCents),
    tax: isCredit ? 'discountReceived' : expense.tax,
    text: reading.text.slice(0, 60),
    documentField1: reading.number.slice(0, 36),
    documentLink: `BEDI "${guid.toUpperCase()}"`,
  });
}
