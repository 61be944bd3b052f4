/** How the body of a made-up answer looks: the shapes that DATEV's interfaces really show (cloud.md G, trap 3). */
export type BodyShape = 'fitting' | 'problem' | 'problem-ade' | 'error-message' | 'gateway' | 'html' | 'empty';

export type FaultEffect =
  /** A documented error: `DCO…`, `1008828`, `1008829`, or an OAuth error for login calls (`invalid_grant`, …). */
  | { kind: 'error'; code: string; status?: number; processed?: boolean }
  /** A bare status, for example 503 or 429 with `retryAfterSeconds`. */
  | { kind: 'status'; status: number; shape?: BodyShape; retryAfterSeconds?: number; processed?: boolean }
  /** The answer takes longer. Other faults may follow on the same call. */
  | { kind: 'delay'; milliseconds: number }
  /**
   * The connection ends: without an answer, before or after the call was carried out, or `during` the answer to a call that
   * was carried out (status and headers arrive, the body does not).
   */
  | { kind: 'cut'; when: 'before' | 'after' | 'during' };

/** `processed: true` carries the call out and then lies about it; otherwise the call has no effect. */
export type Fault = {
  /** An operation (`documents.put`) or a group of them (`documents`, `login.token`); several are possible. Default: every call. */
  operation?: string | string[];
  /** Technical client id (`455148-1`); only calls for this client. */
  clientId?: string;
  effect: FaultEffect;
  /** Only the next n matching calls. */
  times?: number;
  /** Only this share of the matching calls, 0 to 1, drawn from the seed. */
  share?: number;
  /** Only for so long, by the sandbox's clock. */
  forMilliseconds?: number;
};

export type ActiveFault = Fault & { id: string; until?: number };
