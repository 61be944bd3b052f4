import type { Readable } from 'node:stream';

/** What was stored: SHA-256 of the bytes (64 lower-case hex digits) and their number. */
export type StoredBlob = { readonly sha256: string; readonly size: number };

/** First and last byte to read, both included, as in an HTTP Range. */
export type ByteRange = { readonly start: number; readonly end?: number };

export type PutOptions = {
  /** Most bytes to accept; one more ends the put with `blob_too_large`, and nothing is kept. */
  readonly maxBytes: number;
  /** What the bytes must hash to; others end the put with `blob_mismatch`, and nothing is kept. */
  readonly expectedSha256?: string;
  /** Aborting ends the put; nothing is kept. */
  readonly signal?: AbortSignal;
};

/**
 * Bytes addressed by their SHA-256, apart per mandant: equal bytes of two mandanten are two blobs, so that neither can find
 * out what the other has. A blob is never overwritten and never changes.
 */
export type BlobStore = {
  /**
   * Stores what comes, hashing while it flows; resolves once the bytes would survive a power cut. Storing bytes that are there
   * already succeeds and leaves them as they are. What breaks off leaves nothing. After an error nothing more is read.
   * @throws BlobError
   */
  put(mandantId: string, bytes: AsyncIterable<Buffer>, options: PutOptions): Promise<StoredBlob>;
  /** Opens a blob. The size is the whole blob's, also with a range. @throws BlobError `blob_missing`, `blob_range` */
  open(
    mandantId: string,
    sha256: string,
    range?: ByteRange,
  ): Promise<{ readonly stream: Readable; readonly size: number }>;
  /** All bytes of a blob whose size is known, for who needs them whole. @throws BlobError `blob_missing`; `blob_store_failed` when it has another size */
  read(mandantId: string, sha256: string, size: number): Promise<Buffer>;
  /** The size of a blob; undefined when it is not there. */
  stat(mandantId: string, sha256: string): Promise<{ readonly size: number } | undefined>;
  /** Throws when storing would fail; how often it writes for that is the store's to know. For /readyz. */
  check(): Promise<void>;
};

/** Bytes that were read, if they are as many as there should be. @throws BlobError `blob_store_failed` */
export function ofSize(bytes: Buffer, size: number): Buffer {
  if (bytes.length === size) return bytes;
  throw new BlobError('blob_store_failed', `a blob has ${bytes.length} bytes instead of ${size}`);
}

export type BlobErrorCode =
  /** More bytes than `maxBytes`. */
  | 'blob_too_large'
  /** No space left, or the quota is used up: the operator must act; hand-in is refused until then. */
  | 'blob_disk_full'
  /** Other bytes than expected. */
  | 'blob_mismatch'
  /** Not there. */
  | 'blob_missing'
  /** The range begins beyond the end. */
  | 'blob_range'
  /** The stream broke off or was aborted before its end. */
  | 'blob_incomplete'
  /** The store cannot be read or written for another reason (rights, I/O error). */
  | 'blob_store_failed';

export class BlobError extends Error {
  override readonly name = 'BlobError';
  readonly code: BlobErrorCode;

  constructor(code: BlobErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
