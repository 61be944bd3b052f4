import type { LiveTopic } from '@bruecke/contract';
import type { Query, QueryClient } from '@tanstack/react-query';
import { isStale } from './live.ts';

/** What came this long before an event may not show it yet: it was read earlier than it arrived, milliseconds. */
const readBeforeMs = 2000;
/** After an answer that took long the page rests three times as long, at most this, milliseconds: many pages look at one server. */
const longestRestMs = 10_000;

export type Clock = {
  /** Milliseconds since 1970. */
  now: () => number;
  wait: (milliseconds: number) => Promise<void>;
};

/**
 * Asks again for what an event at this time made stale, but not for what was loaded after it. Events that come while it is being
 * asked for, or soon after, lead to one question more: were each to begin anew, a slow answer would never come while they last.
 * @param since when the page began to load; what is still on its first way was asked for then or later
 */
export function askAgain(
  client: QueryClient,
  topics: readonly LiveTopic[],
  { at, since }: { at: number; since: number },
  clock: Clock,
): void {
  for (const query of client.getQueryCache().findAll()) {
    const isFirst = query.state.data === undefined && query.state.fetchStatus === 'fetching';
    const askedAt = isFirst ? since : query.state.dataUpdatedAt - readBeforeMs;
    const path = String(query.queryKey[0]);
    if (askedAt > at || !topics.some((topic) => isStale(topic, path))) continue;
    const again = () => void inTurn(client, query, clock);
    if (isFirst) afterFirst(client, query, again);
    else again();
  }
}

const asking = new WeakMap<Query, { wanted: boolean }>();

async function inTurn(client: QueryClient, query: Query, { now, wait }: Clock): Promise<void> {
  const running = asking.get(query);
  if (running) {
    running.wanted = true;
    return;
  }
  const turn = { wanted: true };
  asking.set(query, turn);
  while (turn.wanted) {
    turn.wanted = false;
    const askedAt = now();
    await client.invalidateQueries({ queryKey: query.queryKey, exact: true });
    await wait(Math.min(3 * (now() - askedAt), longestRestMs));
  }
  asking.delete(query);
}

const awaited = new WeakSet<Query>();

/** A first answer on its way would pass for a fresh one: it may come, and then it is asked for once more. */
function afterFirst(client: QueryClient, query: Query, again: () => void): void {
  if (awaited.has(query)) return;
  awaited.add(query);
  const end = client.getQueryCache().subscribe((event) => {
    if (event.query !== query || (event.type !== 'removed' && query.state.fetchStatus === 'fetching')) return;
    end();
    awaited.delete(query);
    again();
  });
}
