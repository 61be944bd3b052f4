import type { Services } from '../../context.ts';

/** A call to DATEV is cut off after this long; an upload of 20 MB over a slow line fits. */
export const datevCallMs = 90_000;

/** What a lease leaves for saving what its calls brought, also where the database is away for a moment. */
const savingMs = 60_000;

/** How long a lease on a grant lasts: longer than everything at DATEV that is done under it, see {@link underLease}. */
export const leaseMs = datevCallMs + savingMs;

/**
 * For the calls under a lease, taken before it is claimed: together they have the time of one call, counted from now, however
 * many they are (a refresh may have to read the discovery document first). So the last of them has ended before the lease
 * does, and nobody sends a single-use token a second time while the first is still under way.
 */
export function underLease<S extends Services>(services: S): S {
  const signal = services.newSignal?.();
  return signal ? { ...services, newSignal: () => signal } : services;
}
