import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConnectorRelease, releaseFile, releasePurpose } from '@bruecke/contract';
import { importSigningKey, type SigningKey, signFor } from '@bruecke/proof';

/** The key that signs updates, from a PKCS #8 PEM file; its public half is compiled into the program. Null: the program takes no updates. */
export async function readReleaseKey(path: string | null): Promise<SigningKey | null> {
  return path === null ? null : importSigningKey(await readFile(path, 'utf8'));
}

/** Writes what connectors with this key update themselves by: the program, and beside it the signed release. */
export async function writeRelease(folder: string, version: string, code: string, key: SigningKey): Promise<void> {
  const program = Buffer.from(code);
  const sha256 = createHash('sha256').update(program).digest('hex');
  const content = { version, sha256, size: program.length };
  const release: ConnectorRelease = { ...content, signature: signFor(releasePurpose, content, key) };
  await writeFile(join(folder, `bruecke-connector-${version}.cjs`), program);
  await writeFile(join(folder, releaseFile), `${JSON.stringify(release, null, 2)}\n`);
}
