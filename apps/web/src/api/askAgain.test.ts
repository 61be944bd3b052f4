import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, expect, it } from 'vitest';
import { askAgain } from './askAgain.ts';

const path = '/mandanten/:mandantId/figures/state';
const clients: QueryClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.clear();
});

function queueOf<T>() {
  const there: T[] = [];
  let arrive = () => {};
  return {
    add: (one: T) => {
      there.push(one);
      arrive();
    },
    next: async (): Promise<T> => {
      for (;;) {
        const one = there.shift();
        if (one) return one;
        await new Promise<void>((come) => {
          arrive = come;
        });
      }
    },
  };
}

/** A page that shows an answer; each time it is asked for, the test answers. `rests`: how long it wants to rest, and what ends that. */
function show(loadedAt?: number) {
  const client = new QueryClient();
  clients.push(client);
  const rests = queueOf<{ milliseconds: number; end: () => void }>();
  const clock = {
    time: 200_000,
    now: () => clock.time,
    wait: (milliseconds: number) => new Promise<void>((end) => rests.add({ milliseconds, end })),
  };
  const asked: ((answer: string) => void)[] = [];
  const queryKey = [path, {}];
  if (loadedAt !== undefined) client.setQueryData(queryKey, 'old', { updatedAt: loadedAt });
  let wake = () => {};
  const askedOnceMore = new Promise<void>((done) => {
    wake = done;
  });
  const queryFn = () => {
    if (asked.length > 0) wake();
    return new Promise<string>((answer) => asked.push(answer));
  };
  const observer = new QueryObserver(client, { queryKey, queryFn, staleTime: Number.POSITIVE_INFINITY });
  observer.subscribe(() => undefined);
  return { client, asked, askedOnceMore, observer, clock, rests };
}

it('asks for what was there before the event, and not for what came after it', () => {
  const { client, asked, clock } = show(100_000);
  askAgain(client, ['figures'], { at: 90_000, since: 80_000 }, clock);
  askAgain(client, ['members'], { at: 110_000, since: 80_000 }, clock);
  expect(asked).toHaveLength(0);
  askAgain(client, ['history', 'figures', 'vouchers'], { at: 110_000, since: 80_000 }, clock);
  expect(asked).toHaveLength(1);
});

it('takes what arrived just after the event for read before it', () => {
  const { client, asked, clock } = show(100_000);
  askAgain(client, ['figures'], { at: 99_000, since: 80_000 }, clock);
  expect(asked).toHaveLength(1);
});

it('lets a first answer come, and asks once more where the event was since the page began', async () => {
  const { client, asked, askedOnceMore, observer, clock } = show();
  askAgain(client, ['figures'], { at: 79_000, since: 80_000 }, clock);
  askAgain(client, ['figures'], { at: 80_500, since: 80_000 }, clock);
  expect(asked).toHaveLength(1);
  asked[0]?.('first');
  await askedOnceMore;
  expect(observer.getCurrentResult().data).toBe('first');
  expect(asked).toHaveLength(2);
});

it('lets an answer come that takes longer than the next event, and asks once more after a rest', async () => {
  const { client, asked, observer, clock, rests } = show(100_000);
  const event = () => askAgain(client, ['figures'], { at: Number.POSITIVE_INFINITY, since: 80_000 }, clock);
  event();
  event();
  expect(asked).toHaveLength(1);
  clock.time += 500;
  asked[0]?.('slow');
  const first = await rests.next();
  expect(observer.getCurrentResult().data).toBe('slow');
  expect(first.milliseconds).toBe(1500);
  event();
  expect(asked).toHaveLength(1);
  first.end();
  await Promise.resolve();
  expect(asked).toHaveLength(2);
  clock.time += 60_000;
  asked[1]?.('slower');
  const second = await rests.next();
  expect(second.milliseconds).toBe(10_000);
  second.end();
  await Promise.resolve();
  expect(asked).toHaveLength(2);
  event();
  expect(asked).toHaveLength(3);
});
