import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { api, GUID, PDF, putUrl, SETTINGS, START, signedIn, testSandbox, uploadForm } from './test-kit.ts';

test('a document that is put with a GUID arrives once, and a second put says so', async () => {
  const sandbox = testSandbox({ switches: { typing: 'schema' } });
  const { access_token } = await signedIn(sandbox);
  const form = uploadForm({ metadata: { document_type: 'Rechnungseingang', note: 'bitte prüfen' } });

  const first = await api(sandbox, access_token, putUrl(GUID.toLowerCase()), { method: 'PUT', body: form });
  expect(first.status).toBe(201);
  expect(await first.json()).toEqual({
    id: GUID,
    files: [
      {
        id: expect.stringMatching(/^[0-9A-F-]{36}$/),
        name: 'Rechnung.pdf',
        size: PDF.length,
        upload_date: '2026-11-24T09:00:00+01:00',
        media_type: 'application/pdf',
      },
    ],
    document_type: 'Rechnungseingang',
    note: 'bitte prüfen',
  });
  expect(first.headers.get('x-global-transaction-id')).toMatch(/^[0-9a-f]{24}$/);
  expect(first.headers.get('v-cap-request-id')).toMatch(/^[0-9a-f-]{36}$/);

  const again = await api(sandbox, access_token, putUrl(), { method: 'PUT', body: form });
  expect(again.status).toBe(409);
  expect(await again.json()).toMatchObject({ error: '#DCO01012', error_description: 'restapi.KeyConflictFault' });

  expect(sandbox.control.arrived()).toEqual([
    {
      number: 1,
      clientId: '29098-101',
      id: GUID,
      via: 'put',
      files: [
        {
          id: expect.any(String),
          name: 'Rechnung.pdf',
          size: PDF.length,
          sha256: createHash('sha256').update(PDF).digest('hex'),
          mediaType: 'application/pdf',
        },
      ],
      documentType: 'Rechnungseingang',
      note: 'bitte prüfen',
      at: new Date(START).toISOString(),
      person: 'anja',
      app: 'app-1',
    },
  ]);
});

test('two sandboxes from one seed answer alike, byte for byte', async () => {
  const run = async (): Promise<string[]> => {
    const sandbox = testSandbox();
    const tokens = await signedIn(sandbox);
    const list = await api(sandbox, tokens.access_token, `${SETTINGS.accountingClientsUrl}/clients`);
    const put = await api(sandbox, tokens.access_token, putUrl(), { method: 'PUT', body: uploadForm() });
    return [JSON.stringify(tokens), await list.text(), await put.text(), JSON.stringify([...put.headers])];
  };
  expect(await run()).toEqual(await run());
});

test('a snapshot brings documents, tokens and the course of ids back', async () => {
  const sandbox = testSandbox();
  const { access_token } = await signedIn(sandbox);
  await api(sandbox, access_token, putUrl(), { method: 'PUT', body: uploadForm() });
  const kept = JSON.parse(JSON.stringify(sandbox.snapshot()));

  const other = testSandbox({ seed: 'another' });
  other.restore(kept);
  const again = await api(other, access_token, putUrl(), { method: 'PUT', body: uploadForm({ name: 'Neu.pdf' }) });
  expect(again.status).toBe(409);
  expect(other.control.arrivedCount('29098-101')).toBe(1);
  expect(other.snapshot().arrived).toEqual(kept.arrived);
});
