import type { Problem } from '@bruecke/contract';
import { createContext, useContext } from 'react';
import { createSignal } from '../signal.ts';

/** Why the session ended, where the server knows. */
export type Reason = Problem['detail'];

export type Absence = ReturnType<typeof createAbsence>;

type Over = { reason: Reason; back: Promise<void>; end: () => void };

/**
 * Between the end of a session and the next sign-in with a page open. What the page asks of the server meanwhile waits, and so do the
 * files to hand in; it goes on when the same person is back. If somebody else comes it waits for ever: the page is left.
 */
export function createAbsence() {
  let over: Over | null = null;
  /** How many look: the frame of the pages, which lets one sign in again. The pages before the sign-in do not. */
  let watching = 0;
  const changed = createSignal();
  const set = (next: Over | null) => {
    over = next;
    changed.emit();
  };
  return {
    subscribe(listener: () => void): () => void {
      const end = changed.subscribe(listener);
      watching += 1;
      return () => {
        watching -= 1;
        end();
      };
    },
    /** Null while somebody is signed in. */
    current: (): Pick<Over, 'reason'> | null => over,
    /** Undefined when there is nothing to wait for. */
    untilBack: (): Promise<void> | undefined => over?.back,
    /** The server says that the session is over. Several who hear it wait for the same; null where one can't sign in again. */
    begin(reason: Reason): Promise<void> | null {
      if (over) return over.back;
      if (watching === 0) return null;
      let end = () => {};
      const back = new Promise<void>((resolve) => {
        end = resolve;
      });
      set({ reason, back, end });
      return back;
    },
    /** The same person is back. */
    end(): void {
      const { end } = over ?? {};
      set(null);
      end?.();
    },
    /** Nobody comes back to this page: who signs out wants to. */
    forget(): void {
      set(null);
    },
  };
}

export const AbsenceContext = createContext<Absence | null>(null);

/** @throws outside of the context: a mistake in the program */
export function useAbsence(): Absence {
  const absence = useContext(AbsenceContext);
  if (!absence) throw new Error('AbsenceContext is missing');
  return absence;
}
