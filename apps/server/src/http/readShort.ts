import type { Readable } from 'node:stream';

/** Bytes; most vouchers are shorter. JSON bodies may be longer, so nobody can make the server hold more than before. */
const shortBody = 256 * 1024;

/**
 * Reads a body whole that is announced to be short, while it is still being found out who sends it: each of its pieces would wait
 * for a turn of the event loop afterwards. Null when it is long, or of unknown length, or breaks off: then the stream says the rest.
 */
export function readShort(body: Readable, announcedLength: number | null): Promise<readonly Buffer[] | null> {
  if (announcedLength === null || announcedLength > shortBody) return Promise.resolve(null);
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    body.on('data', (piece: Buffer) => pieces.push(piece));
    body.once('end', () => resolve(pieces));
    for (const broken of ['error', 'close']) body.once(broken, () => resolve(null));
  });
}
