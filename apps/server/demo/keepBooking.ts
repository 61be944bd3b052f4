import { setTimeout as wait } from 'node:timers/promises';
import { findMandanten, signInByClick } from './client.ts';
import type { FiguresParts } from './figures.ts';
import { ledgers } from './world.ts';

/** How often somebody at the firm looks whether vouchers have arrived. */
const lookEveryMs = 10_000;

/** What is typed for a voucher whose amount neither its fields nor the demo's own papers tell. */
const typedCents = 11_900;

/**
 * As long as the demo runs: the firm books what was handed in meanwhile and has arrived at DATEV, and asks for its figures, so that "gebucht
 * am …" stands at the voucher within a minute. Ends by throwing, when the signal fires.
 */
export async function keepBooking(parts: FiguresParts, signal: AbortSignal): Promise<never> {
  const ids = await findMandanten(await signInByClick(parts.publicUrl, 'kanzlei-admin'));
  /** Mandanten with bookings that nobody has asked for yet. */
  const unread = new Set<string>();
  for (;;) {
    await wait(lookEveryMs, undefined, { signal });
    for (const mandantId of await bookAll(parts, ids)) unread.add(mandantId);
    if (unread.size === 0) continue;
    const client = await signInByClick(parts.publicUrl, 'kanzlei-admin');
    // Refused where it was asked for a moment ago, then the next round asks again; and where figures are off or not bound, which stays so.
    for (const mandantId of unread)
      await client.call('POST', `/mandanten/${mandantId}/figures/refresh`).then(
        () => unread.delete(mandantId),
        (error: unknown) => /: 429 /.test(String(error)) || unread.delete(mandantId),
      );
  }
}

async function bookAll({ bookkeeper }: FiguresParts, ids: ReadonlyMap<number | null, string>): Promise<string[]> {
  const booked: string[] = [];
  for (const { number } of ledgers) {
    const mandantId = ids.get(number);
    // Fields first: they say what there is to book.
    if (!mandantId || (await bookkeeper.countUnread(mandantId)) > 0) continue;
    if ((await bookkeeper.bookArrived(mandantId, number, typedCents)) > 0) booked.push(mandantId);
  }
  return booked;
}
