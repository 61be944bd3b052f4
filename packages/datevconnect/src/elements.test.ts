import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readElements } from './elements.ts';

async function* chunksOf(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function read(text: string, sizes: readonly number[] = [7], batchBytes = 32) {
  const elements: unknown[] = [];
  const reader = readElements(chunksOf(new TextEncoder().encode(text), sizes), batchBytes);
  let next = await reader.next();
  for (; !next.done; next = await reader.next()) elements.push(...next.value);
  return { elements, end: next.value };
}

const texts = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('},{', '"},{"', '\\', '\\"', '[{"a":1},{', ']', 'Müller & Söhne', '}]', ', {'),
);
const element = fc.oneof(
  fc.record({ id: texts, amount: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
  fc.record({
    id: texts,
    nested: fc.array(fc.record({ type: texts, content: texts })),
    open: fc.record({ due: texts }),
  }),
  fc.record({}),
  fc.oneof(fc.integer(), texts, fc.constant(null), fc.array(fc.record({ a: texts }))),
);

test('whatever the list, however it is written and chopped, the elements are those of JSON.parse', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(element, { maxLength: 30 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 200 }),
      fc.constantFrom(undefined, 2, '\r\n'),
      async (list, sizes, batchBytes, indent) => {
        const text = JSON.stringify(list, null, indent);
        const { elements, end } = await read(text, sizes, batchBytes);
        expect(end).toEqual({ kind: 'list' });
        expect(elements).toEqual(JSON.parse(text));
      },
    ),
    { numRuns: 400 },
  );
});

test('a list that breaks off anywhere is never taken as whole, and what came is a beginning of it', async () => {
  const list = [{ a: '},{' }, { b: [{ c: 1 }, { c: 2 }] }, { d: 'ü' }];
  const bytes = JSON.stringify(list);
  for (let length = 1; length < bytes.length; length++) {
    const { elements, end } = await read(bytes.slice(0, length), [3], 8);
    expect(end).toEqual({ kind: 'cut' });
    expect(elements).toEqual(list.slice(0, elements.length));
  }
});

test('empty lists, white space and a byte order mark', async () => {
  expect(await read('[]')).toEqual({ elements: [], end: { kind: 'list' } });
  expect(await read('\uFEFF \n[ ] \n')).toEqual({ elements: [], end: { kind: 'list' } });
  expect(await read('\uFEFF[{"a":1}]')).toEqual({ elements: [{ a: 1 }], end: { kind: 'list' } });
});

test('what is no list comes back as text; what only begins like one is unreadable', async () => {
  expect(await read('{"error":"DCO10400"}')).toEqual({
    elements: [],
    end: { kind: 'other', text: '{"error":"DCO10400"}' },
  });
  expect(await read('')).toEqual({ elements: [], end: { kind: 'other', text: '' } });
  expect((await read('[{"a":1},{"b":nonsense},{"c":3},{"d":4},{"e":5},{"f":6}]')).end).toEqual({ kind: 'unreadable' });
});

test('memory: what is held back stays below two batches, whatever the length of the list', async () => {
  const one = JSON.stringify({ id: 'x'.repeat(500), nested: [{ a: 1 }, { a: 2 }] });
  async function* endless() {
    yield new TextEncoder().encode(`[${one}`);
    const more = new TextEncoder().encode(`,${one}`.repeat(100));
    for (let i = 0; i < 200; i++) yield more;
    yield new TextEncoder().encode(']');
  }
  let largest = 0;
  let count = 0;
  for await (const batch of readElements(endless())) {
    largest = Math.max(largest, batch.length);
    count += batch.length;
  }
  expect(count).toBe(20_001);
  expect(largest).toBeLessThan(400);
});
