import { gzipSync } from 'node:zlib';
import { partLimits } from '@bruecke/contract';
import { blockOf, type ConnectorRow, type PostingsRow } from '@bruecke/model';
import { describe, expect, it } from 'vitest';
import { readRows } from './readRows.ts';

const term = (n: number): ConnectorRow => ({ row: 'term', id: `${n}`, caption: '14 Tage', dueInDays: null });
const block = (count: number): PostingsRow =>
  blockOf(
    Array.from({ length: count }, (_, n) => ({
      account: 44_000_000,
      contraAccount: 100_000_000,
      date: '2026-01-31',
      debit: 0,
      credit: 11_900,
      batchNumber: '01-2026/0001',
      text: 'Erlöse „Nord“',
      documentField1: `RE-${n}`,
      documentField2: null,
      documentLink: null,
      taxKey: 3,
      taxRate: 19,
      opening: false,
      generalReversal: n === 0,
      costCenter1: null,
      costCenter2: null,
    })),
  );
const pack = (lines: readonly unknown[]) =>
  gzipSync(lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));

describe('the rows of a part', () => {
  it('come back as they were sent, with and without a line feed at the end', async () => {
    const rows = [block(3), term(1)];
    expect(await readRows(pack(rows))).toEqual({ ok: true, rows, count: 4 });
    expect(await readRows(pack([...rows, '']))).toEqual({ ok: true, rows, count: 4 });
    expect(await readRows(gzipSync(''))).toEqual({ ok: true, rows: [], count: 0 });
  });

  it.each([
    ['not JSON', ['{"row":']],
    ['an empty line in between', [term(1), '', term(2)]],
    ['a kind nobody knows', [{ ...term(1), row: 'salary' }]],
    ['a field too many', [{ ...block(1), salary: [1] }]],
    ['a field too few', [{ ...block(1), debit: undefined }]],
    ['half a cent', [{ ...block(1), debit: [0.5] }]],
    ['a number beyond what JavaScript counts', ['{"row":"term","id":"1","caption":"x","dueInDays":1e400}']],
    ['a text that is no day', [{ ...block(1), date: ['31.01.2026'] }]],
    ['an array', [[term(1)]]],
    ['a block of nothing', [{ ...block(1), account: [], date: [], debit: [], credit: [] }]],
    ['a block larger than blocks are', [{ ...block(256), account: Array(257).fill(1) }]],
    ['a column shorter than the others', [{ ...block(2), debit: [0] }]],
    ['a column longer than the others', [{ ...block(2), text: ['a', 'b', 'c'] }]],
    ['an account that is missing', [{ ...block(2), account: [1, null] }]],
  ])('are refused as a whole for %s', async (_name, lines) => {
    expect(await readRows(pack(lines))).toMatchObject({ ok: false, code: 'rows_refused' });
  });

  it('name what does not fit, never a value', async () => {
    const read = await readRows(pack([term(1), { ...block(2), text: [null, { secret: 'Müller' }] }]));
    expect(read).toMatchObject({ ok: false, reason: expect.stringContaining('line 2: /text/1') });
    expect(JSON.stringify(read)).not.toContain('Müller');
  });

  it('are refused when they are no gzip, or gzip with an end that is missing', async () => {
    expect(await readRows(Buffer.from(JSON.stringify(term(1))))).toMatchObject({ ok: false, code: 'rows_refused' });
    const whole = pack([block(20)]);
    expect(await readRows(whole.subarray(0, whole.length - 9))).toMatchObject({ ok: false, code: 'rows_refused' });
  });

  it('stop unpacking at the limit: a bomb of a gigabyte costs no gigabyte', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
    expect(bomb.length).toBeLessThan(100_000);
    const before = process.memoryUsage().arrayBuffers;
    expect(await readRows(bomb)).toMatchObject({ ok: false, code: 'part_too_large' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * partLimits.hardBytes);
  });

  it('are refused when a line is too long, or when there are too many', async () => {
    const long = { ...term(1), caption: 'x'.repeat(partLimits.hardLineBytes) };
    expect(await readRows(pack([long]))).toMatchObject({ ok: false, code: 'part_too_large' });
    const many = Array.from({ length: partLimits.hardRows + 1 }, (_, n) => ({
      row: 'term',
      id: `${n}`,
      caption: '',
      dueInDays: null,
    }));
    expect(await readRows(pack(many.slice(1)))).toMatchObject({ ok: true });
    expect(await readRows(pack(many))).toMatchObject({ ok: false, code: 'part_too_large' });
    const blocks = Array.from({ length: Math.floor(partLimits.hardRows / 250) }, () => block(250));
    expect(await readRows(pack(blocks))).toMatchObject({ ok: true, count: partLimits.hardRows });
    expect(await readRows(pack([...blocks, block(1)]))).toMatchObject({ ok: false, code: 'part_too_large' });
  });
});
