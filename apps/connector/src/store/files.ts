import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The file's text; null when there is none. */
export async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/**
 * Writes a file that only its owner may read (0600; on Windows the folder's access list rules). All of it or nothing: temporary name,
 * fsync, rename.
 */
export async function writeText(path: string, text: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** A JSON file as `read` understands it; null when there is none. @throws StoreError when it cannot be read as such */
export async function readJson<T>(path: string, read: (value: unknown) => T | null): Promise<T | null> {
  const text = await readText(path);
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new StoreError(path, cause);
  }
  const found = read(value);
  if (found === null) throw new StoreError(path);
  return found;
}

export function writeJson(path: string, value: unknown): Promise<void> {
  return writeText(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** A file of the program that is not as the program writes it. */
export class StoreError extends Error {
  readonly code = 'file_unreadable';
  readonly path: string;

  constructor(path: string, cause?: unknown) {
    super(`not readable: ${path}`, { cause });
    this.name = 'StoreError';
    this.path = path;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
