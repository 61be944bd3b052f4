import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { partLimits } from '@bruecke/contract';
import { type ConnectorRow, countRows } from '@bruecke/model';

const pack = promisify(gzip);

/** UTF-16 units, of which umlauts make two bytes: keeps a part's bytes below the limit, whatever its texts are. */
const MOST_UNITS = partLimits.bytes / 2;

/**
 * Rows on their way: gathered into parts, packed, and given to `send` one after the other. While a part is on its way the next is
 * gathered, and no more than that: then `add` waits, and with it the reading at DATEV.
 */
export type PartWriter = {
  add: (rows: readonly ConnectorRow[]) => Promise<void>;
  /** Sends what is left; resolves when all parts were taken. */
  finish: () => Promise<void>;
};

/** @param send one packed part; its throw stops the writer: the next `add` or `finish` throws the same */
export function createPartWriter(send: (packed: Buffer) => Promise<void>): PartWriter {
  let lines: string[] = [];
  let rowCount = 0;
  let units = 0;
  let underway: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    if (lines.length === 0) return;
    const text = `${lines.join('\n')}\n`;
    lines = [];
    rowCount = 0;
    units = 0;
    await underway;
    underway = packAndSend(text, send);
    // Whoever comes next awaits it; until then its failure is nobody's.
    underway.catch(() => {});
  }

  return {
    async add(rows) {
      for (const row of rows) {
        const line = JSON.stringify(row);
        const count = countRows([row]);
        if (rowCount + count > partLimits.rows || units + line.length > MOST_UNITS) await flush();
        lines.push(line);
        rowCount += count;
        units += line.length + 1;
      }
    },
    async finish() {
      await flush();
      await underway;
    },
  };
}

async function packAndSend(text: string, send: (packed: Buffer) => Promise<void>): Promise<void> {
  // Level 1: rows repeat themselves so much that it packs them to a tenth already; level 6 takes three times as long for a fifth less.
  await send(await pack(text, { level: constants.Z_BEST_SPEED }));
}
