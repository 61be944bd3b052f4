import { Readable } from 'node:stream';
import { createSession } from '@bruecke/datevconnect';
import { type ConnectorOrder, type ConnectorRow, type OrderEnd, postingsIn } from '@bruecke/model';
import { expect, test } from 'vitest';
import { type FiguresSession, runOrder } from './channel.ts';

const guid = 'b2d5a0c1-0000-4000-8000-00000000000a';
const other = 'b2d5a0c1-0000-4000-8000-00000000000b';
const year = { clientGuid: guid, fiscalYearId: '20240101' };
const client = '/accounting/v1/clients';
const base = `${client}/${guid}/fiscal-years/20240101`;

type Said = unknown | { status: number; body: unknown };

/** A DATEVconnect that answers these paths (without query) and nothing else. */
function sessionWith(answers: Record<string, Said>, released: string[] = [guid]) {
  const asked: string[] = [];
  const datev = createSession({
    send: async ({ path }) => {
      asked.push(decodeURIComponent(path.replace('/datev/api', '')));
      const said = answers[path.replace('/datev/api', '').replace(/\?.*/, '')];
      const { status, body } =
        typeof said === 'object' && said !== null && 'status' in said && 'body' in said
          ? { status: Number(said.status), body: said.body }
          : { status: said === undefined ? 404 : 200, body: said ?? '' };
      return { status, headers: {}, body: Readable.from([Buffer.from(JSON.stringify(body))]) };
    },
  });
  const session: FiguresSession = { datev, released: new Set(released) };
  return { session, asked };
}

async function run(session: FiguresSession, order: ConnectorOrder): Promise<{ rows: ConnectorRow[]; end: OrderEnd }> {
  const rows: ConnectorRow[] = [];
  const steps = runOrder(session, order);
  let next = await steps.next();
  for (; !next.done; next = await steps.next()) rows.push(...next.value);
  return { rows, end: next.value };
}

const onlyPostings = (rows: readonly ConnectorRow[]) =>
  rows.flatMap((row) => (row.row === 'postings' ? postingsIn(row) : []));

test('the check of a year is three calls', async () => {
  const { session, asked } = sessionWith({
    [`${base}/accounting-statistics`]: [
      { id: '1', month: 1, count_of_accounting_journal: 12, count_of_accounting_prima_nota: 5 },
    ],
    [`${base}/accounting-sums-and-balances`]: [
      {
        account_number: 12_000_000,
        caption: 'Bank',
        opening_balance_sheet: 100.1,
        opening_balance_sheet_debit_credit_identifier: 'S',
        balance: 50.05,
        balance_debit_credit_identifier: 'H',
        annual_value_debit: 10,
        annual_value_credit: 160.15,
        accounting_sums_and_balances_month_values: [
          { month: '01', monthly_balance: 150.15, debit_credit_identifier: 'H' },
          { month: '2', monthly_balance: 0, debit_credit_identifier: 'S' },
        ],
      },
    ],
    [`${base}/accounting-sequences-processed`]: [
      {
        id: 's1',
        accounting_sequence_id: '01-2024/0001',
        is_committed: true,
        date_committed: '2024-02-10T00:00:00+01:00',
      },
    ],
  });
  const { rows, end } = await run(session, { kind: 'checkYear', ...year });
  expect(end).toEqual({ ok: true, rows: 3, calls: 3 });
  expect(asked).toHaveLength(3);
  expect(rows).toEqual([
    { row: 'statistics', month: 1, journal: 12, primaNota: 5 },
    {
      row: 'balance',
      account: 12_000_000,
      caption: 'Bank',
      opening: 10_010,
      balance: -5005,
      debit: 1000,
      credit: 16_015,
      months: [{ month: 1, turnover: -15_015 }],
    },
    {
      row: 'batch',
      id: 's1',
      number: '01-2024/0001',
      description: null,
      from: null,
      to: null,
      committed: true,
      committedAt: '2024-02-10',
      initials: null,
    },
  ]);
});

