import { createContext, useContext } from 'react';

/** What the interface takes from outside itself. main.tsx passes the browser's, tests pass their own. */
export type Surroundings = {
  /** Milliseconds since 1970. */
  now: () => number;
  fetch: typeof globalThis.fetch;
  /** Random UUID, lower case. */
  newId: () => string;
  openEvents: (url: string) => EventSource;
  /** Loads another page: nothing of this one stays. */
  leaveFor: (address: string) => void;
  /** Small choices that belong to this device: language, theme, last Mandant. */
  memory: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Calls whenever another tab of this browser has remembered something; answers how to end that. */
  onRemembered: (call: (key: string | null, value: string | null) => void) => () => void;
};

export const SurroundingsContext = createContext<Surroundings | null>(null);

/** @throws outside of the context: a mistake in the program */
export function useSurroundings(): Surroundings {
  const value = useContext(SurroundingsContext);
  if (!value) throw new Error('SurroundingsContext is missing');
  return value;
}
