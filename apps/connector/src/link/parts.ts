import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { partLimits } from '@bruecke/contract';
import { type ConnectorRow, countRows } from '@bruecke/model';

const gzipped = promisify(gzip);

/** What the last part says of its order. */
export type LastPart = { rows: number; calls: number };

/**
 * Rows on their way: gathered into parts, packed, and given to `send` one after the other. While a part is on its way the next is
 * gathered, and no more than that: then `add` waits, and with it the reading at DATEV.
 */
export type PartWriter = {
  add: (rows: readonly ConnectorRow[]) => Promise<void>;
  /** Sends what is left; resolves when all parts were taken. Whether there was anything left, to which `last` was said. */
  finish: (last: LastPart | null) => Promise<boolean>;
};

/** @param send one packed part; its throw stops the writer: the next `add` or `finish` throws the same */
export function createPartWriter(send: (packed: Buffer, last: LastPart | null) => Promise<void>): PartWriter {
  // As bytes, which lie outside of the heap: kept as texts until a part is full they were copied by each young collection.
  let lines: Buffer[] = [];
  let rowCount = 0;
  let bytes = 0;
  let underway: Promise<void> = Promise.resolve();

  async function flush(last: LastPart | null): Promise<void> {
    const part = Buffer.concat(lines, bytes);
    lines = [];
    rowCount = 0;
    bytes = 0;
    await underway;
    underway = pack(part).then((packed) => send(packed, last));
    // Whoever comes next awaits it; until then its failure is nobody's.
    underway.catch(() => {});
  }

  return {
    async add(rows) {
      for (const row of rows) {
        const line = Buffer.from(`${JSON.stringify(row)}\n`);
        const count = countRows([row]);
        const full = rowCount + count > partLimits.rows || bytes + line.length > partLimits.bytes;
        if (full && lines.length > 0) await flush(null);
        lines.push(line);
        rowCount += count;
        bytes += line.length;
      }
    },
    async finish(last) {
      const left = lines.length > 0;
      if (left) await flush(last);
      await underway;
      return left;
    },
  };
}

function pack(part: Buffer): Promise<Buffer> {
  // Level 1: rows repeat themselves so much that it packs them to a tenth already; level 6 takes three times as long for a fifth less.
  return gzipped(part, { level: constants.Z_BEST_SPEED, chunkSize: 128 * 1024 });
}