test('postings: windows in turn, fields renamed, the licence told apart', async () => {
  const posting = {
    id: '509_59_1_2_2',
    account_number: 44_000_000,
    contra_account_number: 100_000_000,
    date: '2024-03-05T00:00:00.000+01:00',
    amount_credit: 119.99,
    accounting_sequence_id: '03-2024/0003',
    posting_description: 'Wareneingang',
    document_field1: 'RE-1',
    document_link: 'BEDI "CB6A"',
    accounting_transaction_key: 9,
    tax_rate: 19,
  };
  const { session, asked } = sessionWith({ [`${base}/account-postings`]: [posting] });
  const order = { kind: 'readPostings', ...year, from: '2024-03-01', to: '2024-03-31', expectedRows: 30_000 } as const;
  const { rows, end } = await run(session, order);
  expect(end).toEqual({ ok: true, rows: 2, calls: 2 });
  expect(asked.map((path) => path.split('filter=')[1])).toEqual([
    'date ge 2024-03-01 and date le 2024-03-16',
    'date ge 2024-03-17 and date le 2024-03-31',
  ]);
  const [first] = onlyPostings(rows);
  expect(first).toEqual({
    account: 44_000_000,
    contraAccount: 100_000_000,
    date: '2024-03-05',
    debit: 0,
    credit: 11_999,
    batchNumber: '03-2024/0003',
    text: 'Wareneingang',
    documentField1: 'RE-1',
    documentField2: null,
    documentLink: 'BEDI "CB6A"',
    taxKey: 9,
    taxRate: 19,
    opening: false,
    generalReversal: false,
    costCenter1: null,
    costCenter2: null,
  });

  const refusal = { status: 403, body: { error: 'K0001928', error_description: 'Lizenz fehlt' } };
  const without = sessionWith({ [`${base}/account-postings`]: refusal });
  expect((await run(without.session, order)).end).toEqual({
    ok: false,
    rows: 0,
    calls: 1,
    code: 'postingLicenceMissing',
    detail: 'HTTP 403 · K0001928 · Lizenz fehlt',
  });
});

test('a line that cannot be read fails the order: figures without it would be wrong', async () => {
  const { session } = sessionWith({ [`${base}/account-postings`]: [{ id: 'x', account_number: 1 }] });
  const order = { kind: 'readPostings', ...year, from: '2024-03-01', to: '2024-03-31', expectedRows: 1 } as const;
  expect((await run(session, order)).end).toMatchObject({ ok: false, code: 'unexpected' });
});

test('records become a line of the account and its mirror at the contra account', async () => {
  const { session } = sessionWith({
    [`${base}/accounting-sequences-processed`]: [{ id: 's1', accounting_sequence_id: '01-2024/0001' }],
    [`${base}/accounting-sequences-processed/s1/accounting-records`]: [
      {
        id: '7',
        account_number: 49_400_000,
        contra_account_number: 12_000_000,
        amount: 23.8,
        debit_credit_identifier: 'S',
        date: '2024-01-31T00:00:00+01:00',
      },
    ],
  });
  const { rows, end } = await run(session, { kind: 'readRecords', ...year, sequenceIds: ['s1', 'gone'] });
  expect(end).toEqual({ ok: true, rows: 2, calls: 2 });
  expect(onlyPostings(rows)).toMatchObject([
    { account: 49_400_000, contraAccount: 12_000_000, debit: 2380, credit: 0 },
    {
      account: 12_000_000,
      contraAccount: 49_400_000,
      debit: 0,
      credit: 2380,
      batchNumber: '01-2024/0001',
    },
  ]);
});

test('clients: only released ones come out, whatever DATEV lists', async () => {
  const fiscalYear = (id: string, begin: string) => ({
    id,
    begin,
    end: begin.replace('01-01', '12-31'),
    consultant_number: 29_098,
    client_number: 101,
    account_length: 4,
    account_system: 3,
  });
  const { session } = sessionWith(
    {
      [client]: [
        { id: guid.toUpperCase(), number: 10_001, name: 'Muster GmbH' },
        { id: other, number: 10_002, name: 'Geheim AG' },
      ],
      [`${client}/${guid.toUpperCase()}/fiscal-years`]: [
        fiscalYear('20240101', '2024-01-01T00:00:00+01:00'),
        fiscalYear('20230101', '2023-01-01T00:00:00+01:00'),
      ],
    },
    [guid],
  );
  const { rows, end } = await run(session, { kind: 'listClients' });
  expect(end).toEqual({ ok: true, rows: 2, calls: 2 });
  expect(rows).toMatchObject([
    { row: 'client', number: '10001', name: 'Muster GmbH' },
    { row: 'year', fiscalYearId: '20240101', consultantNumber: 29_098, mandantNumber: 101, locked: false },
  ]);
});

