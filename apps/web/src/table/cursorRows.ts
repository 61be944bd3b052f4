import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { RowSource } from './rows.ts';

/** A page of a list that goes on behind a cursor; null: it was the last one. */
type CursorPage = { next: string | null };

type Settings<Page extends CursorPage, Row> = {
  /** Query key of the list. Its first part is the endpoint's path. */
  key: readonly unknown[];
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<Page>;
  rowsOf: (page: Page) => readonly Row[];
};

/** Rows that are announced while the next page is on its way, so that scrolling meets no wall. */
const announced = 12;

/**
 * A list without numbered places, read on as it is scrolled. The first page stands by itself, for what it says about all of them; it
 * keeps its answer to the previous question until the new one is there.
 */
export function useCursorRows<Page extends CursorPage, Row>({ key, load, rowsOf }: Settings<Page, Row>) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => load(pageParam ?? undefined, signal),
    // Told by its type alone, as the first page has no cursor.
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
  const { data, hasNextPage, isFetching, fetchNextPage } = query;
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
    error: data && query.error,
  };
  const first = { data: data?.pages[0], error: query.error, refetch: query.refetch };
  return { source, rows, first, hasMore: hasNextPage, readOn };
}
