import type { LiveTopic } from '@bruecke/contract';
import type { Query, QueryClient } from '@tanstack/react-query';
import { isStale } from './live.ts';

/** What came this long before an event may not show it yet: it was read earlier than it arrived, milliseconds. */
const readBeforeMs = 2000;

/**
 * Asks again, once, for what an event at this time made stale, but not for what was loaded after it.
 * @param since when the page began to load; what is still on its first way was asked for then or later
 */
export function askAgain(
  client: QueryClient,
  topics: readonly LiveTopic[],
  { at, since }: { at: number; since: number },
): void {
  for (const query of client.getQueryCache().findAll()) {
    const isFirst = query.state.data === undefined && query.state.fetchStatus === 'fetching';
    const askedAt = isFirst ? since : query.state.dataUpdatedAt - readBeforeMs;
    const path = String(query.queryKey[0]);
    if (askedAt > at || !topics.some((topic) => isStale(topic, path))) continue;
    const again = () => void client.invalidateQueries({ queryKey: query.queryKey, exact: true });
    if (isFirst) afterFirst(client, query, again);
    else again();
  }
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
