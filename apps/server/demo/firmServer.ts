import { type BooksOptions, createOnPremSandbox, type OnPremControl, serveOnPrem } from '@bruecke/datev-sandbox';
import { consultantNumber, type Ledger, ledgers, mandanten } from './world.ts';

/** The firm's own server: DATEVconnect with the books of its Mandanten. */
export type FirmServer = {
  /** Of DATEVconnect, https with a certificate of its own. */
  origin: string;
  user: string;
  password: string;
  control: OnPremControl;
  close: () => Promise<void>;
};

/** Starts DATEVconnect's sandbox. Books are made from their seeds, the same each time, and end today. */
export async function startFirmServer(given: { password: string; port: number; today: string }): Promise<FirmServer> {
  const sandbox = createOnPremSandbox({
    user: 'KANZLEI\\bruecke',
    password: given.password,
    books: ledgers.map((ledger) => booksOf(ledger, given.today)),
  });
  const server = await serveOnPrem(sandbox, { port: given.port });
  const { user, password, control } = sandbox;
  return { origin: server.origin, user, password, control, close: server.close };
}

function booksOf({ number, postingsPerYear, years }: Ledger, today: string): BooksOptions {
  const name = mandanten.find((mandant) => mandant.number === number)?.name ?? '';
  const chart = number % 2 === 0 ? 3 : 4;
  const spans = yearsUntil(today, years);
  return {
    seed: 'demo',
    name,
    consultantNumber,
    clientNumber: number,
    chart,
    years: spans,
    postingsPerYear,
    today,
  };
}

/** Three fiscal years, the last of which holds this day. */
function yearsUntil(today: string, kind: Ledger['years']): { begin: string; end: string }[] {
  const calendarYear = Number(today.slice(0, 4));
  if (kind === 'july') {
    const last = today.slice(5) >= '07-01' ? calendarYear : calendarYear - 1;
    return [last - 2, last - 1, last].map((year) => ({ begin: `${year}-07-01`, end: `${year + 1}-06-30` }));
  }
  return [calendarYear - 2, calendarYear - 1, calendarYear].map((year, index) => ({
    begin: kind === 'founded' && index === 0 ? `${year}-05-01` : `${year}-01-01`,
    end: `${year}-12-31`,
  }));
}
