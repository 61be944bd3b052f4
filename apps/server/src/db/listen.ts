import pg from 'pg';
import type { AppConnection } from './pool.ts';
import { APP_ROLE } from './roles.ts';

export type ListenOptions = {
  readonly connection: AppConnection;
  /** What to do with a notice, by channel. */
  readonly channels: Readonly<Record<string, (payload: string) => void>>;
  /** Notices of a while may have been missed: everything that hangs on them has to be looked at again. */
  readonly onReconnect: () => void;
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown) => void;
};

const PAUSE = 1000;

/** Listens to NOTIFY on a connection of its own for as long as the process runs, and comes back when that breaks. */
export function startListening(options: ListenOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  async function run(): Promise<void> {
    for (let first = true; !stopping.signal.aborted; first = false) {
      try {
        await listenOnce(options, stopping.signal, () => {
          if (!first) options.onReconnect();
        });
      } catch (error) {
        if (!stopping.signal.aborted) options.onError(error);
      }
      if (!stopping.signal.aborted) await options.wait(PAUSE, stopping.signal);
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

async function listenOnce(options: ListenOptions, signal: AbortSignal, ready: () => void): Promise<void> {
  const { connection } = options;
  const client = new pg.Client({
    host: connection.host,
    port: connection.port,
    database: connection.database,
    user: APP_ROLE,
    password: connection.password,
    ...(connection.ssl === undefined ? {} : { ssl: connection.ssl }),
    application_name: 'bruecke live',
    keepAlive: true,
  });
  // From the first moment: a break without any listener would end the process.
  const broken = new Promise<void>((resolve, reject) => {
    client.on('error', reject);
    client.on('end', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  broken.catch(() => undefined);
  try {
    await client.connect();
    client.on('notification', ({ channel, payload }) => options.channels[channel]?.(payload ?? ''));
    for (const channel of Object.keys(options.channels))
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
    ready();
    await broken;
  } finally {
    await client.end().catch(() => undefined);
  }
}
