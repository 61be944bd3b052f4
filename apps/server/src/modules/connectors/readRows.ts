import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { connectorRows, partLimits } from '@bruecke/contract';
import { type ConnectorRow, countRows, type PostingsRow, sparsePostingFields } from '@bruecke/model';
import { Ajv, type ValidateFunction } from 'ajv';

const unpack = promisify(gunzip);
/** Unpacked at once by another thread; zlib's own 16 kB would mean to wake it and be woken sixty times for a full part. */
const chunkSize = 1024 * 1024;
const LINE_FEED = 0x0a;
// A field that may be empty has two types: that is how the schemas say it where many are checked.
const ajv = new Ajv({ allowUnionTypes: true });
/** By kind, so that a row is checked against its own schema and not against a union of ten. */
const checks = new Map<string, ValidateFunction>(
  Object.entries(connectorRows).map(([kind, schema]) => [kind, ajv.compile(schema)]),
);

export type ReadRows =
  | { ok: true; rows: ConnectorRow[]; count: number }
  /** `reason` names the line and what does not fit, never a value. */
  | { ok: false; code: 'part_too_large' | 'rows_refused'; reason: string };

/**
 * The rows of a part: gzip, one JSON row a line, each as its schema says. Stops unpacking at the hard limit (zip bombs), and refuses the
 * part as a whole for one wrong line.
 */
export async function readRows(body: Buffer): Promise<ReadRows> {
  let bytes: Buffer;
  try {
    bytes = await unpack(body, { maxOutputLength: partLimits.hardBytes, chunkSize });
  } catch (error) {
    const tooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return tooLarge
      ? { ok: false, code: 'part_too_large', reason: `more than ${partLimits.hardBytes} bytes unpacked` }
      : { ok: false, code: 'rows_refused', reason: 'not gzip' };
  }
  const rows: ConnectorRow[] = [];
  let count = 0;
  // Line by line from the bytes: as one text a part would lie outside of V8's young space, and twice as long for a single letter beyond Latin-1.
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, from);
    const to = end === -1 ? bytes.length : end;
    const line = rows.length + 1;
    if (to - from > partLimits.hardLineBytes) return refused('part_too_large', `line ${line} is too long`);
    const row = parseRow(bytes.toString('utf8', from, to));
    if (typeof row === 'string') return refused('rows_refused', `line ${line}: ${row}`);
    rows.push(row);
    count += countRows([row]);
    if (count > partLimits.hardRows) return refused('part_too_large', `more than ${partLimits.hardRows} rows`);
    from = to + 1;
  }
  return { ok: true, rows, count };
}

function refused(code: 'part_too_large' | 'rows_refused', reason: string): ReadRows {
  return { ok: false, code, reason };
}

/** The row, or what is wrong with it. */
function parseRow(text: string): ConnectorRow | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  const kind = typeof value === 'object' && value !== null && 'row' in value ? value.row : null;
  const check = typeof kind === 'string' ? checks.get(kind) : undefined;
  if (!check) return 'no such kind of row';
  if (!check(value)) return (check.errors ?? []).map((error) => `${error.instancePath} ${error.keyword}`).join(', ');
  // Just checked against the schema, whose type is the model's (contract/connectorRows.ts).
  const row = value as ConnectorRow;
  return row.row === 'postings' ? (unevenColumn(row) ?? row) : row;
}

/** What no schema says: each column of a block has the length of its first. */
function unevenColumn(block: PostingsRow): string | null {
  const { length } = block.account;
  const names = ['date', 'debit', 'credit', ...sparsePostingFields] as const;
  const uneven = names.find((name) => (block[name]?.length ?? length) !== length);
  return uneven === undefined ? null : `/${uneven} is not as long as /account`;
}
