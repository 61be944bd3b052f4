import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Type as T } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { readJson, writeJson } from './files.ts';
import type { Folders } from './folders.ts';

/** A client that may be read, by its central GUID at DATEV (lower case). Number and name are for the people at this machine. */
export type ReleasedClient = { guid: string; number: string; name: string; releasedAt: string };

const list = T.Array(
  T.Object({
    guid: T.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
    number: T.String(),
    name: T.String(),
    releasedAt: T.String(),
  }),
);

const file = (folders: Folders) => join(folders.config, 'released.json');

/** What was read last, by path, and of which file: it is never changed, only replaced by another (files.ts). */
const lastRead = new Map<string, { mark: string; clients: readonly ReleasedClient[] }>();

/**
 * The clients released on this machine, as the file has them now: another command may just have replaced it. It is looked at for each order, and
 * read only when it is another one than last time. @throws StoreError when the file is there and wrong: nothing is released then
 */
export async function readReleased(folders: Folders): Promise<readonly ReleasedClient[]> {
  const path = file(folders);
  const mark = await markOf(path);
  const last = lastRead.get(path);
  if (mark !== null && last?.mark === mark) return last.clients;
  const clients = (await readJson(path, (value) => (Value.Check(list, value) ? value : null))) ?? [];
  if (mark !== null) lastRead.set(path, { mark, clients });
  return clients;
}

/** Which file lies there, with which content and rights: no tool sets back its ctime. Null: none, or none that can be looked at, as reading it tells. */
async function markOf(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found && `${found.ino} ${found.size} ${found.ctimeNs}`;
}

/** Adds clients to the list; those that are on it already stay as they are. */
export async function releaseClients(folders: Folders, clients: readonly ReleasedClient[]): Promise<void> {
  const present = await readReleased(folders);
  const added = clients.filter(({ guid }) => !present.some((one) => one.guid === guid));
  await writeJson(file(folders), [...present, ...added]);
}

/** Takes a client off the list; false when it was not on it. */
export async function withdrawClient(folders: Folders, guid: string): Promise<boolean> {
  const present = await readReleased(folders);
  const rest = present.filter((one) => one.guid !== guid.toLowerCase());
  if (rest.length === present.length) return false;
  await writeJson(file(folders), rest);
  return true;
}
