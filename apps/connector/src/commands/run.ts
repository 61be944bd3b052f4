import { join } from 'node:path';
import { keepServing } from '../runner/keepServing.ts';
import { createStatus, type Live } from '../status/live.ts';
import { statusPage } from '../status/page.ts';
import { serveStatus } from '../status/serve.ts';
import { writeJson } from '../store/files.ts';
import { readPairing } from '../store/pairing.ts';
import { readReleased } from '../store/released.ts';
import { readSettings } from '../store/settings.ts';
import type { World } from '../world.ts';

export type RunParts = {
  world: World;
  /** Fires when the service is to stop. */
  signal: AbortSignal;
  /** The hub answered: the program has come up. */
  onAnswer: () => void;
  /** A newer version did not come up at this start. */
  rolledBack: boolean;
};

/** Where `bruecke-connector status` finds what the running program knows of itself. */
export const statusFile = (world: Pick<World, 'folders'>) => join(world.folders.state, 'status.json');

/** The service: works for the hub and shows the status page, until it is stopped. `restart`: a newer version wants to be started. */
export async function run({ world, signal, onAnswer, rolledBack }: RunParts): Promise<'stopped' | 'restart'> {
  const writer = createWriter(world, signal);
  const status = createStatus(world.version, world.now, writer.changed);
  if (rolledBack) status.error('updateRolledBack', null);
  world.log(`version ${world.version} on ${world.machine.name} (${world.machine.os})`);
  const page = await showStatus(world, () => status.live());
  try {
    return await keepServing({ world, status, onAnswer }, signal);
  } finally {
    await page?.close();
    await writer.finish();
    world.log('stopped');
  }
}

async function showStatus(world: World, live: () => Live): Promise<{ close: () => Promise<void> } | null> {
  const { folders, machine } = world;
  const page = async () =>
    statusPage({
      live: live(),
      machine: machine.name,
      pairing: await readPairing(folders).catch(() => null),
      settings: await readSettings(folders),
      released: await readReleased(folders).catch(() => []),
    });
  try {
    const { statusPort } = await readSettings(folders);
    const served = await serveStatus(statusPort, page);
    world.log(`status page: ${served.url}`);
    return served;
  } catch (error) {
    // The work does not depend on it: a taken port, or settings that cannot be read, are told by doctor and log.
    world.log(`no status page: ${error instanceof Error ? error.message : 'unknown'}`);
    return null;
  }
}

/** Orders change the status many times a second; the file need not. */
const WRITE_EVERY_MS = 2000;

function createWriter(world: World, signal: AbortSignal) {
  let latest: Live | null = null;
  let writing: Promise<void> | null = null;

  async function write(): Promise<void> {
    while (latest !== null) {
      const live = latest;
      latest = null;
      await writeJson(statusFile(world), live).catch((error: Error) => world.log(`status.json: ${error.message}`));
      if (!signal.aborted) await world.wait(WRITE_EVERY_MS, signal);
    }
    writing = null;
  }

  return {
    changed(live: Live): void {
      latest = live;
      writing ??= write();
    },
    async finish(): Promise<void> {
      await writing;
      if (latest !== null) await write();
    },
  };
}
