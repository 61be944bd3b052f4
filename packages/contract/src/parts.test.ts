import type { TSchema } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { allEndpoints } from './index.ts';
import { cursor, date, id, line, month, words } from './parts.ts';

/** Both ways in which readers of the contract use a pattern: the server's validator with the flag, others perhaps without. */
const takes = (schema: { pattern?: string }, text: string) => {
  const [plain, unicode] = ['', 'u'].map((flags) => new RegExp(schema.pattern ?? '', flags).test(text));
  expect(plain).toBe(unicode);
  return unicode;
};

describe('texts that come from outside', () => {
  it('are a line where people read them', () => {
    for (const name of ['Bäckerei Özgür & Söhne', 'x', ' 株式会社 ', '🥨 Brezn', 'O’Neill-García', '1', '…'])
      expect([name, takes(line(60), name)]).toEqual([name, true]);
    for (const name of ['', '   ', '\u00a0\u2003', '\u200b', '\u202e\u200f', '\ufeff\u00ad'])
      expect([name, takes(line(60), name)]).toEqual([name, false]);
    for (const wrong of ['\0', '\t', '\n', '\u0007', '\u007f', '\u0085', '\u2028', '\ud800', '\udc00', '\udc00\ud800'])
      expect([wrong, takes(line(60), `Bäcker${wrong}ei`)]).toEqual([wrong, false]);
  });

  it('may be blank where they are looked for, and hold whatever can be stored', () => {
    for (const text of ['', '  ', 'a\tb\nc', '🥨', '%_\\']) expect(takes(words(60), text)).toBe(true);
    for (const text of ['a\0', '\ud83e', 'x\udd68y']) expect(takes(words(60), text)).toBe(false);
  });

  it('take no longer the longer they are: every attempt ends at once', () => {
    const long = `${'a '.repeat(2_000_000)}\0`;
    expect(takes(line(60), long)).toBe(false);
    expect(takes(words(60), long)).toBe(false);
  });

  it('are ids in one spelling, days and months that exist', () => {
    const good = '0f8fad5b-d9cb-469f-a165-70867728950e';
    expect(takes(id, good)).toBe(true);
    for (const other of [good.toUpperCase(), `urn:uuid:${good}`, `{${good}}`, good.replaceAll('-', ''), `${good}\n`])
      expect([other, takes(id, other)]).toEqual([other, false]);
    expect([takes(month, '2026-03'), takes(month, '0000-03'), takes(month, '2026-13')]).toEqual([true, false, false]);
    expect([takes(date, '2026-03-01'), takes(date, '0001-01-01'), takes(date, '0000-01-01')]).toEqual([
      true,
      true,
      false,
    ]);
    expect([takes(cursor, 'WyJhIl0'), takes(cursor, good), takes(cursor, 'a b')]).toEqual([true, true, false]);
  });
});

/** Names of the texts in a schema that say nothing of what may stand in them. */
function freeTexts(schema: TSchema, path: string): string[] {
  const { type, anyOf, properties, items, ...rest } = schema as Record<string, unknown> & {
    anyOf?: TSchema[];
    properties?: Record<string, TSchema>;
    items?: TSchema;
  };
  if (anyOf) return anyOf.flatMap((one) => freeTexts(one, path));
  if (properties) return Object.entries(properties).flatMap(([name, one]) => freeTexts(one, `${path}.${name}`));
  if (items) return freeTexts(items, path);
  const isFree = type === 'string' && !['pattern', 'format', 'enum', 'const'].some((keyword) => keyword in rest);
  return isFree ? [path] : [];
}

it('says of each text it takes what may stand in it, but for those that are only hashed, compared or cleaned', () => {
  const free = allEndpoints().flatMap(({ name, endpoint }) =>
    [endpoint.params, endpoint.query, endpoint.body].flatMap((schema) => (schema ? freeTexts(schema, name) : [])),
  );
  const only = {
    hashedOrSealed: ['password', 'token', 'code', 'checkCode', 'clientSecret'],
    compared: ['mandantName', 'fingerprint', 'key', 'wanted'],
    // To one spelling without control characters, as files come with any name (modules/vouchers/fileName.ts).
    cleaned: ['vouchers.handIn.name', 'vouchers.handIn.note', 'vouchers.change.note', 'number', 'partner'],
    // Of a list of the Mandant's own, where others are unknown.
    known: ['vouchers.handIn.documentType', 'vouchers.list.documentType', 'vouchers.counts.documentType'],
    // What DATEV's redirect brings along.
    datev: ['state', 'error', 'error_description', 'iss', 'session_state'],
  };
  const allowed = Object.values(only).flat();
  expect(free.filter((path) => !allowed.some((end) => path === end || path.endsWith(`.${end}`)))).toEqual([]);
});
