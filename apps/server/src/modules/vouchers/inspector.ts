import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import { inspectStored } from './inspect.ts';

export type InspectorOptions = {
  readonly services: Services;
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown) => void;
};

const pause = 500;
const pauseAfterError = 2000;
/**
 * Rest after work, as a multiple of it: opening a PDF takes 10 ms of CPU and more, several times what handing it in takes, and
 * can wait, while people who hand in can't. So it takes at most a quarter of one core.
 */
const restPerWork = 3;
/** Taken at once; small, so that several workers share a heap of files. */
const batch = 8;
/** A claim this old belongs to a process that is gone: looking into a batch takes 8 × 30 s at most. Seconds. */
const claimAge = 600;

/**
 * Looks into the vouchers that wait for it, oldest first, one at a time. Every worker process may run it: what one has claimed,
 * others leave alone. A voucher that can't be looked into is logged and tried again when its claim is old.
 * Returns how many it took.
 */
export async function inspectWaiting(options: Pick<InspectorOptions, 'services' | 'onError'>): Promise<number> {
  const { services } = options;
  const now = services.now();
  const claimed = await services.withRole('dispatcher', async (tx) => {
    const { rows } = await sql<{ mandantId: Id; voucherId: Id }>`
      with oldest as materialized ( -- once, as when orders are handed out
        select mandant_id, voucher_id from vouchers_to_inspect
         where claimed_at is null or claimed_at < ${new Date(now.getTime() - claimAge * 1000)}
         order by received_at limit ${batch} for update skip locked
      )
      update vouchers_to_inspect as waiting set claimed_at = ${now}
        from oldest
       where waiting.mandant_id = oldest.mandant_id and waiting.voucher_id = oldest.voucher_id
      returning waiting.mandant_id as "mandantId", waiting.voucher_id as "voucherId"`.execute(tx);
    return rows;
  });
  for (const voucher of claimed) await inspectStored(services, voucher).catch(options.onError);
  return claimed.length;
}

/** Inspects for as long as the process runs. Returns the end of it, which waits for the file at hand. */
export function startInspector(options: InspectorOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const from = options.services.now().getTime();
      const taken = await inspectWaiting(options).catch((error: unknown) => {
        options.onError(error);
        return null;
      });
      const worked = options.services.now().getTime() - from;
      const rest = taken === null ? pauseAfterError : taken === 0 ? pause : worked * restPerWork;
      await options.wait(rest, stopping.signal);
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
