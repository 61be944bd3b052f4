import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionFile, signingPurposes } from '@bruecke/contract';
import { type SigningKey, signFor } from '@bruecke/proof';
import { onTestFinished } from 'vitest';
import { runCommand } from '../../../connector/src/commands/command.ts';
import { keepServing } from '../../../connector/src/runner/keepServing.ts';
import { createStatus, type Live } from '../../../connector/src/status/live.ts';
import { statusPage } from '../../../connector/src/status/page.ts';
import { textsOf } from '../../../connector/src/status/texts.ts';
import { readPairing } from '../../../connector/src/store/pairing.ts';
import { openSecrets } from '../../../connector/src/store/secrets.ts';
import { readSettings, type Settings, writeSettings } from '../../../connector/src/store/settings.ts';
import type { World } from '../../../connector/src/world.ts';
import { testTerminal, testWorld } from '../../../connector/test/testWorld.ts';

/** The real connector in this process: what it is told goes over real sockets, its pauses are short. */
export type Machine = {
  readonly world: World;
  readonly fingerprint: string;
  readonly connectorId: string;
  live(): Readonly<Live>;
  /** Whether its status page says this finding, in words. */
  shows(code: string): Promise<boolean>;
  change(settings: Partial<Settings>): Promise<void>;
};

/** Pairs a machine by a Verbindungsdatei and starts its service, until the test is over. */
export async function startMachine(
  file: ConnectionFile,
  given: { now: () => Date; releaseKey?: string; settings?: Partial<Settings>; password?: string },
): Promise<Machine> {
  const world = await testWorld({ now: given.now, releaseKey: given.releaseKey ?? null });
  const { wait } = world;
  // Five minutes and a day, between looks for updates, are as long as a breath.
  world.wait = (ms, signal) => wait(Math.min(ms, 60_000), signal);
  const change = async (settings: Partial<Settings>) =>
    writeSettings(world.folders, { ...(await readSettings(world.folders)), ...settings });
  await change(given.settings ?? {});
  if (given.password)
    await openSecrets(world.folders, world.protection).write('datevPassword', Buffer.from(given.password));
  const { terminal, text } = testTerminal({ files: { 'v.bruecke': JSON.stringify(file) } });
  const datev = { url: null, user: null, passwordFile: null, passwordStdin: false };
  const code = await runCommand(world, terminal, { name: 'install', file: 'v.bruecke', fingerprint: null, datev });
  const pairing = await readPairing(world.folders);
  if (code !== 0 || !pairing) throw new Error(text());

  const stopping = new AbortController();
  const status = createStatus(world.version, world.now, () => {});
  const end = keepServing({ world, status, onAnswer: () => {} }, stopping.signal);
  onTestFinished(async () => {
    stopping.abort();
    await end;
  });
  return {
    world,
    fingerprint: pairing.fingerprint,
    connectorId: pairing.connectorId,
    live: status.live,
    change,
    async shows(code) {
      const settings = await readSettings(world.folders);
      const page = statusPage({ live: status.live(), machine: world.machine.name, pairing, settings, released: [] });
      return page.includes(textsOf(code).title);
    },
  };
}

/** The same file for a hub with a CA of its own, signed anew by the instance. */
export function pinCa(
  { signature: _, ...content }: ConnectionFile,
  pem: string,
  instanceKey: SigningKey,
): ConnectionFile {
  const pinned = { ...content, tls: { kind: 'ca' as const, pem } };
  return { ...pinned, signature: signFor(signingPurposes.connectionFile, pinned, instanceKey) };
}

/** Waits for something that comes by itself. */
export async function eventually(what: string, reached: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; !(await reached()); await sleep(20))
    if (Date.now() > end) throw new Error(`it did not come to that: ${what}`);
}
