import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProblemPage } from './ProblemBanner.tsx';
import { Skeleton } from './States.tsx';

type Props<Data> = { query: UseQueryResult<Data>; children: (data: Data) => ReactNode; waiting?: ReactNode };

/** Loading, error, no right, or the data. What is already on the screen stays there when a refresh fails. */
export function Loaded<Data>({ query, children, waiting }: Props<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ProblemPage error={query.error} onRetry={() => void query.refetch()} />;
  return waiting ?? <Skeleton lines={6} />;
}
