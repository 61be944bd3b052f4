import { readFileSync } from 'node:fs';
import { operations } from '@bruecke/datevconnect';
import { findingCodes } from '@bruecke/model';
import { expect, test } from 'vitest';
import { manifests } from '../manifests.ts';
import { manifest } from './manifest.ts';

test('it is plain data and says every call that can be made, and every finding', () => {
  expect(JSON.parse(JSON.stringify(manifests))).toContainEqual(manifest);
  expect(manifest.calls.map(({ name }) => name).toSorted()).toEqual(Object.keys(operations).toSorted());
  expect(Object.keys(manifest.findings).toSorted()).toEqual([...findingCodes].toSorted());
  for (const [code, { cause, remedy }] of Object.entries(manifest.findings)) {
    if (code !== 'ok') expect([cause.de, cause.en, remedy.de, remedy.en]).not.toContain('');
  }
});

test('it imports nothing but the model, so that a browser may have it', () => {
  for (const file of ['./manifest.ts', './calls.ts', './findings.ts', '../manifests.ts']) {
    const source = readFileSync(new URL(file, import.meta.url), 'utf8');
    const imports = [...source.matchAll(/from '([^']+)'/g)].map(([, from]) => from ?? '');
    for (const from of imports)
      expect(from).toMatch(/^(@bruecke\/model|\.\.?\/(kit|calls|findings|[a-z-]+\/manifest)\.ts)$/);
  }
});
