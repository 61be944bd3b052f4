import type { AnswerOf, api } from '@bruecke/contract';
import type { Client } from './client.ts';
import { compareFigures } from './compareFigures.ts';
import { bindClient, pairConnector, until, untilRead } from './figures.ts';
import type { Demo } from './start.ts';

/** What the journey's bookkeeper types for a paper whose fields nobody has read, cents. */
const typedCents = 11_900;

/** Below it are general ledger accounts, above it debtors and creditors. */
const firstPersonal = 100_000_000;

type Travelled = {
  ok: boolean;
  /** What came out, to be printed. */
  lines: string[];
  /** By GUID of the document at DATEV: where its voucher is booked. */
  bookedAs: Map<string, string>;
};

/**
 * The figures' way: staff book the vouchers that arrived; a connector is paired by a Verbindungsdatei, confirmed and started; the Mandant's
 * client is released, bound and read; all of it is compared with DATEV's books; every voucher knows its postings, and they know it.
 */
export async function travelFigures(
  { figures }: Demo,
  client: Client,
  one: {
    mandantId: string;
    number: number;
    name: string;
    vouchers: readonly { guid: string; voucherId: string | null }[];
  },
): Promise<Travelled> {
  const { mandantId, number } = one;
  const books = figures.firmServer.control.books().find(({ clientNumber }) => clientNumber === number);
  if (!books) throw new Error(`DATEV has no books of ${one.name}`);
  const { signal } = new AbortController();
  const { bookkeeper } = figures;
  await until('the fields of all vouchers are read', signal, async () =>
    (await bookkeeper.countUnread(mandantId)) === 0 ? true : null,
  );
  const booked = await bookkeeper.bookArrived(mandantId, number, typedCents);

  const connector = await figures.connector();
  await pairConnector(figures, client, connector);
  connector.service();
  await connector.command(['release', books.guid]);
  await bindClient(figures, client, { mandantId, number }, signal);
  const run = await untilRead(client, mandantId, signal);

  const years = await compareFigures(client, mandantId, books);
  const differences = years.flatMap((year) => year.differences.map((difference) => `${year.label}: ${difference}`));
  const bookedAs = new Map<string, string>();
  for (const { guid, voucherId } of one.vouchers) {
    const line = voucherId && (await readBooking(client, mandantId, voucherId, guid));
    if (line) bookedAs.set(guid, line);
  }
  return {
    ok: differences.length === 0 && booked === one.vouchers.length && bookedAs.size === one.vouchers.length,
    bookedAs,
    lines: [
      `Auswertungen ${one.name}: ${run.rowsRead} Buchungszeilen in ${run.calls} Aufrufen gelesen, ${bookedAs.size} von ${one.vouchers.length} Belegen gebucht`,
      ...years.map(
        (year) =>
          `${year.label.padEnd(8)}  ${year.accounts} Konten, ${year.postings} Buchungszeilen, Soll ${euros(year.debitCents)}, ` +
          `${year.openItems} offene Posten: ${year.differences.length === 0 ? 'gleich auf den Cent' : 'UNGLEICH'}`,
      ),
      ...differences,
    ],
  };
}

/** Where a voucher was booked, seen from it; null unless the posting carries DATEV's link and, in the journal, leads back to the voucher. */
async function readBooking(client: Client, mandantId: string, voucherId: string, guid: string): Promise<string | null> {
  const { rows } = await client.call<AnswerOf<typeof api.figures.postingsOfVoucher>>(
    'GET',
    `/mandanten/${mandantId}/vouchers/${voucherId}/postings`,
  );
  const own = rows.filter(({ documentLink }) => documentLink === `BEDI "${guid.toUpperCase()}"`);
  const row = own.find(({ account }) => account < firstPersonal);
  if (!row) return null;
  const query = new URLSearchParams({ text: row.documentField1 ?? '', account: String(row.account), limit: '50' });
  const journal = await client.call<AnswerOf<typeof api.figures.journal>>(
    'GET',
    `/mandanten/${mandantId}/figures/years/${row.basis.yearNo}/postings?${query}`,
  );
  if (!journal.rows.some((posting) => posting.voucherId === voucherId)) return null;
  const day = row.date.split('-').reverse().join('.');
  return `gebucht am ${day} auf ${row.number} ${row.caption ?? ''}: ${row.documentField1}, ${euros(row.debit - row.credit)}`;
}

const euros = (cents: number) => `${(cents / 100).toLocaleString('de-DE', { minimumFractionDigits: 2 })} €`;
