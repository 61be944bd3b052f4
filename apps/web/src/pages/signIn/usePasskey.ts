import { api } from '@bruecke/contract';
import { useCall } from '../../api/query.tsx';

/** What a passkey said to a challenge of the server, ready to be sent back. */
export type PasskeyProof = { challengeId: string; response: Record<string, unknown> };

/** The person closed the browser's window or has no fitting passkey; nothing is wrong with the server. */
export class PasskeyCancelled extends Error {}

/** Asks the server for a challenge and the browser for its answer. The library comes only when it is used. */
export function usePasskey(): () => Promise<PasskeyProof> {
  const call = useCall();
  return async () => {
    const { challengeId, options } = await call(api.auth.passkeyOptions);
    const { startAuthentication } = await import('@simplewebauthn/browser');
    try {
      // The server's library made these options for exactly this function; the contract leaves them open.
      const optionsJSON = options as never;
      const response = await startAuthentication({ optionsJSON });
      return { challengeId, response: { ...response } };
    } catch (cause) {
      throw new PasskeyCancelled('passkey', { cause });
    }
  };
}
