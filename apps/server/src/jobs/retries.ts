/** Why a job could not do its work this time. */
export type RetryKind =
  /** The other side could not be reached, or the connection broke. */
  | 'network'
  /** No answer in time. */
  | 'timeout'
  /** The other side asks for a pause (429). */
  | 'rateLimited'
  /** The other side is down or overloaded (502, 503, 504). */
  | 'unavailable'
  /** The other side failed (500). */
  | 'remoteError'
  /** Our database or disk is not there, or two transactions were in each other's way. */
  | 'storage'
  /** What the job needs is held by another at the moment (a lease, a lock). */
  | 'busy'
  /** An error nobody foresaw. */
  | 'unexpected';

type RetryRule = {
  /** Pauses in milliseconds before repetition 1, 2, …; the last one goes for all later ones. */
  readonly pauses: readonly number[];
  /** Repetitions before giving up; Infinity for what only time can solve: an outage of two days must not lose a job. */
  readonly limit: number;
  /** Longest pause that the other side may ask for (Retry-After). */
  readonly longestAsked: number;
};

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const OUTAGE: RetryRule = {
  pauses: [5 * SECOND, 15 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE],
  limit: Number.POSITIVE_INFINITY,
  longestAsked: HOUR,
};

/** Which causes are repeated, and after how long. The wait is stored with the job as its run_at. */
export const RETRIES: Readonly<Record<RetryKind, RetryRule>> = {
  network: OUTAGE,
  timeout: OUTAGE,
  unavailable: OUTAGE,
  rateLimited: {
    pauses: [30 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE],
    limit: Number.POSITIVE_INFINITY,
    longestAsked: 24 * HOUR,
  },
  remoteError: { pauses: [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR], limit: 48, longestAsked: HOUR },
  storage: { pauses: [SECOND, 5 * SECOND, 30 * SECOND], limit: Number.POSITIVE_INFINITY, longestAsked: MINUTE },
  busy: { pauses: [2 * SECOND, 5 * SECOND, 15 * SECOND], limit: Number.POSITIVE_INFINITY, longestAsked: HOUR },
  unexpected: { pauses: [10 * SECOND, MINUTE, 10 * MINUTE, HOUR], limit: 10, longestAsked: HOUR },
};

/** Share of a pause that chance takes away or adds, so that a thousand waiting jobs do not all come back at once. */
const SPREAD = 0.2;

/**
 * Milliseconds until repetition number `repetition` (from 1), or undefined: give up. What the other side asked for goes
 * before a shorter pause of our own, up to the rule's bound. `random`: 0 ≤ x < 1.
 */
export function pauseBefore(
  kind: RetryKind,
  repetition: number,
  random: () => number,
  askedMilliseconds = 0,
): number | undefined {
  const rule = RETRIES[kind];
  if (repetition > rule.limit) return undefined;
  const pause = rule.pauses[Math.min(repetition, rule.pauses.length) - 1] ?? 0;
  const spread = Math.round(pause * (1 + SPREAD * (2 * random() - 1)));
  const asked = Math.min(Math.max(askedMilliseconds, 0), rule.longestAsked);
  // Asked pauses are only lengthened: coming back too early is what the other side asked us not to do.
  return asked > spread ? Math.round(asked * (1 + SPREAD * random())) : spread;
}
