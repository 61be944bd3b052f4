import type { Readable } from 'node:stream';

export type Opened = {
  /** The first `wanted` bytes, fewer where the stream is shorter. */
  readonly head: Buffer;
  /** The whole stream again, head first, once; nothing more than one chunk is held. Whoever stops reading leaves it open. */
  readonly whole: AsyncIterable<Buffer>;
  /** Lets go of the given stream and leaves it open and unread: the caller answers first, then it is discarded. */
  release(): Promise<void>;
};

/** Looks at the beginning of a stream without losing it. Rejects when the stream breaks off before. */
export async function readHead(bytes: Readable, wanted: number): Promise<Opened> {
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
  // Almost always one chunk is enough; then nothing is copied.
  const [only] = first;
  const head = (first.length === 1 && only ? only : Buffer.concat(first)).subarray(0, wanted);
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
