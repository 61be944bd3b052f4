import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, fsync, open, writev } from 'node:fs';
import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BlobError, type PutOptions, type StoredBlob } from './store.ts';

/** Each write or read is a trip to another thread and back; a voucher of usual size takes one instead of three. Bytes. */
export const AT_ONCE = 256 * 1024;
/** A put lasts minutes at most; anything older was left by a process that died. Milliseconds. */
const OLDEST_UNFINISHED = 24 * 60 * 60 * 1000;

/** A file of its own, or EEXIST. */
export const NEW = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;

const openFd = promisify(open);
const fsyncFd = promisify(fsync);
const writevFd = promisify(writev);

/** Writes chunks at the end of an open file and says how many bytes of them, which may be fewer than given. */
export type WriteChunks = (file: number, chunks: Buffer[]) => Promise<{ bytesWritten: number }>;

/** What is written at once; `isWhole` when that is all there is. */
export type Piece = { readonly chunks: Buffer[]; readonly isWhole: boolean };

export type Pieces = AsyncIterable<Piece> | Iterable<Piece>;

/** What comes, in pieces of at least `AT_ONCE` bytes but for the last. No piece for nothing. @throws BlobError */
export async function* inPieces(
  bytes: AsyncIterable<Buffer>,
  { maxBytes, signal }: PutOptions,
): AsyncGenerator<Piece, void> {
  let chunks: Buffer[] = [];
  let waiting = 0;
  let size = 0;
  for await (const chunk of readWhole(bytes, signal)) {
    size += chunk.length;
    if (size > maxBytes) throw new BlobError('blob_too_large', `more than ${maxBytes} bytes`);
    chunks.push(chunk);
    waiting += chunk.length;
    if (waiting < AT_ONCE) continue;
    yield { chunks, isWhole: false };
    [chunks, waiting] = [[], 0];
  }
  if (chunks.length > 0) yield { chunks, isWhole: waiting === size };
}

/**
 * Writes pieces into a new file, hashing while they flow, and makes it durable. Whoever called removes the file, also after an error.
 * Bare descriptors, as in disk.ts: the objects around them cost as much as the calls. Closing waits for nothing after an fsync, so it
 * is no trip to another thread. @throws BlobError
 */
export async function writeTemporary(
  writeChunks: WriteChunks | undefined,
  path: string,
  pieces: Pieces,
  options: PutOptions,
): Promise<StoredBlob> {
  const file = await openFd(path, NEW, 0o600);
  try {
    const hash = createHash('sha256');
    let size = 0;
    for await (const { chunks } of pieces) {
      size += hashChunks(hash, chunks);
      await writeFully(writeChunks, file, chunks);
    }
    const sha256 = hash.digest('hex');
    assertExpected(sha256, options);
    await fsyncFd(file);
    return { sha256, size };
  } finally {
    closeSync(file);
  }
}

/** Feeds chunks into a hash and says how many bytes they are. */
export function hashChunks(hash: Hash, chunks: readonly Buffer[]): number {
  for (const chunk of chunks) hash.update(chunk);
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

/** @throws BlobError `blob_mismatch` */
export function assertExpected(sha256: string, { expectedSha256 }: PutOptions): void {
  if (expectedSha256 === undefined || expectedSha256 === sha256) return;
  throw new BlobError('blob_mismatch', 'other bytes than expected');
}

/** A failure of what is read is the sender's doing, not the store's; it is told apart here, where it arises. */
async function* readWhole(bytes: AsyncIterable<Buffer>, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of bytes) {
      signal?.throwIfAborted();
      yield chunk;
    }
    signal?.throwIfAborted();
  } catch (cause) {
    throw new BlobError('blob_incomplete', 'the stream broke off before its end', cause);
  }
}

/** Writes all of the chunks: a write may take less than it is given. `writeChunks`: default node's own. */
export async function writeFully(writeChunks: WriteChunks | undefined, file: number, chunks: Buffer[]): Promise<void> {
  const write = writeChunks ?? writevFd;
  for (let rest = chunks; rest.length > 0; ) {
    let { bytesWritten: written } = await write(file, rest);
    rest = rest.flatMap((chunk) => {
      const taken = Math.min(written, chunk.length);
      written -= taken;
      return taken < chunk.length ? [chunk.subarray(taken)] : [];
    });
  }
}

/** Removes what crashed processes left in a folder of temporary files. */
export async function removeLeftovers(folder: string, now: Date): Promise<void> {
  const before = now.getTime() - OLDEST_UNFINISHED;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await stat(path).catch(absentOrThrow);
    if (found && found.mtimeMs < before) await unlink(path).catch(absentOrThrow);
  }
}

export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

export function absentOrThrow(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw toBlobError(error);
}

export function toBlobError(error: unknown): BlobError {
  if (error instanceof BlobError) return error;
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return new BlobError('blob_disk_full', 'no space left for blobs', error);
  return new BlobError('blob_store_failed', `the blob store failed (${String(code ?? error)})`, error);
}
