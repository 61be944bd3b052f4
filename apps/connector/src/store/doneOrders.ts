import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readText, writeText } from './files.ts';
import type { Folders } from './folders.ts';

/** Attempts of orders that were begun: none of them is begun a second time, also after a restart. */
export type DoneOrders = {
  has: (order: { id: string; attempt: number }) => boolean;
  /** On disk when it resolves. */
  add: (order: { id: string; attempt: number; expiresAt: string }) => Promise<void>;
};

/**
 * A line an attempt: `id attempt expiresAt`. What has expired is refused for that reason, so it is left out when the file is opened; in
 * between it grows by 80 bytes an order.
 */
export async function openDoneOrders(folders: Folders, now: Date): Promise<DoneOrders> {
  const path = join(folders.state, 'orders.log');
  const lines = ((await readText(path)) ?? '').split('\n').filter((line) => {
    const expiresAt = Date.parse(line.split(' ')[2] ?? '');
    return expiresAt > now.getTime();
  });
  await mkdir(folders.state, { recursive: true, mode: 0o700 });
  await writeText(path, lines.map((line) => `${line}\n`).join(''));
  const done = new Set(lines.map((line) => line.split(' ').slice(0, 2).join(' ')));
  return {
    has: ({ id, attempt }) => done.has(`${id} ${attempt}`),
    async add({ id, attempt, expiresAt }) {
      done.add(`${id} ${attempt}`);
      await appendFile(path, `${id} ${attempt} ${expiresAt}\n`);
    },
  };
}
