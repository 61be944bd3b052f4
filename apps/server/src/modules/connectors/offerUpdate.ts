import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConnectorRelease, connectorRelease, releaseFile } from '@bruecke/contract';
import { Ajv } from 'ajv';

const isRelease = new Ajv().compile<ConnectorRelease>(connectorRelease);

export type UpdateInput = { version: string; wanted: string | null };

/**
 * The release that lies in the installers' folder, unless the program is that version already; with its code where the program wants that
 * very version. None where nobody put one there. Not checked here: the program trusts its release key alone.
 */
export async function offerUpdate(folder: string, { version, wanted }: UpdateInput) {
  const release = await readRelease(folder);
  if (!release || release.version === version) return { release: null, program: null };
  // Of the form of a version, so it names no other file.
  const program = wanted === release.version ? await read(join(folder, `bruecke-connector-${wanted}.cjs`)) : null;
  return { release, program: program?.toString('base64') ?? null };
}

async function readRelease(folder: string): Promise<ConnectorRelease | null> {
  const text = await read(join(folder, releaseFile));
  if (!text) return null;
  const found: unknown = JSON.parse(text.toString('utf8'));
  return isRelease(found) ? found : null;
}

async function read(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
