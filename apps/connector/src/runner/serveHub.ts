import { mostOrders } from '@bruecke/contract';
import { childStop } from '../childStop.ts';
import { createDatev } from '../datev/openDatev.ts';
import { createBackOff } from '../link/backOff.ts';
import { openKeyRing } from '../link/keyRing.ts';
import type { Link } from '../link/link.ts';
import type { LinkError } from '../link/linkError.ts';
import { openHub } from '../link/openHub.ts';
import type { Status } from '../status/live.ts';
import { openDoneOrders } from '../store/doneOrders.ts';
import { StoreError } from '../store/files.ts';
import type { Pairing } from '../store/pairing.ts';
import { type ReleasedClient, readReleased } from '../store/released.ts';
import { readSettings } from '../store/settings.ts';
import { fetchUpdate } from '../update/fetchUpdate.ts';
import type { World } from '../world.ts';
import { pollHub } from './pollHub.ts';
import { createQueue } from './queue.ts';
import { type ReceiveParts, receive } from './receive.ts';

export type ServeParts = {
  world: World;
  pairing: Pairing;
  status: Status;
  /** The hub answered a sign of life. */
  onAnswer: () => void;
  /** A newer version is there and wants to be started. */
  onUpdate: () => void;
};

/** All in hand, though two calls are made at once (see the gate in datev/openDatev.ts): while some tell the hub what they read, others read. */
const ORDERS_AT_ONCE = mostOrders;

/**
 * Works for the paired hub: asks it for orders and carries them out, until the signal fires (`stopped`) or the hub no longer knows this
 * connector (`revoked`).
 */
export async function serveHub(parts: ServeParts, signal: AbortSignal): Promise<'stopped' | 'revoked'> {
  const { world, pairing, status } = parts;
  const settings = await readSettings(world.folders);
  const hub = openHub(world, pairing, settings.proxy);
  const link = await openKeyRing(world, pairing, hub.send);
  const datev = createDatev(world);
  const queue = createQueue(ORDERS_AT_ONCE);
  const work = childStop(signal);
  let revoked = false;
  const onLinkError = (error: LinkError) => {
    status.set({ hub: { ...status.live().hub, error } });
    status.error(error.code, error.detail);
  };
  const released = () => releasedOrNone(parts);
  const receiving: ReceiveParts = {
    world,
    trust: pairing,
    queue,
    status,
    done: await openDoneOrders(world.folders, world.now()),
    openDatev: datev.open,
    readReleased: released,
    sendingFor: (stop) => ({ link, backOff: createBackOff(world.random), wait: world.wait, signal: stop, onLinkError }),
    onRevoked: () => {
      revoked = true;
      work.stop();
    },
  };
  try {
    const onOrder = (order: unknown) => receive(receiving, order);
    const polling = {
      world,
      link,
      queue,
      status,
      readReleased: released,
      onLinkError,
      onAnswer: parts.onAnswer,
      onOrder,
    };
    void watchForUpdates(parts, link, work.signal);
    const end = await pollHub(polling, work.signal);
    return revoked ? 'revoked' : end;
  } finally {
    work.stop();
    work.done();
    await queue.stop();
    datev.close();
    hub.close();
  }
}

/** The machine's list; none while its file cannot be read, which is told. */
async function releasedOrNone({ world, status }: ServeParts): Promise<readonly ReleasedClient[]> {
  try {
    return await readReleased(world.folders);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    status.error(error.code, error.path);
    return [];
  }
}

const FIRST_LOOK_MS = 5 * 60_000;
const LOOK_AGAIN_MS = 24 * 3_600_000;

/** Looks for a newer version once a day, if people switched that on. */
async function watchForUpdates(parts: ServeParts, link: Link, signal: AbortSignal): Promise<void> {
  const { world, status } = parts;
  for (let pause = FIRST_LOOK_MS; ; pause = LOOK_AGAIN_MS) {
    await world.wait(pause, signal);
    if (signal.aborted) return;
    try {
      const { update } = await readSettings(world.folders);
      if (update.on && (await fetchUpdate(world, link, status, signal))) return parts.onUpdate();
    } catch (error) {
      // The poll tells what is wrong with the hub; here it only means: tomorrow.
      world.log(`update: ${error instanceof Error ? error.message : 'unknown'}`);
    }
  }
}
