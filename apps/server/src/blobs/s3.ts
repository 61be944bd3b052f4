import { createReadStream } from 'node:fs';
import { mkdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { assertId, assertSha256 } from './names.ts';
import { BlobError, type BlobStore, type ByteRange, ofSize, type PutOptions, type StoredBlob } from './store.ts';
import { absentOrThrow, inPieces, removeLeftovers, toBlobError, writeTemporary } from './temporaryFile.ts';

export type S3Settings = {
  /** Address of the service, e.g. `https://s3.example.org`; path-style addresses are used. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
};

export type S3BlobStoreOptions = S3Settings & {
  /** On this machine, for what is arriving: a key is a hash, and the hash is known at the end only. */
  readonly temporaryFolder: string;
  readonly now: () => Date;
  readonly newId: () => string;
};

/**
 * How long a probe that was written says that writing works; in between it is only read. A service that does not know conditions keeps
 * another version of it each time, which object lock lets nobody remove.
 */
const PROBE_VALID_MS = 60 * 60 * 1000;

/**
 * Blobs as objects `<mandantId>/<first two digits>/<sha256>` of an S3 service. The stream is hashed into a temporary file, then put
 * with its length, its SHA-256 (checked by services that know it) and the condition that nothing is there. The service's 200 is
 * what makes it durable. Never overwritten, never deleted; a service without conditions would write the same bytes once more.
 */
export async function openS3BlobStore(options: S3BlobStoreOptions): Promise<BlobStore> {
  const { bucket: Bucket, temporaryFolder } = options;
  await mkdir(temporaryFolder, { recursive: true, mode: 0o700 });
  await removeLeftovers(temporaryFolder, options.now());
  const client = new S3Client({
    endpoint: options.endpoint,
    region: options.region,
    credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
    forcePathStyle: true,
    // Services other than Amazon's do not know the checksums that its client adds by itself.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // What goes wrong is thrown; the client would write it to the console as well.
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });

  async function putFile(path: string, Key: string, stored: StoredBlob, condition: { IfNoneMatch?: '*' }) {
    await client.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body: createReadStream(path),
        ContentLength: stored.size,
        ChecksumSHA256: Buffer.from(stored.sha256, 'hex').toString('base64'),
        ...condition,
      }),
    );
  }

  async function head(Key: string): Promise<{ size: number } | undefined> {
    try {
      const { ContentLength = 0 } = await client.send(new HeadObjectCommand({ Bucket, Key }));
      return { size: ContentLength };
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw toBlobError(error);
    }
  }

  let probedAt = Number.NEGATIVE_INFINITY;
  /** Whoever may not write is refused before the condition is looked at. */
  async function putProbe(): Promise<void> {
    const write = (condition: { IfNoneMatch?: '*' }) =>
      client.send(new PutObjectCommand({ Bucket, Key: 'probe', Body: 'probe', ...condition }));
    try {
      await write({ IfNoneMatch: '*' }).catch((error: unknown) => {
        if (statusOf(error) === 412) return;
        if (statusOf(error) === 409 || statusOf(error) === 501) return write({});
        throw error;
      });
    } catch (error) {
      throw toBlobError(error);
    }
  }

  const open: BlobStore['open'] = async (mandantId, sha256, range) => {
    const Key = keyOf(mandantId, sha256);
    const Range = range && `bytes=${range.start}-${range.end ?? ''}`;
    const { Body, ContentLength, ContentRange } = await client
      .send(new GetObjectCommand({ Bucket, Key, ...(Range ? { Range } : {}) }))
      .catch((error: unknown) => {
        throw readError(error, range);
      });
    const size = ContentRange ? Number(ContentRange.split('/')[1]) : ContentLength;
    if (!Body || size === undefined || Number.isNaN(size))
      throw new BlobError('blob_store_failed', 'the object store answered without a body or its length');
    // In Node the body is the response's stream; the type covers browsers too.
    return { stream: Body as Readable, size };
  };

  return {
    async put(mandantId: string, bytes: AsyncIterable<Buffer>, putOptions: PutOptions): Promise<StoredBlob> {
      assertId(mandantId);
      const temporary = join(temporaryFolder, options.newId());
      try {
        const stored = await writeTemporary(undefined, temporary, inPieces(bytes, putOptions), putOptions);
        const key = keyOf(mandantId, stored.sha256);
        await putFile(temporary, key, stored, { IfNoneMatch: '*' }).catch((error: unknown) => {
          const status = statusOf(error);
          if (status === 412) return; // it is there already
          // Another put of the same bytes is under way (409), or the service knows no conditions (501): the same bytes once more.
          if (status === 409 || status === 501) return putFile(temporary, key, stored, {});
          throw error;
        });
        return stored;
      } catch (error) {
        throw toBlobError(error);
      } finally {
        await unlink(temporary).catch(absentOrThrow);
      }
    },
    open,
    async read(mandantId, sha256, size) {
      const { stream } = await open(mandantId, sha256);
      const bytes = await buffer(stream).catch((error: unknown) => {
        throw toBlobError(error);
      });
      return ofSize(bytes, size);
    },
    async stat(mandantId, sha256) {
      return head(keyOf(mandantId, sha256));
    },
    /** One small object, always the same: it shows that writing works and needs no right to delete. */
    async check() {
      const now = options.now().getTime();
      if (now - probedAt < PROBE_VALID_MS && (await head('probe'))) return;
      await putProbe();
      probedAt = now;
    },
  };
}

function keyOf(mandantId: string, sha256: string): string {
  assertId(mandantId);
  assertSha256(sha256);
  return `${mandantId}/${sha256.slice(0, 2)}/${sha256}`;
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  // Every error of the service carries it; see ServiceException of the client.
  return (error.$metadata as { httpStatusCode?: number }).httpStatusCode;
}

function readError(error: unknown, range: ByteRange | undefined): BlobError {
  const status = statusOf(error);
  if (status === 404) return new BlobError('blob_missing', 'no such blob', error);
  if (status === 416) return new BlobError('blob_range', `no bytes from ${range?.start}`, error);
  return toBlobError(error);
}
