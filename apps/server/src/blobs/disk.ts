import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, type FileHandle, link, mkdir, open, readdir, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { BlobError, type BlobStore, type ByteRange, type PutOptions, type StoredBlob } from './store.ts';

export type DiskBlobStoreOptions = {
  /** `<data>/blobs`; made when missing. */
  readonly folder: string;
  readonly now: () => Date;
  /** A name not used before, safe as a file name. */
  readonly newId: () => string;
  /** Opens the temporary files; a test passes one that runs out of space. Default: node's own. */
  readonly openFile?: typeof open;
};

const UNFINISHED = 'unfinished';
/** Each write or read is a trip to another thread and back; a voucher of usual size takes one instead of three. Bytes. */
const AT_ONCE = 256 * 1024;
/** A put lasts minutes at most; anything older was left by a process that died. */
const OLDEST_UNFINISHED = 24 * 60 * 60 * 1000;

/**
 * Blobs as files `<folder>/<mandantId>/<first two digits>/<sha256>`. Written under a temporary name, fsynced, linked to the
 * final name (a link never replaces what is there), then the folder is fsynced: only after that is the name durable as well.
 * Removes what crashed processes left behind.
 */
export async function openDiskBlobStore(options: DiskBlobStoreOptions): Promise<BlobStore> {
  const unfinished = join(options.folder, UNFINISHED);
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await chmod(options.folder, 0o700);
  await removeLeftovers(unfinished, options.now().getTime() - OLDEST_UNFINISHED);
  const durableFolders = new Set<string>();
  const syncs = createFolderSyncs();

  async function put(mandantId: string, bytes: Readable, putOptions: PutOptions): Promise<StoredBlob> {
    assertId(mandantId);
    // It may break before the first read; then reading fails, but an error event without any listener would end the process.
    bytes.on('error', () => undefined);
    const temporary = join(unfinished, options.newId());
    try {
      const stored = await writeTemporary(options.openFile ?? open, temporary, bytes, putOptions);
      const path = pathOf(options.folder, mandantId, stored.sha256);
      await makeDurableFolder(options.folder, dirname(path), durableFolders);
      await linkInto(temporary, path);
      // Also when it was there already: the put that made it may not have come this far yet.
      await syncs.sync(dirname(path));
      return stored;
    } catch (error) {
      throw toBlobError(error);
    } finally {
      await unlink(temporary).catch(absentOrThrow);
    }
  }

  return {
    put,
    open: (mandantId, sha256, range) => openBlob(pathOf(options.folder, mandantId, sha256), range),
    stat: async (mandantId, sha256) => {
      const found = await stat(pathOf(options.folder, mandantId, sha256)).catch(absentOrThrow);
      return found && { size: found.size };
    },
    check: async () => {
      const probe = join(unfinished, options.newId());
      try {
        const file = await open(probe, 'wx', 0o600);
        await file.writeFile('probe').finally(() => file.close());
      } catch (error) {
        throw toBlobError(error);
      } finally {
        await rm(probe, { force: true });
      }
    },
  };
}

async function writeTemporary(
  openFile: typeof open,
  path: string,
  bytes: Readable,
  options: PutOptions,
): Promise<StoredBlob> {
  const file = await openFile(path, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let size = 0;
    let waiting: Buffer[] = [];
    let waitingBytes = 0;
    for await (const chunk of readWhole(bytes, options.signal)) {
      size += chunk.length;
      if (size > options.maxBytes) throw new BlobError('blob_too_large', `more than ${options.maxBytes} bytes`);
      hash.update(chunk);
      waiting.push(chunk);
      waitingBytes += chunk.length;
      if (waitingBytes < AT_ONCE) continue;
      await writeFully(file, waiting);
      waiting = [];
      waitingBytes = 0;
    }
    await writeFully(file, waiting);
    const sha256 = hash.digest('hex');
    if (options.expectedSha256 !== undefined && options.expectedSha256 !== sha256) {
      throw new BlobError('blob_mismatch', 'other bytes than expected');
    }
    await file.sync();
    return { sha256, size };
  } finally {
    await file.close();
  }
}

/** The stream's own failure is the sender's doing, not the store's; it is told apart here, where it arises. */
async function* readWhole(bytes: Readable, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of bytes.iterator({ destroyOnReturn: false })) {
      signal?.throwIfAborted();
      yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
    }
    signal?.throwIfAborted();
  } catch (cause) {
    throw new BlobError('blob_incomplete', 'the stream broke off before its end', cause);
  }
}

async function writeFully(file: FileHandle, chunks: readonly Buffer[]): Promise<void> {
  const [only] = chunks;
  const bytes = chunks.length === 1 && only ? only : Buffer.concat(chunks);
  for (let offset = 0; offset < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, offset);
    offset += bytesWritten;
  }
}

/** link instead of rename: rename would silently replace a file that is there. */
async function linkInto(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** A new folder is durable once the folder above it was synced. Remembered, because folders are never removed. */
async function makeDurableFolder(root: string, folder: string, known: Set<string>): Promise<void> {
  if (known.has(folder)) return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const parent = dirname(folder);
  await syncFolder(parent);
  if (parent !== root) await syncFolder(dirname(parent));
  known.add(folder);
}

/**
 * One fsync of a folder makes durable every name linked into it before the fsync began. So puts that arrive while one runs
 * wait together for the next, which begins after all of them have linked.
 */
function createFolderSyncs(): { sync(folder: string): Promise<void> } {
  const running = new Map<string, { current: Promise<void>; next: Promise<void> | undefined }>();
  function begin(folder: string): Promise<void> {
    const current = syncFolder(folder);
    const state = { current, next: undefined };
    running.set(folder, state);
    const forget = (): void => {
      if (running.get(folder) === state) running.delete(folder);
    };
    current.then(forget, forget);
    return current;
  }
  return {
    sync: (folder) => {
      const state = running.get(folder);
      if (!state) return begin(folder);
      state.next ??= state.current.then(
        () => begin(folder),
        () => begin(folder),
      );
      return state.next;
    },
  };
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function openBlob(path: string, range: ByteRange | undefined): Promise<{ stream: Readable; size: number }> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw codeOf(error) === 'ENOENT' ? new BlobError('blob_missing', 'no such blob', error) : toBlobError(error);
  });
  try {
    const { size } = await file.stat();
    const start = range?.start ?? 0;
    const end = Math.min(range?.end ?? size - 1, size - 1);
    if (range && (start < 0 || start >= size || end < start)) {
      throw new BlobError('blob_range', `no bytes ${start} to ${range.end ?? 'the end'} in ${size}`);
    }
    return { stream: file.createReadStream(size === 0 ? {} : { start, end, highWaterMark: AT_ONCE }), size };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function removeLeftovers(folder: string, before: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await stat(path).catch(absentOrThrow);
    if (found && found.mtimeMs < before) await unlink(path).catch(absentOrThrow);
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** Both become parts of a path, so neither may be anything else. */
function pathOf(folder: string, mandantId: string, sha256: string): string {
  assertId(mandantId);
  if (!SHA256.test(sha256)) throw new TypeError('not a SHA-256');
  return join(folder, mandantId, sha256.slice(0, 2), sha256);
}

function assertId(mandantId: string): void {
  if (!UUID.test(mandantId)) throw new TypeError('not the id of a mandant');
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function absentOrThrow(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw toBlobError(error);
}

function toBlobError(error: unknown): BlobError {
  if (error instanceof BlobError) return error;
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return new BlobError('blob_disk_full', 'no space left for blobs', error);
  return new BlobError('blob_store_failed', `the blob store failed (${String(code ?? error)})`, error);
}
