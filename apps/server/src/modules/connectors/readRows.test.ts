import { gzipSync } from 'node:zlib';
import { partLimits } from '@bruecke/contract';
import type { ConnectorRow } from '@bruecke/model';
import { describe, expect, it } from 'vitest';
import { readRows } from './readRows.ts';

const posting = (n: number): ConnectorRow => ({
  row: 'posting',
  id: `509_${n}`,
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
  generalReversal: false,
  costCenter1: null,
  costCenter2: null,
  rebuilt: false,
});
const pack = (lines: readonly unknown[]) =>
  gzipSync(lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));

describe('the rows of a part', () => {
  it('come back as they were sent, with and without a line feed at the end', async () => {
    const rows = [posting(1), posting(2)];
    expect(await readRows(pack(rows))).toEqual({ ok: true, rows });
    expect(await readRows(pack([...rows, '']))).toEqual({ ok: true, rows });
    expect(await readRows(gzipSync(''))).toEqual({ ok: true, rows: [] });
  });

  it.each([
    ['not JSON', ['{"row":']],
    ['an empty line in between', [posting(1), '', posting(2)]],
    ['a kind nobody knows', [{ ...posting(1), row: 'salary' }]],
    ['a field too many', [{ ...posting(1), salary: 1 }]],
    ['a field too few', [{ ...posting(1), debit: undefined }]],
    ['half a cent', [{ ...posting(1), debit: 0.5 }]],
    ['a number beyond what JavaScript counts', ['{"row":"term","id":"1","caption":"x","dueInDays":1e400}']],
    ['a text that is no day', [{ ...posting(1), date: '31.01.2026' }]],
    ['an array', [[posting(1)]]],
  ])('are refused as a whole for %s', async (_name, lines) => {
    expect(await readRows(pack(lines))).toMatchObject({ ok: false, code: 'rows_refused' });
  });

  it('name what does not fit, never a value', async () => {
    const read = await readRows(pack([posting(1), { ...posting(2), text: { secret: 'Müller' } }]));
    expect(read).toMatchObject({ ok: false, reason: expect.stringContaining('line 2: /text') });
    expect(JSON.stringify(read)).not.toContain('Müller');
  });

  it('are refused when they are no gzip, or gzip with an end that is missing', async () => {
    expect(await readRows(Buffer.from(JSON.stringify(posting(1))))).toMatchObject({ ok: false, code: 'rows_refused' });
    const whole = pack([posting(1)]);
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
    const long = { ...posting(1), text: 'x'.repeat(partLimits.hardLineBytes) };
    expect(await readRows(pack([long]))).toMatchObject({ ok: false, code: 'part_too_large' });
    const many = Array.from({ length: partLimits.hardRows + 1 }, (_, n) => ({
      row: 'term',
      id: `${n}`,
      caption: '',
      dueInDays: null,
    }));
    expect(await readRows(pack(many.slice(1)))).toMatchObject({ ok: true });
    expect(await readRows(pack(many))).toMatchObject({ ok: false, code: 'part_too_large' });
  });
});
