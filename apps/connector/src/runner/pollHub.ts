import { mostOrders, type PollRequest, pollAnswer } from '@bruecke/contract';
import { childStop } from '../childStop.ts';
import { parseAs } from '../formats.ts';
import { createBackOff } from '../link/backOff.ts';
import type { KeyRing } from '../link/keyRing.ts';
import type { LinkAnswer } from '../link/link.ts';
import { type LinkError, linkErrorFor, linkErrorOf } from '../link/linkError.ts';
import type { Status } from '../status/live.ts';
import type { ReleasedClient } from '../store/released.ts';
import type { World } from '../world.ts';
import type { Queue } from './queue.ts';

export type PollParts = {
  world: World;
  link: KeyRing;
  queue: Queue;
  status: Status;
  readReleased: () => Promise<readonly ReleasedClient[]>;
  onLinkError: (error: LinkError) => void;
  onAnswer: () => void;
  onOrder: (order: unknown) => Promise<void>;
};

/**
 * With more than this in hand nothing is asked for, except for a sign of life every so often. Two less than all: those in hand may all be on
 * their way to the hub, and then nothing is read at DATEV until more have come.
 */
const ENOUGH_ORDERS = mostOrders - 2;
const SIGN_OF_LIFE_MS = 20_000;

/** The long poll, over and over: a sign of life out, orders and cancellations in. Failures are waited out with growing pauses. */
export async function pollHub(parts: PollParts, signal: AbortSignal): Promise<'stopped' | 'revoked'> {
  const { world, link, queue, status } = parts;
  const backOff = createBackOff(world.random);
  while (!signal.aborted) {
    await roomOrTime(parts, signal);
    if (signal.aborted) break;
    const telling = status.untold();
    const answer = await asked(parts, telling.error, signal);
    if (answer === 'interrupted') continue;
    if (answer === null || (!answer.ok && !isFinal(answer.code))) {
      const pause = backOff.next(answer?.retryAfterMs ?? null);
      if (!signal.aborted) await world.wait(pause, signal);
      continue;
    }
    if (!answer.ok) {
      if (answer.code === 'signature_refused' && (await link.useNext())) continue;
      return 'revoked';
    }
    const told = parseAs(pollAnswer, withoutOrders(answer.json));
    if (told === null) {
      parts.onLinkError({ code: 'hubStrange', detail: 'an answer of another form' });
      await world.wait(backOff.next(null), signal);
      continue;
    }
    backOff.reset();
    telling.told();
    status.set({ pairing: told.state, hub: { lastAnswerAt: world.now().toISOString(), error: null } });
    parts.onAnswer();
    // Before the orders: an order can be in both, its new attempt.
    queue.cancel(told.cancelled);
    for (const order of ordersIn(answer.json)) await parts.onOrder(order);
    if (told.changeKey) await changeKey(parts, signal);
  }
  return 'stopped';
}

/** Waits while enough orders are in hand, but no longer than the hub may wait for a sign of life. */
async function roomOrTime({ world, queue }: PollParts, signal: AbortSignal): Promise<void> {
  if (queue.ids().length <= ENOUGH_ORDERS) return;
  const over = childStop(signal);
  const time = world.wait(SIGN_OF_LIFE_MS, over.signal).then(over.stop);
  while (!over.signal.aborted && queue.ids().length > ENOUGH_ORDERS) await Promise.race([time, queue.oneLess()]);
  over.stop();
  over.done();
}

/** How soon the hub hears what changed while a poll waits: people watch its set-up steps tick themselves. */
const TELL_AFTER_MS = 3000;

/** One poll. Null: no answer of the hub; the status page says why. Broken off when there is something new to tell. */
async function asked(
  parts: PollParts,
  lastError: PollRequest['lastError'],
  signal: AbortSignal,
): Promise<LinkAnswer | 'interrupted' | null> {
  const { world, link, queue } = parts;
  const released = await releasedGuids(parts);
  const poll = childStop(signal);
  const watch = childStop(signal);
  let interrupted = false;
  void watchForNews(parts, JSON.stringify([lastError, released]), watch.signal).then((news) => {
    interrupted = news;
    if (news) poll.stop();
  });
  try {
    const { name: machine, os } = world.machine;
    const body: PollRequest = { machine, os, version: world.version, lastError, released, running: queue.ids() };
    const answer = await link.postJson('/poll', body, poll.signal);
    if (!answer.ok && !isFinal(answer.code)) parts.onLinkError(linkErrorFor(answer));
    return answer;
  } catch (thrown) {
    if (interrupted && !signal.aborted) return 'interrupted';
    if (!signal.aborted) parts.onLinkError(linkErrorOf(thrown));
    return null;
  } finally {
    watch.stop();
    watch.done();
    poll.done();
  }
}

/** Resolves to true when there is something else to tell than what the poll told. */
async function watchForNews(parts: PollParts, told: string, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    await parts.world.wait(TELL_AFTER_MS, signal);
    if (signal.aborted) return false;
    if (JSON.stringify([parts.status.untold().error, await releasedGuids(parts)]) !== told) return !signal.aborted;
  }
}

async function releasedGuids(parts: PollParts): Promise<string[]> {
  return (await parts.readReleased()).map(({ guid }) => guid);
}

function isFinal(code: string): boolean {
  return code === 'connector_revoked' || code === 'signature_refused';
}

async function changeKey({ link, world }: PollParts, signal: AbortSignal): Promise<void> {
  try {
    const changed = await link.change(signal);
    world.log(changed ? 'key pair changed, as the hub asked for' : 'the hub did not take the new key pair');
  } catch (thrown) {
    // The next poll either still works with the present key and asks again, or refuses it and the next one is used.
    world.log(`key change: ${linkErrorOf(thrown).detail}`);
  }
}

/** Orders are checked one by one (checkOrder.ts), each as it came: its signature covers all of it. */
function withoutOrders(json: unknown): unknown {
  return { ...Object(json), orders: [] };
}

function ordersIn(json: unknown): readonly unknown[] {
  const { orders } = Object(json);
  return Array.isArray(orders) ? orders.slice(0, mostOrders) : [];
}
