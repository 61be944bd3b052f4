import type { ReactNode } from 'react';
import { isTakenAway } from '../api/problem.ts';
import { ProblemPage } from './ProblemBanner.tsx';
import { Skeleton } from './States.tsx';

/** As much of a query as this needs; one that comes page by page can stand behind it too. */
export type Loading<Data> = { data: Data | undefined; error: unknown; refetch: () => unknown };

type Props<Data> = { query: Loading<Data>; children: (data: Data) => ReactNode; waiting?: ReactNode };

/**
 * Loading, error, no right, or the data. What is already on the screen stays there when a refresh fails, unless the server
 * says that it is this person's no longer.
 */
export function Loaded<Data>({ query, children, waiting }: Props<Data>) {
  if (query.data !== undefined && !isTakenAway(query.error)) return children(query.data);
  if (query.error) return <ProblemPage error={query.error} onRetry={() => void query.refetch()} />;
  return waiting ?? <Skeleton lines={6} />;
}
