import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { RowSource } from './rows.ts';

/** A page of a list that goes on behind a cursor; null: it was the last one. */
type CursorPage = { next: string | null };

type Settings<Page extends CursorPage, Row> = {
  /** What the list is a list of: path of its endpoint, parameters, filter. */
  key: readonly unknown[];
  /** Moves when the rows may have: then all pages that are there are read anew, each in its place. */
  version: string | null;
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<Page>;
  rowsOf: (page: Page) => readonly Row[];
};

/** Rows that are announced while the next page is on its way, so that scrolling meets no wall. */
const announced = 12;

/**
 * A list without numbered places, read on as it is scrolled. Not made stale by live events, which come each second while a synchronisation
 * runs: somebody far down would ask for dozens of pages each time. The first page stands by itself, for what it says about all of them.
 */
export function useCursorRows<Page extends CursorPage, Row>({ key, version, load, rowsOf }: Settings<Page, Row>) {
  const query = useInfiniteQuery({
    queryKey: ['rows', ...key],
    queryFn: ({ pageParam, signal }) => load(pageParam ?? undefined, signal),
    // Told by its type alone, as the first page has no cursor.
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    // What was read before may have changed while no page watched.
    refetchOnMount: 'always',
  });
  const { data, hasNextPage, isFetching, fetchNextPage, refetch } = query;
  useRefetchOnChange(version, refetch);
  // biome-ignore lint/correctness/useExhaustiveDependencies: how rows are taken from a page does not change
  const rows = useMemo(() => (data?.pages ?? []).flatMap((page) => [...rowsOf(page)]), [data]);
  const readOn = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const want = useCallback(
    (_first: number, last: number) => {
      if (last >= rows.length) readOn();
    },
    [rows.length, readOn],
  );
  const source: RowSource<Row> = {
    total: rows.length + (hasNextPage ? announced : 0),
    row: (index) => rows[index],
    want,
    error: data ? query.error : null,
  };
  const first = { data: data?.pages[0], error: query.error, refetch };
  return {
    source,
    rows,
    first,
    newest: data?.pages.at(-1),
    isOld: query.isPlaceholderData,
    hasMore: hasNextPage,
    readOn,
  };
}

function useRefetchOnChange(version: string | null, refetch: () => unknown): void {
  const before = useRef(version);
  useEffect(() => {
    if (before.current === version) return;
    before.current = version;
    void refetch();
  }, [version, refetch]);
}
