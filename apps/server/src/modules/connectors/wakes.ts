import type { Id } from '@bruecke/model';

/** The waits of connectors that poll at this process, ended by a notice from whichever process has something for one. */
export type Wakes = {
  /** From now on notices are heard, also those before `until` is called. `end` must follow. */
  listen(connectorId: Id): { until(milliseconds: number, signal: AbortSignal): Promise<void>; end(): void };
  wake(connectorId: Id): void;
  /** Something may have been missed, or the process stops: all look again. */
  wakeAll(): void;
};

export function createWakes(wait: (milliseconds: number, signal: AbortSignal) => Promise<void>): Wakes {
  const listening = new Map<Id, Set<AbortController>>();
  const wakeThose = (controllers: Iterable<AbortController>) => {
    for (const controller of controllers) controller.abort();
  };
  return {
    listen: (connectorId) => {
      const woken = new AbortController();
      const all = listening.get(connectorId) ?? new Set();
      listening.set(connectorId, all.add(woken));
      return {
        until: (milliseconds, signal) => wait(milliseconds, AbortSignal.any([woken.signal, signal])),
        end: () => {
          all.delete(woken);
          if (all.size === 0 && listening.get(connectorId) === all) listening.delete(connectorId);
        },
      };
    },
    wake: (connectorId) => wakeThose(listening.get(connectorId) ?? []),
    wakeAll: () => {
      for (const all of listening.values()) wakeThose(all);
    },
  };
}
