import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { operations, pathOf } from './operations.ts';

const year = { clientId: 'B2D5A0C1-0000-4000-8000-00000000000A', fiscalYearId: '20240101' };

test('a path is its template with the parameters, options without $ and encoded', () => {
  expect(pathOf('accountPostings', year, { filter: 'date ge 2024-03-01 and date le 2024-03-31' })).toBe(
    `/datev/api/accounting/v1/clients/${year.clientId}/fiscal-years/20240101/account-postings?filter=date%20ge%202024-03-01%20and%20date%20le%202024-03-31`,
  );
  expect(pathOf('clients', {}, { top: 1 })).toBe('/datev/api/accounting/v1/clients?top=1');
});

test('no parameter leads anywhere else', () => {
  for (const clientId of [
    '..',
    '../../iam/v1/Users',
    'x',
    '',
    `${year.clientId}/fiscal-years`,
    `${year.clientId}?a=b`,
  ]) {
    expect(() => pathOf('client', { clientId })).toThrow(TypeError);
  }
  for (const fiscalYearId of ['2024', '..', '20240101/..']) {
    expect(() => pathOf('statistics', { ...year, fiscalYearId })).toThrow(TypeError);
  }
  for (const sequenceId of ['.', '..', '', 'a\n']) {
    expect(() => pathOf('records', { ...year, sequenceId })).toThrow(TypeError);
  }
  expect(pathOf('records', { ...year, sequenceId: '../x?y#z' })).toMatch(/\/\.\.%2Fx%3Fy%23z\/accounting-records$/);
});

const descriptions = new URL('../../../../shared/datev-openapi/', import.meta.url);
const files: Readonly<Record<string, string>> = {
  '/accounting/v1': 'onprem-accounting-1.7.4.4.json',
  '/diagnostics/v1': 'onprem-diagnostics-1.1.2.json',
  '/iam/v1': 'onprem-iam-user-administration-1.1.2.json',
  '/dms/v2': 'onprem-document-management-2.3.1.json',
};
const described = existsSync(descriptions);

test.runIf(described)('each operation is a documented GET', () => {
  for (const template of Object.values(operations)) {
    const [, base = '', path = ''] = /^(\/[\w-]+\/v\d)(\/.*)$/.exec(template) ?? [];
    const file = new URL(files[base] ?? 'missing', descriptions);
    const documented: { paths: Record<string, { get?: unknown }> } = JSON.parse(readFileSync(file, 'utf8'));
    const bare = (text: string) => text.replace(/\{[^}]*\}/g, '{}');
    const found = Object.entries(documented.paths).find(([name]) => bare(name) === bare(path));
    expect(found?.[1].get, template).toBeDefined();
  }
});

test.runIf(!described)('SKIPPED: each operation is a documented GET (no ../shared/datev-openapi here)', () => {
  expect(described).toBe(false);
});