test('open items and partners: both ledgers, only the fields that are needed', async () => {
  const { session, asked } = sessionWith({
    [`${base}/accounts-receivable`]: [
      {
        id: 'r',
        account_number: 100_000_000,
        amount_debit: 119,
        open_balance_of_item: 19,
        debit_credit_identifier: 'S',
      },
    ],
    [`${base}/accounts-payable`]: [
      {
        id: 'p',
        account_number: 700_000_000,
        amount_credit: 50,
        open_balance_of_item: 50,
        debit_credit_identifier: 'H',
      },
    ],
    [`${base}/debitors`]: [
      {
        account_number: 100_000_000,
        caption: 'Kunde',
        addresses: [{ city: 'Bonn' }, { city: 'Köln', address_usage_type: { is_main_street_address: true } }],
        banks: [{ iban: 'DE00' }],
      },
    ],
    [`${base}/creditors`]: [],
  });
  expect((await run(session, { kind: 'readOpenItems', ...year })).rows).toMatchObject([
    { side: 'receivable', amount: 11_900, open: 1900 },
    { side: 'payable', amount: -5000, open: -5000 },
  ]);
  const partners = await run(session, { kind: 'readPartners', ...year, since: '2024-03-01T10:00:00' });
  expect(partners.rows).toMatchObject([{ row: 'partner', side: 'debtor', name: 'Kunde', city: 'Köln' }]);
  expect(JSON.stringify(partners.rows)).not.toContain('DE00');
  expect(asked.at(-1)).toContain('filter=date_last_modification ge 2024-03-01T10:00:00&select=');
});

test('the probe goes on as long as it can learn something', async () => {
  const nobody: FiguresSession = {
    datev: createSession({
      send: async () => {
        throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      },
    }),
    released: new Set(),
  };
  expect((await run(nobody, { kind: 'probe', clientGuid: null })).rows).toMatchObject([
    { step: 'reachable', code: 'connectionRefused' },
  ]);

  const refused = sessionWith({ '/diagnostics/v1/echo': { status: 401, body: '' } });
  expect((await run(refused.session, { kind: 'probe', clientGuid: guid })).rows).toMatchObject([
    { step: 'reachable', code: 'ok' },
    { step: 'echo', code: 'unauthorised' },
  ]);

  const working = sessionWith({
    '/diagnostics/v1/echo': 'echo',
    '/diagnostics/v1/domains': [{ Key: 'accounting', Value: 'v1' }],
    '/iam/v1/Users/me': { display_name: 'Brücke Leser', active: true },
    [client]: [
      { error: 'REW11041', error_description: 'Datenpfade', additional_messages: [{ severity: 'Information' }] },
    ],
    [`${client}/${guid}`]: { id: guid, name: 'Muster GmbH' },
    [`${client}/${guid}/fiscal-years`]: [
      { id: '20240101', begin: '2024-01-01', end: '2024-12-31', consultant_number: 1000, client_number: 1 },
    ],
    [`${base}/account-postings`]: { status: 403, body: { error: 'X', error_description: 'Keine Lizenz' } },
    '/dms/v2/info': { status: 404, body: { error: 'X', error_description: 'dms v2 not loaded in any plug-in' } },
  });
  expect((await run(working.session, { kind: 'probe', clientGuid: guid })).rows).toMatchObject([
    { step: 'reachable', code: 'ok' },
    { step: 'echo', code: 'ok' },
    { step: 'domains', code: 'ok', detail: 'accounting v1' },
    { step: 'identity', code: 'ok', detail: 'Brücke Leser' },
    { step: 'clients', code: 'partialClients' },
    { step: 'client', code: 'ok' },
    { step: 'postings', code: 'postingLicenceMissing' },
    { step: 'dms', code: 'dmsLicenceMissing' },
  ]);

  const unreleased = await run(working.session, { kind: 'probe', clientGuid: other });
  expect(unreleased.rows).toContainEqual({ row: 'probe', step: 'client', code: 'clientNotReleased', detail: other });
  expect(working.asked.some((path) => path.includes(other))).toBe(false);
});
