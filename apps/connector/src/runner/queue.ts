/** One attempt of an order, to be run once. `run` never throws. */
export type Job = { id: string; attempt: number; run: (signal: AbortSignal) => Promise<void> };

/** The orders in hand: waiting, running, or still to be ended at the hub. */
export type Queue = {
  add: (job: Job) => void;
  /** Breaks these off, or never begins them. */
  cancel: (ids: readonly string[]) => void;
  has: (job: { id: string; attempt: number }) => boolean;
  /** Ids of all that are in hand. */
  ids: () => string[];
  /** Resolves when the next one is through; at once when there is none. */
  oneLess: () => Promise<void>;
  /** Breaks all off; resolves when nothing runs any more. */
  stop: () => Promise<void>;
};

/** Runs jobs in the order in which they came, at most `width` at once. */
export function createQueue(width: number): Queue {
  const inHand = new Map<Job, AbortController>();
  const waiting: Job[] = [];
  let listeners: (() => void)[] = [];
  let busy = 0;

  function through(job: Job): void {
    inHand.delete(job);
    const told = listeners;
    listeners = [];
    for (const listener of told) listener();
  }

  function begin(): void {
    while (busy < width) {
      const job = waiting.shift();
      if (job === undefined) return;
      const stop = inHand.get(job);
      if (stop === undefined) continue;
      busy++;
      void job.run(stop.signal).finally(() => {
        busy--;
        through(job);
        begin();
      });
    }
  }

  function cancel(chosen: (job: Job) => boolean): void {
    for (const [job, stop] of inHand) {
      if (!chosen(job)) continue;
      stop.abort();
      const place = waiting.indexOf(job);
      if (place === -1) continue;
      waiting.splice(place, 1);
      through(job);
    }
  }

  const oneLess = () =>
    inHand.size === 0 ? Promise.resolve() : new Promise<void>((resolve) => listeners.push(resolve));

  return {
    add(job) {
      inHand.set(job, new AbortController());
      waiting.push(job);
      begin();
    },
    cancel: (ids) => cancel(({ id }) => ids.includes(id)),
    has: ({ id, attempt }) => [...inHand.keys()].some((job) => job.id === id && job.attempt === attempt),
    ids: () => [...new Set([...inHand.keys()].map(({ id }) => id))],
    oneLess,
    async stop() {
      cancel(() => true);
      while (inHand.size > 0) await oneLess();
    },
  };
}
