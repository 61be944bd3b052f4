import { expect, test } from 'vitest';
import type { Sandbox } from './sandbox.ts';
import { api, SETTINGS, signedIn, testSandbox, WORLD } from './test-kit.ts';
import { clientIdOf, sandboxClient, type World } from './world.ts';

/** 250 clients of one firm, all seen by Anja. */
function manyClients(): World {
  const clients = Array.from({ length: 250 }, (_, i) =>
    sandboxClient({ consultantNumber: 29098, clientNumber: i + 1, name: `Mandant ${i + 1}` }),
  );
  const access = Object.fromEntries(clients.map((client) => [clientIdOf(client), ['documents' as const]]));
  return { apps: WORLD.apps, clients, people: WORLD.people.map((person) => ({ ...person, access })) };
}

async function page(
  sandbox: Sandbox,
  token: string,
  query: string,
): Promise<{ names: unknown[]; total: string; link: string }> {
  const response = await api(sandbox, token, `${SETTINGS.accountingClientsUrl}/clients${query}`);
  const body: unknown = await response.json();
  const names = Array.isArray(body) ? body.map((client: unknown) => Object(client).name) : [];
  return { names, total: response.headers.get('total-items') ?? '', link: response.headers.get('link') ?? '' };
}

test('paging: at most 100 at a time, links of query only, and a header that repeats its own name', async () => {
  const sandbox = testSandbox({ world: manyClients() });
  const { access_token } = await signedIn(sandbox);
  const first = await page(sandbox, access_token, '');
  expect(first.names).toHaveLength(100);
  expect(first).toMatchObject({ total: 'Total-Items: 250', link: '<?skip=100&top=100>;rel="next"' });

  const middle = await page(sandbox, access_token, '?skip=100&top=500');
  expect(middle.names).toHaveLength(100);
  expect(middle.link).toBe('<?skip=0&top=100>;rel="prev", <?skip=200&top=100>;rel="next"');

  const last = await page(sandbox, access_token, '?skip=200');
  expect(last.names.at(-1)).toBe('Mandant 250');
  expect(last.link).toBe('<?skip=100&top=100>;rel="prev"');

  sandbox.control.setSwitches({ typing: 'schema' });
  expect((await page(sandbox, access_token, '?skip=249&top=1')).total).toBe('250');
});

test('filters narrow by one number or by both', async () => {
  const sandbox = testSandbox({ world: manyClients() });
  const { access_token } = await signedIn(sandbox);
  const filtered = (filter: string): Promise<{ names: unknown[] }> =>
    page(sandbox, access_token, `?filter=${encodeURIComponent(filter)}`);
  expect((await filtered('client_number eq 7')).names).toEqual(['Mandant 7']);
  expect((await filtered('consultant_number eq 29098 and client_number eq 9')).names).toEqual(['Mandant 9']);
  expect((await filtered('client_number eq 9 and consultant_number eq 4711')).names).toEqual([]);
});

test('the two lists differ: one names the services the person may use, the other every client without them', async () => {
  const sandbox = testSandbox({ switches: { typing: 'schema' } });
  const { access_token } = await signedIn(sandbox, 'bernd', {}, 'SmartCard');
  const services = await api(sandbox, access_token, `${SETTINGS.accountingClientsUrl}/clients`);
  const head = { id: '29098-101', name: 'Muster GmbH', consultant_number: 29098, client_number: 101 };
  expect(await services.json()).toEqual([
    { ...head, services: [{ name: 'Buchungsdatenservice', scopes: ['datev:accounting:extf-files-import'] }] },
  ]);
  const plain = await api(sandbox, access_token, `${SETTINGS.accountingDocumentsUrl}/clients`);
  expect(await plain.json()).toEqual([head]);
});

test('basics, types and file extensions of one client, once by the schema and once as the examples are', async () => {
  const sandbox = testSandbox({ switches: { typing: 'schema' } });
  const { access_token } = await signedIn(sandbox);
  const read = async (path: string): Promise<unknown> =>
    (await api(sandbox, access_token, `${SETTINGS.accountingDocumentsUrl}/clients/29098-102${path}`)).json();
  expect(await read('')).toMatchObject({
    is_document_management_available: true,
    basic_accounting_information: [
      { fiscal_year_start: '2024-01-01' },
      { fiscal_year_start: '2025-01-01' },
      {
        fiscal_year_start: '2026-01-01',
        fiscal_year_end: '2026-12-31',
        account_length: 4,
        ledgers: { is_cash_ledger_available: true },
      },
    ],
  });
  expect(await read('/document-types')).toEqual([
    { name: 'Rechnungseingang', category: 'invoices_received', debit_credit_identifier: 'debit' },
    { name: 'Rechnungsausgang', category: 'outgoing_invoices', debit_credit_identifier: 'credit' },
    { name: 'Kasse', category: 'other_documents' },
    { name: 'Sonstige', category: 'other_documents' },
  ]);
  expect(await read('/duo-version')).toMatchObject({
    allowed_file_extensions: expect.arrayContaining(['csv', 'pdf', 'xlsx']),
  });

  sandbox.control.setSwitches({ typing: 'examples' });
  expect(await read('')).toMatchObject({
    client_number: '102',
    is_document_management_available: 'true',
    basic_accounting_information: expect.arrayContaining([
      expect.objectContaining({ fiscal_year_end: '2026-12-31T00:00:00.000Z', account_length: '4' }),
    ]),
  });
});
