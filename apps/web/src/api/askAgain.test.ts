import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, expect, it } from 'vitest';
import { askAgain } from './askAgain.ts';

const path = '/mandanten/:mandantId/figures/state';
const clients: QueryClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.clear();
});

/** A page that shows an answer; each time it is asked for, the test answers. */
function show(loadedAt?: number) {
  const client = new QueryClient();
  clients.push(client);
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
  return { client, asked, askedOnceMore, observer };
}

it('asks for what was there before the event, and not for what came after it', () => {
  const { client, asked } = show(100_000);
  askAgain(client, ['figures'], { at: 90_000, since: 80_000 });
  askAgain(client, ['members'], { at: 110_000, since: 80_000 });
  expect(asked).toHaveLength(0);
  askAgain(client, ['history', 'figures', 'vouchers'], { at: 110_000, since: 80_000 });
  expect(asked).toHaveLength(1);
});

it('takes what arrived just after the event for read before it', () => {
  const { client, asked } = show(100_000);
  askAgain(client, ['figures'], { at: 99_000, since: 80_000 });
  expect(asked).toHaveLength(1);
});

it('lets a first answer come, and asks once more where the event was since the page began', async () => {
  const { client, asked, askedOnceMore, observer } = show();
  askAgain(client, ['figures'], { at: 79_000, since: 80_000 });
  askAgain(client, ['figures'], { at: 80_500, since: 80_000 });
  expect(asked).toHaveLength(1);
  asked[0]?.('first');
  await askedOnceMore;
  expect(observer.getCurrentResult().data).toBe('first');
  expect(asked).toHaveLength(2);
});
