import { type BooksOptions, createOnPremSandbox, serveOnPrem } from '@bruecke/datev-sandbox';

/** DATEV's sandbox of the firm's server as a process of its own, as DATEV is. Told by its parent what books there are and what staff do. */
export type ToDatev =
  | { ask: 'serve'; books: BooksOptions[] }
  | { ask: 'bookOnce'; guid: string; date: string }
  | { ask: 'calls' };
export type FromDatev =
  | { told: 'serving'; origin: string; certificate: string; user: string; password: string; guids: string[] }
  | { told: 'booked' }
  | { told: 'calls'; counts: Record<string, number> };

const answer = (message: FromDatev) => process.send?.(message);
let sandbox: ReturnType<typeof createOnPremSandbox> | null = null;

process.on('message', (message: ToDatev) => void act(message));

async function act(message: ToDatev): Promise<void> {
  if (message.ask === 'serve') {
    sandbox = createOnPremSandbox({ books: message.books, user: 'KANZLEI\\bruecke', password: 'geheim' });
    const { origin, certificate } = await serveOnPrem(sandbox);
    const guids = sandbox.control.books().map((books) => books.guid);
    answer({ told: 'serving', origin, certificate, user: sandbox.user, password: sandbox.password, guids });
    return;
  }
  if (!sandbox) throw new Error('books come first');
  if (message.ask === 'calls') answer({ told: 'calls', counts: sandbox.control.callCounts() });
  else {
    const like = sandbox.control
      .books()
      .find((books) => books.guid === message.guid)
      ?.years[0]?.entries.at(-1);
    if (!like) throw new Error(`no books of ${message.guid}`);
    const { account, contra } = like;
    sandbox.control.book(message.guid, { date: message.date, account, contra, amount: 12_345, text: 'Nachtrag' });
    answer({ told: 'booked' });
  }
}
