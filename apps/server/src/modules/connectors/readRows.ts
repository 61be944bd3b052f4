import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { connectorRows, partLimits } from '@bruecke/contract';
import type { ConnectorRow } from '@bruecke/model';
import { Ajv, type ValidateFunction } from 'ajv';

const unpack = promisify(gunzip);
const ajv = new Ajv();
/** By kind, so that a row is checked against its own schema and not against a union of ten. */
const checks = new Map<string, ValidateFunction>(
  Object.entries(connectorRows).map(([kind, schema]) => [kind, ajv.compile(schema)]),
);

export type ReadRows =
  | { ok: true; rows: ConnectorRow[] }
  /** `reason` names the line and what does not fit, never a value. */
  | { ok: false; code: 'part_too_large' | 'rows_refused'; reason: string };

/**
 * The rows of a part: gzip, one JSON row a line, each as its schema says. Stops unpacking at the hard limit (zip bombs), and refuses the
 * part as a whole for one wrong line.
 */
export async function readRows(body: Buffer): Promise<ReadRows> {
  let text: string;
  try {
    text = (await unpack(body, { maxOutputLength: partLimits.hardBytes })).toString('utf8');
  } catch (error) {
    const tooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return tooLarge
      ? { ok: false, code: 'part_too_large', reason: `more than ${partLimits.hardBytes} bytes unpacked` }
      : { ok: false, code: 'rows_refused', reason: 'not gzip' };
  }
  const rows: ConnectorRow[] = [];
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from);
    const to = end === -1 ? text.length : end;
    const line = rows.length + 1;
    if (to - from > partLimits.hardLineBytes) return refused('part_too_large', `line ${line} is too long`);
    if (line > partLimits.hardRows) return refused('part_too_large', `more than ${partLimits.hardRows} rows`);
    const row = parseRow(text.slice(from, to));
    if (typeof row === 'string') return refused('rows_refused', `line ${line}: ${row}`);
    rows.push(row);
    from = to + 1;
  }
  return { ok: true, rows };
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
  return value as ConnectorRow;
}
