import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { isRefusal } from '../api/problem.ts';
import { ProblemPage } from './ProblemBanner.tsx';
import { Skeleton } from './States.tsx';

type Props<Data> = { query: UseQueryResult<Data>; children: (data: Data) => ReactNode; waiting?: ReactNode };

/**
 * Loading, error, no right, or the data. What is already on the screen stays there when a refresh fails, unless the server
 * says that it is this person's no longer.
 */
export function Loaded<Data>({ query, children, waiting }: Props<Data>) {
  const isTakenAway = isRefusal(query.error, 'not_found', 'right_missing');
  if (query.data !== undefined && !isTakenAway) return children(query.data);
  if (query.error) return <ProblemPage error={query.error} onRetry={() => void query.refetch()} />;
  return waiting ?? <Skeleton lines={6} />;
}
