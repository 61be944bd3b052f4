import { createGate, createSession, type DatevSession, openTransport, PARALLEL_CALLS } from '@bruecke/datevconnect';
import { openSecrets } from '../store/secrets.ts';
import { type DatevSettings, readSettings } from '../store/settings.ts';
import type { World } from '../world.ts';

/** DATEVconnect as it is set up now. `session` is for one order: its signal breaks the order's calls off. */
export type OpenedDatev = { session: (signal: AbortSignal) => DatevSession; close: () => void };

/** Without a byte for so long, a call is given up (onprem.md A.7). */
const TIMEOUT_MS = 120_000;

/**
 * Opens DATEVconnect by the settings of this machine, and anew when they were changed. All its sessions share one gate: never more than
 * two calls at once. Null: not set up yet. @throws TypeError for settings that `openTransport` refuses, StoreError
 */
export function createDatev(world: World): { open: () => Promise<OpenedDatev | null>; close: () => void } {
  const gate = createGate(PARALLEL_CALLS);
  const secrets = openSecrets(world.folders, world.protection);
  let opened: { by: string; datev: OpenedDatev } | null = null;
  const close = () => {
    opened?.datev.close();
    opened = null;
  };
  return {
    close,
    async open() {
      const [{ datev }, password] = await Promise.all([readSettings(world.folders), secrets.read('datevPassword')]);
      if (datev === undefined || password === null) return null;
      const by = JSON.stringify([datev, password.toString('base64')]);
      if (opened?.by !== by) {
        close();
        opened = { by, datev: openWith(world, datev, password.toString('utf8'), gate) };
      }
      return opened.datev;
    },
  };
}

/** DATEVconnect by these settings, without keeping anything. */
export function openWith(
  world: Pick<World, 'now' | 'randomBytes'>,
  datev: DatevSettings,
  password: string,
  gate = createGate(PARALLEL_CALLS),
): OpenedDatev {
  const transport = openTransport({
    origin: datev.origin,
    pin: datev.pin,
    credentials: { kind: datev.auth, user: datev.user, password },
    timeoutMs: TIMEOUT_MS,
    now: () => world.now().getTime(),
    randomBytes: world.randomBytes,
  });
  return {
    session: (signal) => createSession({ send: transport.send, gate, signal }),
    close: transport.close,
  };
}
