import {
  keepPreviousData,
  QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import type { Answer, Call, Callable, CallInput } from './call.ts';
import { NoAnswer } from './problem.ts';

export const CallContext = createContext<Call | null>(null);

/** @throws outside of the context: a mistake in the program */
export function useCall(): Call {
  const call = useContext(CallContext);
  if (!call) throw new Error('CallContext is missing');
  return call;
}

/** So long what was loaded is shown again without being asked for, milliseconds. */
export const freshForMs = 30_000;

/** Live events keep the data fresh, so nothing is fetched again by the clock or on focus. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // Without a network a call fails and says so. By default it would wait in silence, and an act be done whenever the network is back.
      mutations: { networkMode: 'always' },
      queries: {
        networkMode: 'always',
        staleTime: freshForMs,
        refetchOnWindowFocus: false,
        retry: (count, error) => error instanceof NoAnswer && error.kind === 'offline' && count < 2,
      },
    },
  });
}

/** First the path, for invalidation by topic, then what makes it one request. */
export const keyOf = <E extends Callable>(endpoint: E, input: CallInput<E>) => [endpoint.path, input] as const;

type AskOptions = { enabled?: boolean; keepPrevious?: boolean };

/** Reads an endpoint. The answer's type comes from the contract. */
export function useAsk<E extends Callable>(
  endpoint: E,
  input: CallInput<E>,
  options: AskOptions = {},
): UseQueryResult<Answer<E>> {
  const call = useCall();
  // The argument tuple of `call` is the input of the same endpoint; the generic hides it.
  const ask = call as unknown as (endpoint: E, input: CallInput<E>, signal: AbortSignal) => Promise<Answer<E>>;
  const query = useQuery({
    queryKey: keyOf(endpoint, input),
    queryFn: ({ signal }) => ask(endpoint, input, signal),
    enabled: options.enabled ?? true,
    ...(options.keepPrevious ? { placeholderData: keepPreviousData } : {}),
  });
  // keepPreviousData widens the type although it is the same answer's.
  return query as UseQueryResult<Answer<E>>;
}

type ActOptions<E extends Callable> = {
  /** Paths whose data is stale afterwards; the live events tell the other pages. */
  stale?: readonly Callable[];
  onDone?: (answer: Answer<E>) => void;
};

/** Writes to an endpoint. Errors stay in `error` for the form or dialog that called. */
export function useAct<E extends Callable>(
  endpoint: E,
  options: ActOptions<E> = {},
): UseMutationResult<Answer<E>, Error, CallInput<E>> {
  const call = useCall();
  const client = useQueryClient();
  // As above: the tuple of `call` for the same endpoint.
  const act = call as unknown as (endpoint: E, input: CallInput<E>) => Promise<Answer<E>>;
  return useMutation({
    mutationFn: (input: CallInput<E>) => act(endpoint, input),
    onSuccess: async (answer) => {
      const paths = new Set((options.stale ?? []).map((each) => each.path));
      await client.invalidateQueries({ predicate: ({ queryKey }) => paths.has(String(queryKey[0])) });
      options.onDone?.(answer);
    },
  });
}
