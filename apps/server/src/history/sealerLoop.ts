import { type SealerOptions, sealPending } from './sealer.ts';

export type SealerLoopOptions = SealerOptions & {
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown) => void;
};

/** Entries are sealed at most a second after their commit; asking an empty outbox costs one index look-up. */
const PAUSE = 400;
const PAUSE_AFTER_ERROR = 2000;

/** Seals for as long as the process runs; every worker may run one, the lock lets one through. Returns the end of it. */
export function startSealer(options: SealerLoopOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const limit = options.limit ?? 2000;
  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      let pause = PAUSE;
      try {
        const sealed = await sealPending({ ...options, limit });
        if (sealed >= limit) pause = 0;
      } catch (error) {
        options.onError(error);
        pause = PAUSE_AFTER_ERROR;
      }
      if (pause > 0) await options.wait(pause, stopping.signal);
    }
  }
  const ended = run();
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}
