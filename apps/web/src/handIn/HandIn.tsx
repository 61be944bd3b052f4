import { api } from '@bruecke/contract';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { isStale } from '../api/live.ts';
import { keyOf, useCall } from '../api/query.tsx';
import type { Me } from '../session/me.tsx';
import { useSurroundings } from '../surroundings.ts';
import { browserPorts } from './browserPorts.ts';
import { createQueue, type Queue, type Snapshot, totalsOf } from './queue.ts';

type Shared = {
  queue: Queue;
  /** Belegtyp chosen for the files to come, and for which Mandant: types differ between them. */
  type: { mandantId: string; name: string } | null;
  setType: (type: Shared['type']) => void;
};

const QueueContext = createContext<Shared | null>(null);

/** One queue for the whole app: files go on travelling while one looks at other pages. */
export function HandInQueue({ children }: { children: ReactNode }) {
  const call = useCall();
  const client = useQueryClient();
  const { newId } = useSurroundings();
  const [queue] = useState(() =>
    createQueue(
      browserPorts({
        call,
        newId,
        csrfToken: () => client.getQueryData<Me>(keyOf(api.auth.me, {}))?.csrfToken ?? null,
      }),
    ),
  );
  const [type, setType] = useState<Shared['type']>(null);
  const { items } = useSyncExternalStore(queue.subscribe, queue.snapshot);
  const isBusy = totalsOf(items).open > 0;
  useEffect(() => {
    if (!isBusy) return;
    // The live events say so too, but they may be interrupted just now.
    const refresh = () =>
      client.invalidateQueries({ predicate: ({ queryKey }) => isStale('vouchers', String(queryKey[0])) });
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => {
      window.removeEventListener('beforeunload', warn);
      void refresh();
    };
  }, [isBusy, client]);
  const shared = useMemo(() => ({ queue, type, setType }), [queue, type]);
  return <QueueContext value={shared}>{children}</QueueContext>;
}

/** @throws outside of <HandInQueue>: a mistake in the program */
export function useHandIn(): Shared & { snapshot: Snapshot } {
  const shared = useContext(QueueContext);
  if (!shared) throw new Error('useHandIn needs <HandInQueue> above it');
  return { ...shared, snapshot: useSyncExternalStore(shared.queue.subscribe, shared.queue.snapshot) };
}
