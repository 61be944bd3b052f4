import { createRandom } from '../random.ts';
import type { Books, BooksOptions } from './books/types.ts';
import { type BookControl, bookControl } from './control.ts';
import { type OnPremAnswer, render } from './render.ts';
import { type OnPremRequest, route } from './route.ts';
import { createState, type OnPremState } from './state.ts';
import { makeBooks } from './story/makeBooks.ts';

export type OnPremControl = BookControl & {
  readonly state: OnPremState;
  books(): readonly Books[];
  /** Calls so far by operation (`accounting/account-postings` …), without those that were refused. */
  callCounts(): Record<string, number>;
  /** Most calls at the same time. */
  mostAtOnce(): number;
};

export type OnPremSandboxOptions = {
  books: readonly BooksOptions[];
  /** The technical Windows user, `DOMAIN\user`. */
  user: string;
  password: string;
  wait?: (milliseconds: number) => Promise<void>;
};

export type OnPremSandbox = {
  readonly user: string;
  readonly password: string;
  /** Answers a request whose user is known already. */
  answer(request: OnPremRequest): Promise<OnPremAnswer>;
  /** For a server: a call goes on until the last of its body was taken to be sent. */
  whileTaken(body: Iterable<string>): Iterable<string>;
  readonly control: OnPremControl;
};

/** DATEVconnect on a firm's server as a function of requests. Books are made from their seeds; state is in memory. */
export function createOnPremSandbox(options: OnPremSandboxOptions): OnPremSandbox {
  const { user, password } = options;
  const books = options.books.map(makeBooks);
  const state = createState();
  const requestIds = createRandom(user, 'request ids');
  const counts: Record<string, number> = {};
  let now = 0;
  let most = 0;
  const begin = () => {
    now += 1;
    most = Math.max(most, now);
  };
  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    begin();
    try {
      return await work();
    } finally {
      now -= 1;
    }
  };
  const count = (operation: string) => {
    counts[operation] = (counts[operation] ?? 0) + 1;
  };
  const wait = options.wait ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
  return {
    user,
    password,
    answer: (request) =>
      during(async () => {
        if (state.delayMilliseconds > 0) await wait(state.delayMilliseconds);
        return render(route({ books, user, state }, request, count), requestIds.guid().toLowerCase());
      }),
    *whileTaken(body) {
      begin();
      try {
        yield* body;
      } finally {
        now -= 1;
      }
    },
    control: {
      ...bookControl(books),
      state,
      books: () => books,
      callCounts: () => ({ ...counts }),
      mostAtOnce: () => most,
    },
  };
}
