import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { interpretFailure } from './answers.ts';
import { errorCodes, handlingOf, lookUpErrorCode } from './errorCodes.ts';

const specification = fileURLToPath(
  new URL('../../../../shared/datev-openapi/online-accounting-documents-2.1.12.json', import.meta.url),
);
const present = existsSync(specification);
if (!present) console.warn('SKIPPED: error codes against DATEV’s OpenAPI file (../shared/datev-openapi is not there)');

describe('the table of error codes', () => {
  it('names each code once and leads each kind to a handling', () => {
    expect(new Set(errorCodes.map(({ code }) => code)).size).toBe(errorCodes.length);
    for (const { kind } of errorCodes) expect(handlingOf[kind]).toBeTypeOf('string');
  });

  it('covers every code of the interface description that this was built from (cloud.md B.2)', () => {
    const ranges = [
      [1001],
      [1004, 1005],
      [1008, 1010],
      [1012, 1013],
      [1015, 1020],
      [1127],
      [1215, 1220],
      [1222, 1234],
      [1240, 1243],
      [1245, 1253],
      [1300],
    ];
    const numbers = ranges.flatMap(([from = 0, to = from]) =>
      Array.from({ length: to - from + 1 }, (_, i) => from + i),
    );
    const documented = numbers.map((number) => `DCO0${number}`);
    expect(errorCodes.map(({ code }) => code)).toEqual([...documented, '1008828', '1008829']);
  });

  it.skipIf(!present)('has each code of each operation with its status in DATEV’s own OpenAPI file', () => {
    const { paths }: { paths: Record<string, Record<string, { responses?: Record<string, unknown> }>> } = JSON.parse(
      readFileSync(specification, 'utf8'),
    );
    const found = new Set<string>();
    for (const operations of Object.values(paths)) {
      for (const { responses = {} } of Object.values(operations)) {
        for (const [status, answer] of Object.entries(responses)) {
          for (const [, code = ''] of JSON.stringify(answer).matchAll(/#(DCO\d{5})/g)) {
            expect(lookUpErrorCode(code)?.statuses, `${code} with ${status}`).toContain(Number(status));
            found.add(code);
          }
        }
      }
    }
    expect(found.size).toBeGreaterThan(45);
    expect(errorCodes.map(({ code }) => code).filter((code) => code.startsWith('DCO') && !found.has(code))).toEqual([]);
  });

  it.each(errorCodes.flatMap(({ code, statuses, kind }) => statuses.map((status) => [code, status, kind] as const)))(
    'reads %s with %i as %s',
    (code, status, kind) => {
      const body = code.startsWith('DCO')
        ? { error: `#${code}`, error_uri: `https://help.test/?q=${code}`, request_id: 'r-1' }
        : { type: `http://www.datev.de/hilfe/${code}`, status: String(status), request_id: 'r-1' };
      const failure = interpretFailure(Response.json(body, { status }), JSON.stringify(body), 'upload');
      expect(failure).toMatchObject({ kind, code, status, requestId: 'r-1' });
      expect(failure.helpUrl).toContain(code);
    },
  );
});
