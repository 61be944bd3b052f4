import { expect, test } from 'vitest';
import { api, GUID, PDF, putUrl, SETTINGS, signedIn, testSandbox, uploadForm } from '../test-kit.ts';

test('folder levels, sequence and stored name are kept; the answer leaves out what was not sent', async () => {
  const sandbox = testSandbox({ switches: { typing: 'examples' } });
  const { access_token } = await signedIn(sandbox);
  const body = uploadForm({
    name: 'Beleg №1: „Tür“.pdf',
    metadata: { category: 'Brücke', folder: 'Eingang', register: '2026/11', unknown: 1 },
    custom: { sequence_first_guid: GUID.toLowerCase(), sequence_position: -2 },
  });
  const response = await api(sandbox, access_token, putUrl(), { method: 'PUT', body });
  expect(Object.keys(Object(await response.json()))).toEqual(['id', 'files']);
  expect(sandbox.control.arrived()).toMatchObject([
    {
      repository: ['Brücke', 'Eingang', '2026/11'],
      sequence: { firstGuid: GUID.toLowerCase(), position: -2 },
      files: [{ name: 'Beleg _1_ _Tür_.pdf' }],
    },
  ]);
});

test('names that become equal by the white-list are the same file for DCO01253', async () => {
  const sandbox = testSandbox();
  const { access_token } = await signedIn(sandbox);
  const put = (guid: string, name: string): Promise<Response> =>
    api(sandbox, access_token, putUrl(guid), { method: 'PUT', body: uploadForm({ name }) });
  expect((await put(GUID, 'a:b.pdf')).status).toBe(201);
  expect(await (await put('AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE', 'a?b.pdf')).json()).toMatchObject({
    error: '#DCO01253',
  });
});

test('a stapled document has one id of 32 hex digits, its files in the order sent, and cannot be repeated safely', async () => {
  const sandbox = testSandbox({ switches: { typing: 'schema' } });
  const { access_token } = await signedIn(sandbox);
  const form = uploadForm({ part: 'files', name: '2.pdf' });
  form.append('files', new Blob([new Uint8Array(PDF)], { type: 'application/pdf' }), '1.pdf');
  const url = `${SETTINGS.accountingDocumentsUrl}/clients/29098-101/documents/stapled`;
  const response = await api(sandbox, access_token, url, { method: 'PUT', body: form });
  expect(response.status).toBe(201);
  const [arrived] = sandbox.control.arrived();
  expect(arrived).toMatchObject({ via: 'stapled', files: [{ name: '2.pdf' }, { name: '1.pdf' }] });
  expect(arrived?.id).toMatch(/^[0-9A-F]{32}$/);
  expect(arrived?.id).toBe(arrived?.files[0]?.id);
});

test('a GUID is known within one client only, and stays known when the stock is taken away and given back', async () => {
  const sandbox = testSandbox();
  const { access_token } = await signedIn(sandbox);
  const put = async (clientId: string, name: string): Promise<number> =>
    (await api(sandbox, access_token, putUrl(GUID, clientId), { method: 'PUT', body: uploadForm({ name }) })).status;
  expect(await put('29098-101', 'a.pdf')).toBe(201);
  expect(await put('29098-102', 'a.pdf')).toBe(201);
  sandbox.control.setClient('29098-101', { stock: false });
  sandbox.control.setClient('29098-101', { stock: true });
  expect(await put('29098-101', 'b.pdf')).toBe(409);
});
