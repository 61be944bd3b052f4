import { gunzipSync } from 'node:zlib';
import { partLimits } from '@bruecke/contract';
import type { ConnectorRow } from '@bruecke/model';
import { expect, test } from 'vitest';
import { createPartWriter } from './parts.ts';

const row = (id: number, text = ''): ConnectorRow => ({ row: 'term', id: String(id), caption: text, dueInDays: null });
const unpacked = (part: Buffer) => gunzipSync(part).toString('utf8');

test('rows come out once, in their order, in parts within the limits', async () => {
  const parts: string[] = [];
  const writer = createPartWriter(async (packed) => void parts.push(unpacked(packed)));
  for (let i = 0; i < 22_001; i += 7)
    await writer.add(Array.from({ length: Math.min(7, 22_001 - i) }, (_, k) => row(i + k)));
  await writer.finish(null);
  const lines = parts.map((part) => part.trimEnd().split('\n'));
  expect(lines.map((part) => part.length)).toEqual([10_000, 10_000, 2001]);
  expect(lines.flat().map((line) => JSON.parse(line).id)).toEqual(Array.from({ length: 22_001 }, (_, i) => String(i)));
});

test('long rows make smaller parts: bytes count, an umlaut has two', async () => {
  const sizes: number[] = [];
  const writer = createPartWriter(async (packed) => void sizes.push(Buffer.byteLength(unpacked(packed))));
  for (let i = 0; i < 19_000; i++) await writer.add([row(i, 'ü'.repeat(900))]);
  await writer.finish(null);
  expect(sizes.length).toBeGreaterThan(3);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(partLimits.bytes);
});

test('only the last part says how the order ended, and only if there is one', async () => {
  const told: unknown[] = [];
  const writer = createPartWriter(async (_packed, last) => void told.push(last));
  for (let i = 0; i < 10_001; i++) await writer.add([row(i)]);
  const last = { rows: 10_001, calls: 1 };
  expect(await writer.finish(last)).toBe(true);
  expect(told).toEqual([null, last]);
  expect(await writer.finish(last)).toBe(false);
  expect(told).toHaveLength(2);
});

test('no rows, no part', async () => {
  let sent = 0;
  const writer = createPartWriter(async () => void sent++);
  await writer.add([]);
  await writer.finish(null);
  expect(sent).toBe(0);
});

test('one part is on its way at a time, and reading waits for it', async () => {
  const letThrough: (() => void)[] = [];
  let underway = 0;
  let most = 0;
  const writer = createPartWriter(async () => {
    most = Math.max(most, ++underway);
    await new Promise<void>((resolve) => letThrough.push(resolve));
    underway--;
  });
  const full = Array.from({ length: partLimits.rows }, (_, i) => row(i));
  await writer.add(full);
  await writer.add(full);
  let third = false;
  const adding = writer.add(full).then(() => {
    third = true;
  });
  while (letThrough.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(third).toBe(false);
  letThrough.shift()?.();
  await adding;
  let ended = false;
  const ending = writer.finish(null).then(() => {
    ended = true;
  });
  while (!ended) {
    letThrough.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ending;
  expect(most).toBe(1);
});

test('a part that is refused stops the writer', async () => {
  const writer = createPartWriter(async () => {
    throw new Error('gone');
  });
  const full = Array.from({ length: partLimits.rows + 1 }, (_, i) => row(i));
  await writer.add(full);
  await expect(writer.finish(null)).rejects.toThrow('gone');
});
