import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalize, NotCanonicalError } from './canonical.ts';

test('RFC 8785 section 3.2.2: the example of the RFC', () => {
  const input =
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
    '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}';
  expect(canonicalize(JSON.parse(input))).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test('RFC 8785 section 3.2.3: keys are sorted by UTF-16 code units', () => {
  const value = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  };
  const order = [...canonicalize(value).matchAll(/:"([^"]+)"/g)].map((match) => match[1]);
  expect(order).toEqual([
    'Carriage Return',
    'One',
    'Control',
    'Latin Small Letter O With Diaeresis',
    'Euro Sign',
    'Emoji: Grinning Face',
    'Hebrew Letter Dalet With Dagesh',
  ]);
});

test.each([
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
])('RFC 8785 appendix B: the number with bits %s is written %s', (bits, text) => {
  expect(canonicalize(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
});

test.each([
  ['undefined', { a: [1, undefined] }, '$.a[1]'],
  ['NaN', { a: Number.NaN }, '$.a'],
  ['infinity', Number.POSITIVE_INFINITY, '$'],
  ['a bigint', { a: { b: 1n } }, '$.a.b'],
  ['a function', [() => 1], '$[0]'],
  ['a date', { at: new Date(0) }, '$.at'],
  ['a map', new Map(), '$'],
  ['a hole', new Array(1), '$[0]'],
  ['a symbol key', { [Symbol('s')]: 1 }, '$'],
  ['a lone surrogate', { name: 'x\ud800' }, '$.name'],
  ['a lone surrogate in a key', { '\udc00': 1 }, '$.\udc00'],
])('refuses %s and says where', (_name, value, path) => {
  const refused = (() => {
    try {
      return canonicalize(value);
    } catch (error) {
      return error;
    }
  })();
  expect(refused).toBeInstanceOf(NotCanonicalError);
  expect(refused).toMatchObject({ code: 'not_canonical', path });
});

test('refuses nesting that would end in a stack overflow', () => {
  const deep: unknown = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
  expect(() => canonicalize(deep)).toThrow(NotCanonicalError);
});

const json = fc.jsonValue({ stringUnit: 'grapheme' });

test('property: reading the canonical text back gives the same value and the same text', () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = canonicalize(value);
      const back: unknown = JSON.parse(text);
      expect(canonicalize(back)).toBe(text);
      // JSON has no -0; everything else must survive.
      expect(back).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('property: the order of keys does not matter', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.integer()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalize(reversed)).toBe(canonicalize(value));
    }),
  );
});
