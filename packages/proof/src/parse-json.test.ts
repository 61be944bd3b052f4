import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseProvenJson } from './parse-json.ts';

test.each([
  ['{"a":1,"a":2}'],
  ['{"a":1,"\\u0061":2}'],
  ['[{"x":{"a":1 , "b":{}, "a" : 2}}]'],
  ['{"a":{"b":1},"a":{"c":1}}'],
  ['{"\\"":1,"\\"":2}'],
])('the same key twice is refused: %s', (text) => {
  expect(parseProvenJson(text)).toEqual({ ok: false, reason: 'repeated_key' });
});

test.each([
  ['{"a":{"a":1},"b":[{"a":1},{"a":2}]}'],
  ['{"a":"a\\":1,\\"a","b":"{\\"a\\":1}"}'],
  ['["a","a"]'],
  ['null'],
])('other JSON is taken: %s', (text) => {
  expect(parseProvenJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
});

test('what is no JSON is told apart', () => {
  for (const text of ['', '{', '{"a":1,}', 'undefined']) {
    expect(parseProvenJson(text)).toEqual({ ok: false, reason: 'not_json' });
  }
});

test('property: all JSON that JSON.stringify writes is taken, and with one key repeated refused', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), fc.jsonValue(), (value, key, other) => {
      const text = JSON.stringify(value, null, 1);
      expect(parseProvenJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
      const name = JSON.stringify(key);
      const twice = `{${name}:${text},"${key.length}x":${JSON.stringify(other)},${name}:0}`;
      expect(parseProvenJson(twice)).toEqual({ ok: false, reason: 'repeated_key' });
    }),
  );
});
