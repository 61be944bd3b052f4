import { join } from 'node:path';
import { type Static, Type as T } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { readJson, writeJson } from './files.ts';
import type { Folders } from './folders.ts';

const datev = T.Object({
  /** `https://<server>:58452` or `http://localhost:58454`. */
  origin: T.String({ minLength: 1, maxLength: 300 }),
  auth: T.Union([T.Literal('basic'), T.Literal('ntlm')]),
  /** `DOMAIN\user`. The password is among the secrets. */
  user: T.String({ minLength: 1, maxLength: 200 }),
  /** SHA-256 of the key that the server showed at set-up, base64; null for http. */
  pin: T.Union([T.String(), T.Null()]),
});

const settings = T.Object({
  datev: T.Optional(datev),
  /** An address; `none`: never one; absent: HTTPS_PROXY and NO_PROXY of the service's environment. */
  proxy: T.Optional(T.String({ maxLength: 300 })),
  statusPort: T.Integer({ minimum: 1, maximum: 65_535, default: 58_460 }),
  update: T.Object({ on: T.Boolean({ default: false }) }, { default: {} }),
});

export type DatevSettings = Static<typeof datev>;
/** What people decide about the program on this machine: settings.json, may be edited by hand. */
export type Settings = Static<typeof settings>;

const file = (folders: Folders) => join(folders.config, 'settings.json');

/** The settings, with what was left out filled in. @throws StoreError when the file is there and wrong */
export async function readSettings(folders: Folders): Promise<Settings> {
  return (await readJson(file(folders), parse)) ?? defaults();
}

export function writeSettings(folders: Folders, changed: Settings): Promise<void> {
  return writeJson(file(folders), changed);
}

function parse(value: unknown): Settings | null {
  const filled = Value.Default(settings, value);
  return Value.Check(settings, filled) ? filled : null;
}

function defaults(): Settings {
  return { statusPort: 58_460, update: { on: false } };
}
