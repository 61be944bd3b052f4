import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { writeSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDiskBlobStore } from './disk.ts';
import type { BlobStore } from './store.ts';

const mandantId = randomUUID();
const other = randomUUID();
const now = () => new Date('2026-05-06T00:00:00Z');
const maxBytes = 1_000_000;

let folder: string;
let store: BlobStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bruecke-blobs-'));
  store = await openDiskBlobStore({ folder, now, newId: randomUUID });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const put = (bytes: Buffer, mandant: string = mandantId) =>
  store.put(mandant, Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]), { maxBytes });
const read = async (hash: string, range?: { start: number; end?: number }) => {
  const { stream } = await store.open(mandantId, hash, range);
  return buffer(stream);
};
/** Everything below the folder that is a file. */
const files = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((f) => f.isFile()).map((f) => f.name);

describe('disk blob store', () => {
  it('gives back bit for bit what it stored, under its hash', async () => {
    const bytes = randomBytes(300_000);
    expect(await put(bytes)).toEqual({ sha256: sha256(bytes), size: 300_000 });
    expect((await read(sha256(bytes))).equals(bytes)).toBe(true);
    expect(await readFile(join(folder, mandantId, sha256(bytes)))).toEqual(bytes);
    expect(await store.stat(mandantId, sha256(bytes))).toEqual({ size: 300_000 });
    expect(await files()).toEqual([sha256(bytes)]);
  });

  it('stores and opens nothing but bytes: also none at all', async () => {
    const stored = await put(Buffer.alloc(0));
    expect(stored.size).toBe(0);
    expect(await read(stored.sha256)).toHaveLength(0);
  });

  it('gives a whole whose size is known, and says when it is another', async () => {
    const bytes = randomBytes(300_000);
    await put(bytes);
    await put(Buffer.alloc(0));
    expect((await store.read(mandantId, sha256(bytes), 300_000)).equals(bytes)).toBe(true);
    expect(await store.read(mandantId, sha256(Buffer.alloc(0)), 0)).toHaveLength(0);
    for (const size of [299_999, 300_001])
      await expect(store.read(mandantId, sha256(bytes), size)).rejects.toMatchObject({ code: 'blob_store_failed' });
    await expect(store.read(mandantId, '0'.repeat(64), 1)).rejects.toMatchObject({ code: 'blob_missing' });
  });

  it('gives ranges, and refuses those beyond the end', async () => {
    const bytes = Buffer.from('0123456789');
    const { sha256: hash } = await put(bytes);
    expect(String(await read(hash, { start: 2, end: 4 }))).toBe('234');
    expect(String(await read(hash, { start: 7 }))).toBe('789');
    expect(String(await read(hash, { start: 8, end: 99 }))).toBe('89');
    await expect(read(hash, { start: 10 })).rejects.toMatchObject({ code: 'blob_range' });
  });

  it('keeps mandanten apart', async () => {
    const { sha256: hash } = await put(Buffer.from('same bytes'));
    expect(await store.stat(other, hash)).toBeUndefined();
    await expect(store.open(other, hash)).rejects.toMatchObject({ code: 'blob_missing' });
  });

  it('stores the same bytes many times at once, and never touches what is there', async () => {
    const bytes = randomBytes(50_000);
    const all = await Promise.all(Array.from({ length: 20 }, () => put(bytes)));
    expect(new Set(all.map((stored) => stored.sha256))).toEqual(new Set([sha256(bytes)]));
    const path = join(folder, mandantId, sha256(bytes));
    const before = await stat(path);
    await put(bytes);
    const after = await stat(path);
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
    expect(await files()).toHaveLength(1);
  });

  it('keeps nothing of what is too large, and stops reading', async () => {
    let given = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          given += 1;
          yield Buffer.alloc(1000);
        }
      })(),
    );
    const bytes = endless.iterator({ destroyOnReturn: false });
    await expect(store.put(mandantId, bytes, { maxBytes: 10_000 })).rejects.toMatchObject({ code: 'blob_too_large' });
    expect(given).toBeLessThan(100);
    expect(await files()).toEqual([]);
    expect(await store.put(mandantId, Readable.from([Buffer.alloc(10_000)]), { maxBytes: 10_000 })).toMatchObject({
      size: 10_000,
    });
  });

  it('keeps nothing of bytes other than expected', async () => {
    const bytes = randomBytes(1000);
    const checked = { maxBytes, expectedSha256: sha256(bytes) };
    const other = Readable.from([randomBytes(1000)]);
    await expect(store.put(mandantId, other, checked)).rejects.toMatchObject({ code: 'blob_mismatch' });
    expect(await files()).toEqual([]);
    expect(await store.put(mandantId, Readable.from([bytes]), checked)).toMatchObject({ sha256: sha256(bytes) });
  });

  it('keeps nothing of a stream that breaks off or is aborted', async () => {
    async function* broken() {
      yield Buffer.alloc(100);
      throw new Error('connection reset');
    }
    await expect(store.put(mandantId, broken(), { maxBytes })).rejects.toMatchObject({ code: 'blob_incomplete' });
    const signal = AbortSignal.abort();
    await expect(store.put(mandantId, Readable.from([Buffer.alloc(5)]), { maxBytes, signal })).rejects.toMatchObject({
      code: 'blob_incomplete',
    });
    expect(await files()).toEqual([]);
  });

  describe.each([
    ['at once', 100],
    ['in pieces', 600_000],
  ])('written %s', (_, size) => {
    const bytes = randomBytes(size);
    const path = () => join(folder, mandantId, sha256(bytes));
    const holds = async (content: Buffer) => (await readFile(path())).equals(content);
    const withName = async (content: Buffer) => {
      await mkdir(join(folder, mandantId));
      await writeFile(path(), content);
    };

    it('says so when the disk is full, takes no space, and stores the same bytes later', async () => {
      const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      const room = [Math.min(50, size)];
      const writeChunks = async (file: number, chunks: Buffer[]) => {
        const bytesWritten = room.pop();
        if (bytesWritten === undefined) throw full;
        writeSync(file, Buffer.concat(chunks).subarray(0, bytesWritten));
        return { bytesWritten };
      };
      const tight = await openDiskBlobStore({ folder, now, newId: randomUUID, writeChunks });
      const refused = tight.put(mandantId, Readable.from([bytes]), { maxBytes });
      await expect(refused).rejects.toMatchObject({ code: 'blob_disk_full' });
      for (const file of await files()) expect(await readFile(join(folder, mandantId, file))).toHaveLength(0);
      await put(bytes);
      expect(await holds(bytes)).toBe(true);
      expect(await files()).toEqual([sha256(bytes)]);
    });

    it('replaces what a killed process left under the name, be it shorter or of the same length', async () => {
      await withName(bytes.subarray(0, size / 2));
      await put(bytes);
      expect(await holds(bytes)).toBe(true);
      await writeFile(path(), Buffer.alloc(size));
      await put(bytes);
      expect(await holds(bytes)).toBe(true);
      expect(await files()).toEqual([sha256(bytes)]);
    });

    it('never touches a blob that is there', async () => {
      await withName(bytes);
      const before = await stat(path());
      await put(bytes);
      const after = await stat(path());
      expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
      expect(await files()).toEqual([sha256(bytes)]);
    });

    it('loses nothing to another process that runs out of space in the middle of the same bytes', async () => {
      // The other one has begun its file and waits for the disk; meanwhile the bytes are put here and acknowledged.
      const elsewhere = new EventEmitter();
      const writeChunks = async () => {
        elsewhere.emit('writing');
        await once(elsewhere, 'full');
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      };
      const writing = once(elsewhere, 'writing');
      const tight = await openDiskBlobStore({ folder, now, newId: randomUUID, writeChunks });
      const refused = expect(tight.put(mandantId, Readable.from([bytes]), { maxBytes })).rejects.toThrow('no space');
      await writing;
      await put(bytes);
      elsewhere.emit('full');
      await refused;
      expect(await holds(bytes)).toBe(true);
      expect(await files()).toEqual([sha256(bytes)]);
    });
  });

  it('counts nothing as kept whose folder cannot be made durable', async () => {
    await put(randomBytes(100));
    await rm(join(folder, mandantId), { recursive: true });
    await expect(put(randomBytes(100))).rejects.toMatchObject({ code: 'blob_store_failed' });
    expect(await files()).toEqual([]);
  });

  it('refuses names that are no id and no hash', async () => {
    await expect(put(Buffer.from('x'), '../../etc')).rejects.toThrow('not the id');
    await expect(store.stat(mandantId, '../x')).rejects.toThrow('not a SHA-256');
  });

  it('removes what crashed processes left a day ago, not what is being written', async () => {
    await writeFile(join(folder, 'unfinished', 'old'), 'x');
    await writeFile(join(folder, 'unfinished', 'new'), 'x');
    const dayBefore = new Date(now().getTime() - 25 * 3_600_000);
    await utimes(join(folder, 'unfinished', 'old'), dayBefore, dayBefore);
    await utimes(join(folder, 'unfinished', 'new'), now(), now());
    await openDiskBlobStore({ folder, now, newId: randomUUID });
    expect(await files()).toEqual(['new']);
  });

  it('checks that storing works', async () => {
    await expect(store.check()).resolves.toBeUndefined();
    expect(await files()).toEqual([]);
    await rm(join(folder, 'unfinished'), { recursive: true });
    await expect(store.check()).rejects.toMatchObject({ code: 'blob_store_failed' });
  });

  it('is closed to other users of the machine', async () => {
    await mkdir(join(folder, 'open'), { mode: 0o755 });
    await chmod(join(folder, 'open'), 0o755);
    await openDiskBlobStore({ folder: join(folder, 'open'), now, newId: randomUUID });
    expect((await stat(join(folder, 'open'))).mode & 0o777).toBe(0o700);
  });
});
