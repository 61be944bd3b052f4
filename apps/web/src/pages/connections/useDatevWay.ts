import { api } from '@bruecke/contract';
import { useState } from 'react';
import { useCall } from '../../api/query.tsx';
import type { Connection } from './answers.ts';
import { useBackFromDatev } from './useBackFromDatev.ts';

/** The ways to DATEV's sign-in: the browser leaves for DATEV and comes back to our callback. */
export function useDatevWay(mandantId: string) {
  const call = useCall();
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useBackFromDatev(() => setPending(false));
  const leave = async (ask: () => Promise<{ url: string }>) => {
    setPending(true);
    setError(null);
    try {
      const { url } = await ask();
      window.location.assign(url);
    } catch (thrown) {
      setError(thrown);
      setPending(false);
    }
  };
  const params = { mandantId };
  return {
    isPending,
    error,
    /** First consent: sign in, choose the dataset, consent for it. */
    connect: (connectionId?: string) =>
      void leave(() => call(api.connections.startSignIn, { params, body: connectionId ? { connectionId } : {} })),
    /** New consent for the dataset that is chosen already. */
    renew: (connection: Connection) =>
      void leave(() => call(api.connections.renew, { params: { mandantId, connectionId: connection.id } })),
  };
}
