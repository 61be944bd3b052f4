import type { Readable } from 'node:stream';
import type { BlobBytes } from '../../blobs/store.ts';

/** What is sent: all of its pieces, read already, or the stream that they will come from. */
export type Bytes = readonly Buffer[] | Readable;

export type Opened = {
  /** The first `wanted` bytes, fewer where the stream is shorter. */
  readonly head: Buffer;
  /** All of it again, head first, once; of a stream nothing more than one chunk is held. Whoever stops reading leaves it open. */
  readonly whole: BlobBytes;
  /** Lets go of the given stream and leaves it open and unread: the caller answers first, then it is discarded. */
  release(): Promise<void>;
};

/** Looks at the beginning of what is sent without losing it. Rejects when the stream breaks off before. */
export async function readHead(bytes: Bytes, wanted: number): Promise<Opened> {
  if ('readable' in bytes) return readStreamHead(bytes, wanted);
  return { head: headOf(bytes, wanted), whole: bytes, release: async () => undefined };
}

async function readStreamHead(bytes: Readable, wanted: number): Promise<Opened> {
  // It may break while nobody reads; without any listener its error event would end the process.
  bytes.on('error', () => undefined);
  const chunks: AsyncIterator<Buffer> = bytes.iterator({ destroyOnReturn: false });
  const first: Buffer[] = [];
  for (let have = 0; have < wanted; ) {
    const { value, done } = await chunks.next();
    if (done) break;
    first.push(value);
    have += value.length;
  }
  const head = headOf(first, wanted);
  const next = async (): Promise<IteratorResult<Buffer>> => {
    const value = first.shift();
    return value ? { value, done: false } : chunks.next();
  };
  return {
    head,
    whole: { [Symbol.asyncIterator]: () => ({ next }) },
    release: async () => void (await chunks.return?.()),
  };
}

/** Almost always one piece is enough; then nothing is copied. */
function headOf(pieces: readonly Buffer[], wanted: number): Buffer {
  const [first] = pieces;
  return (first && (pieces.length === 1 || first.length >= wanted) ? first : Buffer.concat(pieces)).subarray(0, wanted);
}
