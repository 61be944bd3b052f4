import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openS3BlobStore } from './s3.ts';
import type { BlobStore } from './store.ts';
import { startTestS3, type TestS3 } from './testS3.ts';

const mandantId = randomUUID();
const maxBytes = 10_000_000;
const keys = { accessKeyId: 'key', secretAccessKey: 'a secret' };
let temporaryFolder: string;
let service: TestS3;
const openStore = (given: Partial<typeof keys> = {}) =>
  openS3BlobStore({
    ...keys,
    ...given,
    endpoint: service.endpoint,
    region: 'eu-test-1',
    bucket: 'vouchers',
    temporaryFolder,
    now: () => now,
    newId: randomUUID,
  });
let store: BlobStore;
let now: Date;
beforeEach(async () => {
  now = new Date('2026-05-06T00:00:00Z');
  temporaryFolder = await mkdtemp(join(tmpdir(), 'bruecke-s3-'));
  service = await startTestS3(keys);
  store = await openStore();
});
afterEach(async () => {
  await service.close();
  await rm(temporaryFolder, { recursive: true, force: true });
});

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const put = (bytes: Buffer) => store.put(mandantId, Readable.from([bytes]), { maxBytes });
const keyOf = (bytes: Buffer) => `/vouchers/${mandantId}/${sha256(bytes).slice(0, 2)}/${sha256(bytes)}`;

describe('S3 blob store', () => {
  it('gives back bit for bit what it stored, under its hash, and leaves nothing on the machine', async () => {
    const bytes = randomBytes(700_000);
    expect(await put(bytes)).toEqual({ sha256: sha256(bytes), size: 700_000 });
    expect([...service.objects.keys()]).toEqual([keyOf(bytes)]);
    const { stream, size } = await store.open(mandantId, sha256(bytes));
    expect(size).toBe(700_000);
    expect((await buffer(stream)).equals(bytes)).toBe(true);
    expect(await store.stat(mandantId, sha256(bytes))).toEqual({ size: 700_000 });
    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  it('stores nothing but bytes: also none at all', async () => {
    const { sha256: hash } = await put(Buffer.alloc(0));
    expect(await buffer((await store.open(mandantId, hash)).stream)).toHaveLength(0);
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
    const { sha256: hash } = await put(Buffer.from('0123456789'));
    const read = async (range: { start: number; end?: number }) => {
      const { stream, size } = await store.open(mandantId, hash, range);
      expect(size).toBe(10);
      return String(await buffer(stream));
    };
    expect(await read({ start: 2, end: 4 })).toBe('234');
    expect(await read({ start: 7 })).toBe('789');
    await expect(store.open(mandantId, hash, { start: 10 })).rejects.toMatchObject({ code: 'blob_range' });
  });

  it('never touches what is there', async () => {
    const bytes = Buffer.from('the original');
    await put(bytes);
    const first = service.objects.get(keyOf(bytes));
    await put(bytes);
    expect(service.objects.get(keyOf(bytes))).toBe(first);
  });

  it.each([409, 501])('puts the same bytes once more where the condition is answered with %s', async (status) => {
    service.failNext('PUT', status);
    const bytes = Buffer.from('conditions are not known here');
    await put(bytes);
    expect(service.objects.get(keyOf(bytes))).toEqual(bytes);
  });

  it('acknowledges nothing that the service did not take', async () => {
    service.failNext('PUT', 403);
    await expect(put(Buffer.from('x'))).rejects.toMatchObject({ code: 'blob_store_failed' });
    const foreign = await openStore({ secretAccessKey: 'another' });
    await expect(foreign.put(mandantId, Readable.from([Buffer.from('y')]), { maxBytes })).rejects.toMatchObject({
      code: 'blob_store_failed',
    });
    await expect(foreign.check()).rejects.toMatchObject({ code: 'blob_store_failed' });
    expect(service.objects.size).toBe(0);
    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  it('asks nobody about what is too large, broken off or other than expected', async () => {
    const tooLarge = store.put(mandantId, Readable.from([randomBytes(50)]), { maxBytes: 10 });
    await expect(tooLarge).rejects.toMatchObject({ code: 'blob_too_large' });
    const other = store.put(mandantId, Readable.from([randomBytes(5)]), { maxBytes, expectedSha256: 'a'.repeat(64) });
    await expect(other).rejects.toMatchObject({ code: 'blob_mismatch' });
    expect(service.objects.size).toBe(0);
    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  it('is checked as often as one likes, and leaves one version of its probe, also over restarts', async () => {
    for (let i = 0; i < 3; i += 1) {
      await store.check();
      now = new Date(now.getTime() + 40 * 60_000);
    }
    store = await openStore();
    await store.check();
    expect(service.written).toEqual(['/vouchers/probe']);
  });

  it('writes its probe once an hour where conditions are not known, and when it is gone', async () => {
    service.failNext('PUT', 501);
    await store.check();
    now = new Date(now.getTime() + 59 * 60_000);
    await store.check();
    expect(service.written).toHaveLength(1);
    now = new Date(now.getTime() + 60_000);
    service.failNext('PUT', 501);
    await store.check();
    expect(service.written).toHaveLength(2);
    service.objects.clear();
    await store.check();
    expect([...service.objects.keys()]).toEqual(['/vouchers/probe']);
  });

  it('is not ready while the service takes or gives nothing', async () => {
    service.failNext('PUT', 403);
    await expect(store.check()).rejects.toMatchObject({ code: 'blob_store_failed' });
    await store.check();
    service.failNext('HEAD', 403);
    await expect(store.check()).rejects.toMatchObject({ code: 'blob_store_failed' });
  });

  it('says what is not there, and refuses names that are no id and no hash', async () => {
    expect(await store.stat(mandantId, 'b'.repeat(64))).toBeUndefined();
    await expect(store.open(mandantId, 'b'.repeat(64))).rejects.toMatchObject({ code: 'blob_missing' });
    await expect(store.stat(mandantId, '../x')).rejects.toThrow('not a SHA-256');
    await store.check();
  });
});
