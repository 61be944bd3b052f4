import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { AnswerOf, api } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import { inFirm } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { refuse } from '../../refusal.ts';

type Installer = AnswerOf<typeof api.connectors.listInstallers>['installers'][number];

/** Kinds of files that install a connector; others in the folder are not shown. */
const systems: Readonly<Record<string, Installer['system']>> = {
  '.msi': 'windows',
  '.exe': 'windows',
  '.deb': 'linux',
};

/** Beside the installers, written by the build: which version they are, and which of them are signed. */
const manifestName = 'installers.json';
type Manifest = { version: string | null; signed: ReadonlySet<string> };

/** SHA-256 of files as they were: read again only when size or time changed. */
const digests = new Map<string, { size: number; mtimeMs: number; sha256: string }>();

/**
 * The installers that lie in this server's folder, with what a person needs to check them. Empty where the folder has none or is not there: then
 * nobody built them here. What the manifest does not call signed is not.
 */
export async function listInstallers(ctx: Ctx, folder: string, input: { firmId: Id }) {
  await inFirm(ctx, input.firmId, 'admin', async () => undefined);
  return { installers: await readInstallers(folder) };
}

export async function downloadInstaller(ctx: Ctx, folder: string, input: { firmId: Id; name: string }) {
  const { installers } = await listInstallers(ctx, folder, input);
  // Only names that were just listed, so nothing outside of the folder can be asked for.
  const found = installers.find((one) => one.name === input.name);
  if (!found) throw refuse('not_found');
  return {
    bytes: createReadStream(join(folder, found.name)),
    size: found.size,
    mediaType: 'application/octet-stream',
    name: found.name,
    inline: false,
  };
}

async function readInstallers(folder: string): Promise<Installer[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const manifest = await readManifest(folder);
  const found: Installer[] = [];
  for (const name of names.sort()) {
    const system = systems[extname(name).toLowerCase()];
    if (!system) continue;
    const { size, sha256 } = await digestOf(join(folder, name));
    found.push({ name, system, version: manifest.version, size, sha256, signed: manifest.signed.has(name) });
  }
  return found;
}

async function digestOf(path: string): Promise<{ size: number; sha256: string }> {
  const { size, mtimeMs } = await stat(path);
  const known = digests.get(path);
  if (known && known.size === size && known.mtimeMs === mtimeMs) return known;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const fresh = { size, mtimeMs, sha256: hash.digest('hex') };
  digests.set(path, fresh);
  return fresh;
}

/** `{"version": "1.2.3", "files": [{"name": "….msi", "signed": false}]}`; without one nothing is known, so nothing counts as signed. */
async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, manifestName), 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return '{}';
    throw error;
  });
  const parsed: unknown = JSON.parse(text);
  const { version, files } = Object(parsed) as { version?: unknown; files?: unknown };
  const signed = Array.isArray(files) ? files.filter((file) => Object(file).signed === true) : [];
  return {
    version: typeof version === 'string' ? version : null,
    signed: new Set(signed.map((file) => String(Object(file).name))),
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
