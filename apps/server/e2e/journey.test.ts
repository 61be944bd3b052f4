import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Books, Year } from '@bruecke/datev-sandbox';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { journeyAlone } from '../demo/journeyAlone.ts';
import type { Demo } from '../demo/start.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bruecke-papers-'));
  writeFileSync(
    join(folder, 'Rechnung.pdf'),
    '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** DATEV's books with an open item that is a cent more, seen by whoever compares; everything else stays as it is, also what is booked later. */
function withOneCentMore(demo: Demo): Demo {
  const { figures } = demo;
  const { control } = figures.firmServer;
  const spoilt = (year: Year): Year =>
    Object.create(year, {
      items: { get: () => year.items.map((item, at) => (at === 0 ? { ...item, amount: item.amount + 1 } : item)) },
    });
  const books = () =>
    control.books().map((one): Books => Object.create(one, { years: { get: () => one.years.map(spoilt) } }));
  return { ...demo, figures: { ...figures, firmServer: { ...figures.firmServer, control: { ...control, books } } } };
}

it.each([
  { what: 'nothing', exit: 0, same: true, prepare: (demo: Demo) => demo },
  { what: 'a cent', exit: 1, same: false, prepare: withOneCentMore },
])(
  'the journey ends with $exit where $what differs',
  async ({ exit, same, prepare }) => {
    const lines: string[] = [];
    const told: string[] = [];
    const given = {
      say: (line: string) => void lines.push(line),
      log: (line: string) => void told.push(line),
      prepare,
    };
    expect(await journeyAlone(folder, given), lines.join('\n')).toBe(exit);
    expect(lines.at(-1)).toBe('journey: files 1, receipts 1');
    expect(lines.join('\n').includes('UNGLEICH')).toBe(!same);
    expect(lines.join('\n')).toContain('1 von 1 Belegen gebucht');
  },
  240_000,
);
