import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runtimeOver, settings } from '../../test/loginServer.ts';
import {
  buildGetClientRequest,
  getClient,
  interpretGetClient,
  interpretGetDuoVersion,
  interpretListClients,
  interpretListDocumentTypes,
} from './reads.ts';

const input = { accessToken: 'access-token-1', clientId: '455148-1' };

describe('requests', () => {
  it('carry the token, the app id and no redirect (cloud.md A.7)', () => {
    const request = buildGetClientRequest(settings, input);
    expect(request.url).toBe('https://documents.test/platform/v2/clients/455148-1');
    expect(request.redirect).toBe('manual');
    expect(Object.fromEntries(request.headers)).toEqual({
      accept: 'application/json;charset=utf-8',
      authorization: 'Bearer access-token-1',
      'x-datev-client-id': 'app-1',
    });
  });

  it('never leave over plain http', () => {
    const insecure = { ...settings, accountingDocumentsUrl: 'http://documents.test' };
    expect(() => buildGetClientRequest(insecure, input)).toThrow(TypeError);
    expect(buildGetClientRequest({ ...insecure, allowInsecure: true }, input).url).toMatch(/^http:/);
  });

  it('carry a fresh signal', async () => {
    const runtime = runtimeOver((request) => new Response('', { status: request.signal.aborted ? 503 : 200 }));
    const hurried = { ...runtime, newSignal: () => AbortSignal.abort() };
    expect(await getClient(settings, hurried, input)).toMatchObject({ failure: { status: 503 } });
  });
});

describe('lenient reading', () => {
  it('takes strings for numbers and booleans, and both forms of dates', async () => {
    const strings = {
      id: '455148-1',
      name: 'Muster GmbH',
      consultant_number: '455148',
      client_number: '1',
      is_document_management_available: 'true',
      basic_accounting_information: [
        {
          fiscal_year_start: '2025-01-01T00:00:00.000+0000',
          fiscal_year_end: '2025-12-31',
          account_length: '4',
          ledgers: { is_accounts_payable_ledger_available: 'false', isCashLedgerAvailable: true },
        },
        { fiscal_year_start: 'soon' },
      ],
    };
    expect(await interpretGetClient(Response.json(strings))).toMatchObject({
      value: {
        id: '455148-1',
        consultantNumber: 455148,
        clientNumber: 1,
        belegeOnlineAvailable: true,
        fiscalYears: [
          {
            start: '2025-01-01',
            end: '2025-12-31',
            accountLength: 4,
            accountsPayableLedger: false,
            accountsReceivableLedger: null,
            cashLedger: true,
          },
        ],
      },
    });
  });

  it('reads camel case too, an unknown category as none, and leaves out what has no name', async () => {
    const types = [
      { name: 'Rechnungseingang', category: 'invoices_received', debitCreditIdentifier: 'debit' },
      { name: 'Neu', category: 'something_new' },
      { category: 'other_documents' },
      'odd',
    ];
    expect(await interpretListDocumentTypes(Response.json(types))).toMatchObject({
      value: [
        { name: 'Rechnungseingang', category: 'invoices_received', debitCredit: 'debit' },
        { name: 'Neu', category: null, debitCredit: null },
      ],
    });
    expect(await interpretListDocumentTypes(Response.json([]))).toMatchObject({ ok: true, value: [] });
  });

  it('reads extensions as a list or as one string', async () => {
    const value = { fileExtensions: ['pdf', 'png'], stapleFileExtensions: ['pdf'], stapleLogic: 'logically' };
    const asList = {
      allowed_file_extensions: ['PDF', '.png'],
      allowed_staple_file_extensions: ['pdf'],
      staple_logic: 'logically',
    };
    const asText = { ...asList, allowed_file_extensions: 'pdf, png', allowed_staple_file_extensions: 'pdf' };
    expect(await interpretGetDuoVersion(Response.json(asList))).toMatchObject({ value });
    expect(await interpretGetDuoVersion(Response.json(asText))).toMatchObject({ value });
  });

  it('reads the permission failures of the client calls', async () => {
    expect(await interpretListClients(Response.json({ request_id: 'r' }, { status: 403 }))).toMatchObject({
      failure: { kind: 'rightMissing', requestId: 'r' },
    });
    expect(await interpretListClients(new Response('', { status: 404 }))).toMatchObject({
      failure: { kind: 'datasetMissing' },
    });
    expect(await interpretGetClient(Response.json({ error: '#DCO01009' }, { status: 400 }))).toMatchObject({
      failure: { kind: 'datasetInconsistent' },
    });
  });
});

const specification = fileURLToPath(
  new URL('../../../../../shared/datev-openapi/online-accounting-documents-2.1.12.json', import.meta.url),
);
const present = existsSync(specification);
if (!present) console.warn('SKIPPED: DATEV’s own examples (../shared/datev-openapi is not there)');

describe.skipIf(!present)('DATEV’s own examples', () => {
  interface Answers {
    readonly get?: {
      readonly responses: Record<string, { readonly content: Record<string, { 'x-example'?: unknown }> }>;
    };
  }
  const example = (path: string) => {
    const { paths }: { paths: Record<string, Answers> } = JSON.parse(readFileSync(specification, 'utf8'));
    return paths[path]?.get?.responses['200']?.content['application/json']?.['x-example'];
  };

  it('are read without losing anything', async () => {
    expect(await interpretListClients(Response.json(example('/clients')))).toMatchObject({
      value: [{ id: '455148-1', consultantNumber: 455148, clientNumber: 1 }],
    });
    const client = await interpretGetClient(Response.json(example('/clients/{client-id}')));
    if (!client.ok) throw new Error(client.failure.kind);
    expect(client.value.belegeOnlineAvailable).toBe(true);
    expect(client.value.fiscalYears.map(({ start, accountLength }) => [start, accountLength])).toEqual([
      ['2015-01-01', 4],
      ['2016-01-01', 4],
      ['2017-01-01', 4],
    ]);
    const types = await interpretListDocumentTypes(Response.json(example('/clients/{client-id}/document-types')));
    expect(types).toMatchObject({
      value: [{ debitCredit: 'debit' }, { debitCredit: 'credit' }, { name: 'Kasse' }, {}],
    });
  });
});
