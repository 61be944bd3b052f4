import { silentAfterSeconds } from '@bruecke/contract';
import { expiringDays, figuresStaleDays } from '@bruecke/model';

const day = 86_400_000;

/**
 * The times, ascending, at which a state in a list changes by nothing but the passing of time: whether a time in its facts lies before or
 * after one of them is all that the state hangs on. The first lies before all times.
 */
export function stateEdges(now: Date): Date[] {
  const at = now.getTime();
  return [
    0,
    at - figuresStaleDays * day,
    at - silentAfterSeconds * 1000,
    // What ends in this very moment has ended; times are read to the millisecond.
    at + 1,
    at + expiringDays * day + 1,
  ].map((time) => new Date(time));
}
