import { createHash } from 'node:crypto';
import { closeSync, constants, fsync, open, writev } from 'node:fs';
import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BlobError, type PutOptions, type StoredBlob } from './store.ts';

/** Each write or read is a trip to another thread and back; a voucher of usual size takes one instead of three. Bytes. */
export const AT_ONCE = 256 * 1024;
/** A put lasts minutes at most; anything older was left by a process that died. Milliseconds. */
const OLDEST_UNFINISHED = 24 * 60 * 60 * 1000;

const NEW = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;

const openFd = promisify(open);
const fsyncFd = promisify(fsync);
const writevFd = promisify(writev);

/** Writes chunks at the end of an open file and says how many bytes of them, which may be fewer than given. */
export type WriteChunks = (file: number, chunks: Buffer[]) => Promise<{ bytesWritten: number }>;

/**
 * Writes what comes into a new file, hashing while it flows, and makes it durable. Whoever called removes the file, also after an error.
 * Bare descriptors, as in disk.ts: the objects around them cost as much as the calls. Closing waits for nothing after an fsync, so it
 * is no trip to another thread; nor is the fsync of a file that is written at once: O_SYNC has it done with the write. @throws BlobError
 */
export async function writeTemporary(
  writeChunks: WriteChunks | undefined,
  path: string,
  bytes: AsyncIterable<Buffer>,
  options: PutOptions,
): Promise<StoredBlob> {
  const write = writeChunks ?? writevFd;
  const hash = createHash('sha256');
  let size = 0;
  let file: number | null = null;
  let durable = false;
  try {
    for await (const { chunks, isWhole } of inPieces(readWhole(bytes, options.signal), options.maxBytes)) {
      for (const chunk of chunks) {
        size += chunk.length;
        hash.update(chunk);
      }
      file ??= await openFd(path, isWhole ? NEW | constants.O_SYNC : NEW, 0o600);
      await writeFully(write, file, chunks);
      durable = isWhole;
    }
    const sha256 = hash.digest('hex');
    if (options.expectedSha256 !== undefined && options.expectedSha256 !== sha256) {
      throw new BlobError('blob_mismatch', 'other bytes than expected');
    }
    file ??= await openFd(path, NEW, 0o600);
    if (!durable) await fsyncFd(file);
    return { sha256, size };
  } finally {
    if (file !== null) closeSync(file);
  }
}

type Piece = { chunks: Buffer[]; isWhole: boolean };

/** What is written at once; `isWhole` when that is all there is. No piece for nothing. */
async function* inPieces(bytes: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Piece> {
  let chunks: Buffer[] = [];
  let waiting = 0;
  let size = 0;
  for await (const chunk of bytes) {
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

/** A write may take less than it is given. */
async function writeFully(write: WriteChunks, file: number, chunks: Buffer[]): Promise<void> {
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
