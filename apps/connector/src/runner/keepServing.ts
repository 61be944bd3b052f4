import { type ChildStop, childStop } from '../childStop.ts';
import type { Status } from '../status/live.ts';
import { StoreError } from '../store/files.ts';
import { type Pairing, readPairing } from '../store/pairing.ts';
import type { World } from '../world.ts';
import { serveHub } from './serveHub.ts';

export type KeepServingParts = {
  world: World;
  status: Status;
  onAnswer: () => void;
};

/** How often the files are looked at for a pairing made or taken back by a command beside. */
const LOOK_MS = 5000;

/**
 * Works for whatever hub this machine is paired with, through pairing, unpairing and revocation, until the signal fires (`stopped`) or a newer
 * version wants to be started (`restart`).
 */
export async function keepServing(parts: KeepServingParts, signal: AbortSignal): Promise<'stopped' | 'restart'> {
  const { world, status } = parts;
  const until = childStop(signal);
  let revokedId: string | null = null;
  while (!until.signal.aborted) {
    const pairing = await currentPairing(parts);
    if (pairing === null || pairing.connectorId === revokedId) {
      status.set({ pairing: pairing === null ? 'unpaired' : 'revoked' });
      await world.wait(LOOK_MS, until.signal);
      continue;
    }
    if (status.live().pairing !== 'confirmed') status.set({ pairing: 'unconfirmed' });
    const serving = childStop(until.signal);
    const watching = watchPairing(parts, pairing, serving);
    try {
      const end = await serveHub({ ...parts, pairing, onUpdate: until.stop }, serving.signal);
      if (end === 'revoked') revokedId = pairing.connectorId;
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : 'unknown';
      world.log(reason);
      status.error(error instanceof StoreError ? error.code : 'programError', reason.split('\n')[0] ?? null);
      await world.wait(10_000, until.signal);
    } finally {
      serving.stop();
      serving.done();
      await watching;
    }
  }
  return signal.aborted ? 'stopped' : 'restart';
}

/** Stops the work when the pairing is no longer the one that is worked for. */
async function watchPairing(parts: KeepServingParts, pairing: Pairing, serving: ChildStop): Promise<void> {
  while (!serving.signal.aborted) {
    await parts.world.wait(LOOK_MS, serving.signal);
    if (serving.signal.aborted) return;
    const now = await currentPairing(parts);
    if (now?.connectorId !== pairing.connectorId) serving.stop();
  }
}

async function currentPairing({ world, status }: KeepServingParts): Promise<Pairing | null> {
  try {
    return await readPairing(world.folders);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    status.error(error.code, error.path);
    return null;
  }
}
