const FIRST_MS = 1000;
const MOST_MS = 60_000;

/** Growing pauses: a second, two, four … a minute, each between its half and its whole, so that not all connectors come back at once. */
export type BackOff = {
  /** How long to wait after another failure. `asked`: what the hub asked for, which is never undercut. */
  next: (asked: number | null) => number;
  reset: () => void;
};

/** @param random between 0 and 1 */
export function createBackOff(random: () => number): BackOff {
  let failures = 0;
  return {
    next(asked) {
      const most = Math.min(FIRST_MS * 2 ** failures, MOST_MS);
      failures++;
      return Math.max(Math.round(most * (0.5 + random() / 2)), asked ?? 0);
    },
    reset() {
      failures = 0;
    },
  };
}
