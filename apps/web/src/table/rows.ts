import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { pagesOf } from './windowing.ts';

/** What a table needs to know about its rows; they may come page by page. */
export type RowSource<Row> = {
  total: number;
  /** undefined while its page is on the way */
  row: (index: number) => Row | undefined;
  /** The table says which rows it shows; the source sees to it that they come. */
  want: (first: number, last: number) => void;
  error: unknown;
};

/** Rows that are all there already. */
export function allRows<Row>(rows: readonly Row[]): RowSource<Row> {
  return { total: rows.length, row: (index) => rows[index], want: () => {}, error: null };
}

type PagedSettings<Page, Row> = {
  /** Query key of the page that begins there. Its first part is the endpoint's path. */
  keyOf: (offset: number) => readonly unknown[];
  total: number;
  pageSize: number;
  load: (offset: number, signal: AbortSignal) => Promise<Page>;
  rowsOf: (page: Page) => readonly Row[];
};

/**
 * A window onto a long list: only pages in view are asked for; a page scrolled past before it came is
 * cancelled. Pages seen stay in the query cache and are refreshed by live events when they are in view.
 */
export function usePagedRows<Page, Row>(settings: PagedSettings<Page, Row>): RowSource<Row> {
  const { keyOf, total, pageSize, load, rowsOf } = settings;
  const client = useQueryClient();
  const [window, setWindow] = useState({ first: 0, last: pageSize - 1 });
  const pages = pagesOf(window.first, window.last, pageSize, total);
  const results = useQueries({
    queries: pages.map((page) => ({
      queryKey: keyOf(page * pageSize),
      queryFn: ({ signal }: { signal: AbortSignal }) => load(page * pageSize, signal),
    })),
  });
  const want = useCallback((first: number, last: number) => {
    setWindow((old) => (old.first === first && old.last === last ? old : { first, last }));
  }, []);
  const row = (index: number): Row | undefined => {
    const page = Math.floor(index / pageSize);
    const shown = results[pages.indexOf(page)]?.data ?? client.getQueryData<Page>(keyOf(page * pageSize));
    return shown && rowsOf(shown)[index - page * pageSize];
  };
  return { total, row, want, error: results.find((result) => result.error)?.error ?? null };
}
