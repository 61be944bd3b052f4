import { readFileSync } from 'node:fs';
import { accountingDocuments } from '@bruecke/datev-online';
import { describe, expect, it } from 'vitest';
import { manifests } from '../manifests.ts';
import { manifest } from './manifest.ts';

describe('the manifest', () => {
  it('is plain data, agrees with the protocol client and uses the official name (G-37)', () => {
    expect(JSON.parse(JSON.stringify(manifests))).toContainEqual(manifest);
    const { documentLimits } = accountingDocuments;
    expect(manifest.limits).toMatchObject({
      fileBytes: documentLimits.fileBytes,
      adviceBytes: documentLimits.adviceBytes,
      fileNameLength: documentLimits.fileName,
      noteLength: documentLimits.note,
      documentTypeLength: documentLimits.documentType,
    });
    expect(manifest.officialName).toBe('Belegbilderservice Rechnungswesen');
    const texts = JSON.stringify(manifest).replaceAll(manifest.orderUrl, '');
    expect(texts.match(/datev/gi)?.every((word) => word === 'DATEV')).toBe(true);
    expect(manifest.orderUrl).toBe('http://go.datev.de/datenservices-einrichten');
  });

  it('imports nothing but the model, so that a browser may have it', () => {
    for (const file of ['./manifest.ts', '../kit.ts']) {
      const source = readFileSync(new URL(file, import.meta.url), 'utf8');
      const imports = [...source.matchAll(/from '([^']+)'/g)].map(([, from]) => from);
      for (const from of imports) expect(['@bruecke/model', '../kit.ts', './kit.ts']).toContain(from);
    }
  });
});
