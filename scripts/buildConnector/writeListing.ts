import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type Installer = {
  name: string;
  system: 'windows' | 'linux';
  version: string;
  /** Bytes. */
  size: number;
  /** Hex. */
  sha256: string;
  signed: boolean;
};

export async function describeInstaller(folder: string, of: Omit<Installer, 'size' | 'sha256'>): Promise<Installer> {
  const bytes = await readFile(join(folder, of.name));
  return { ...of, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Writes what stands beside the installers: `installers.json`, which the server reads, and `SHA256SUMS` for people. */
export async function writeListing(folder: string, version: string, files: Installer[]): Promise<void> {
  await writeFile(join(folder, 'installers.json'), `${JSON.stringify({ version, files }, null, 2)}\n`);
  const sums = files.map(({ name, sha256 }) => `${sha256}  ${name}\n`);
  await writeFile(join(folder, 'SHA256SUMS'), sums.join(''));
}
