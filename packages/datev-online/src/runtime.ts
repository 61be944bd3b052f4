import type { DiscoveryCache } from './login/loginServer.ts';

/** One HTTP call. The global `fetch` fits; so does a sandbox that never opens a socket. */
export type HttpFetch = (request: Request) => Promise<Response>;

/** Everything the client needs from the outside. Nothing else is read: no clock, no randomness, no network. */
export interface DatevRuntime {
  readonly fetch: HttpFetch;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: () => number;
  /** `length` unpredictable bytes (for example `crypto.getRandomValues`). */
  readonly randomBytes: (length: number) => Uint8Array;
  /** Keeps discovery documents and key sets between calls; {@link createDiscoveryCache} makes one. */
  readonly discoveryCache: DiscoveryCache;
  /** A fresh signal for each call, for example `() => AbortSignal.timeout(60_000)`. Without it a call waits for ever. */
  readonly newSignal?: () => AbortSignal;
}
