import { useInfiniteQuery } from '@tanstack/react-query';

/** Pages from the newest on, older ones on request. `key`: the endpoint's path first, then what makes it one list. */
export function useOlder<Page extends { next: string | null }>(
  key: readonly unknown[],
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<Page>,
) {
  return useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => load(pageParam || undefined, signal),
    initialPageParam: '',
    getNextPageParam: (page: Page) => page.next ?? undefined,
  });
}
