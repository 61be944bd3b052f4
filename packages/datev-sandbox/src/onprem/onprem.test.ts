import { beforeEach, describe, expect, it } from 'vitest';
import { createOnPremSandbox, type OnPremSandbox } from './sandbox.ts';

const guid = '11111111-2222-4333-8444-555555555555';
const options = {
  seed: 'onprem',
  guid,
  name: 'Bäckerei Anton Huber GmbH',
  consultantNumber: 455_148,
  clientNumber: 12,
  chart: 3 as const,
  years: [
    { begin: '2025-01-01', end: '2025-06-30' },
    { begin: '2025-07-01', end: '2026-06-30' },
  ],
  postingsPerYear: 1_500,
  today: '2026-03-20',
  voucherGuids: ['CB6A1F0E-0000-4000-8000-000000000001'],
};

let sandbox: OnPremSandbox;
beforeEach(() => {
  sandbox = createOnPremSandbox({
    books: [options, { ...options, guid: guid.replace('1', '2'), clientNumber: 13 }],
    user: 'KANZLEI\\leser',
    password: 'x',
  });
});
const json = 'application/json; charset=utf-8';
const get = async (path: string, accept = json) => {
  const answer = await sandbox.answer({
    method: 'GET',
    url: new URL(`https://localhost/datev/api${path}`),
    header: (name) => (name === 'accept' ? accept || undefined : undefined),
  });
  const text = [...answer.body].join('');
  return { status: answer.status, headers: answer.headers, text, json: () => JSON.parse(text) };
};
const year = `/accounting/v1/clients/${guid}/fiscal-years/20250701`;
const filtered = (resource: string, filter: string, more = '') =>
  get(`${year}/${resource}?filter=${encodeURIComponent(filter)}${more}`);

describe('account postings', () => {
  it('add up to sums and balances, per account and month, and to the statistics', async () => {
    const postings = (await get(`${year}/account-postings`)).json();
    const sums = (await get(`${year}/accounting-sums-and-balances`)).json();
    const totals = new Map<string, number>();
    const add = (key: string, cents: number) => totals.set(key, (totals.get(key) ?? 0) + cents);
    for (const posting of postings) {
      expect('amount_debit' in posting && 'amount_credit' in posting).toBe(false);
      const signed = Math.round(((posting.amount_debit ?? 0) - (posting.amount_credit ?? 0)) * 100);
      add(posting.account_number, signed);
      if (!posting.is_opening_balance_posting)
        add(`${posting.account_number} ${Number(posting.date.slice(5, 7))}`, signed);
    }
    const shown = new Map<string, number>();
    for (const sum of sums) {
      const side = (value: number, identifier: string) => Math.round(value * 100) * (identifier === 'H' ? -1 : 1);
      shown.set(sum.account_number, side(sum.balance, sum.balance_debit_credit_identifier));
      for (const { month, monthly_balance, debit_credit_identifier } of sum.accounting_sums_and_balances_month_values)
        shown.set(`${sum.account_number} ${month}`, side(monthly_balance, debit_credit_identifier));
    }
    const nonZero = (map: Map<string, number>) => new Map([...map].filter(([, cents]) => cents !== 0));
    expect(nonZero(shown)).toEqual(nonZero(totals));
    const statistics = (await get(`${year}/accounting-statistics`)).json();
    const total = statistics.pop();
    const records = sandbox.control.books()[0]?.years[1]?.entries.length;
    expect(total).toMatchObject({ month: 15, count_of_accounting_prima_nota: records });
    for (const count of ['count_of_accounting_journal', 'count_of_accounting_prima_nota'])
      expect(statistics.reduce((sum: number, one: Record<string, number>) => sum + (one[count] ?? 0), 0)).toBe(
        total[count],
      );
  });

  it('are narrowed by day and account, days are German midnights, and nothing pages them', async () => {
    const postings = (await filtered('account-postings', 'date ge 2025-10-24 and date le 2025-10-27', '&top=1')).json();
    expect(postings.length).toBeGreaterThan(1);
    const days = new Set(postings.map(({ date }: { date: string }) => date));
    const midnights = ['2025-10-24T00:00:00.000+02:00', '2025-10-27T00:00:00.000+01:00'];
    expect([...days].every((day) => midnights.includes(String(day)))).toBe(true);
    const [{ account_number: account }] = postings;
    const own = (await filtered('account-postings', `account_number eq ${account}`)).json();
    expect(new Set(own.map((one: { account_number: number }) => one.account_number))).toEqual(new Set([account]));
    expect((await filtered('account-postings', 'posting_description eq x')).status).toBe(400);
    expect((await filtered('account-postings', 'accounting_reason eq ifrs')).json()).toEqual([]);
    const all = (await get(`${year}/account-postings`)).json();
    // An option with a dollar is silently passed over.
    expect((await get(`${year}/account-postings?$filter=account_number eq ${account}&$top=1`)).json()).toEqual(all);
  });

  it('are the same one by one, selected, expanded and streamed', async () => {
    const all = (await get(`${year}/account-postings`)).json();
    const one = all.find((posting: { document_link?: string }) => posting.document_link);
    expect((await get(`${year}/account-postings/${one.id}`)).json()).toEqual(one);
    expect((await get(`${year}/account-postings/${one.id}9`)).status).toBe(404);
    const ids = (await get(`${year}/account-postings?select=id`)).json();
    expect(ids).toEqual(all.map(({ id }: { id: string }) => ({ id })));
    const expanded = (await get(`${year}/account-postings?expand=all`)).json();
    expect(expanded.some((posting: object) => 'open_item_information' in posting)).toBe(true);
    expect(all.some((posting: object) => 'open_item_information' in posting)).toBe(false);
    const streamed = await get(`${year}/account-postings`, 'application/octet-stream');
    expect(streamed.headers['content-type']).toBe('application/octet-stream');
    expect(streamed.json()).toEqual(all);
  });

  it('point to vouchers in Belege online, which documents show', async () => {
    const all = (await get(`${year}/account-postings`)).json();
    const links = new Set(all.flatMap(({ document_link: link }: { document_link?: string }) => link ?? []));
    expect(links).toEqual(new Set([`BEDI "${options.voucherGuids[0]}"`]));
    const [document] = (
      await get(`/dms/v2/documents?filter=${encodeURIComponent(`correspondence_partner_guid eq '${guid}'`)}`)
    ).json();
    expect(document).toMatchObject({ id: options.voucherGuids[0]?.toLowerCase(), class: { id: 3 } });
    const [item] = (await get(`/dms/v2/documents/${document.id}/structure-items`)).json();
    expect((await get(`/dms/v2/document-files/${item.document_file_id}`)).status).toBe(400);
    expect((await get(`/dms/v2/document-files/${item.document_file_id}`, 'application/octet-stream')).text).toMatch(
      /^%PDF/,
    );
  });
});

describe('other reads', () => {
  it('records are without the tax lines that nobody entered, and there are none of an opening balance', async () => {
    const sequences = (await get(`${year}/accounting-sequences-processed`)).json();
    const startsWith = (text: string) =>
      sequences.find((one: { description: string }) => one.description.startsWith(text));
    const records = async (id: string, query = '') =>
      (await get(`${year}/accounting-sequences-processed/${id}/accounting-records${query}`)).json();
    const own = await records(startsWith('Ausgangsrechnungen').id);
    expect(own.length).toBeGreaterThan(3);
    expect(
      own.every(
        ({ amount, debit_credit_identifier }: { amount: number; debit_credit_identifier: string }) =>
          amount > 0 && debit_credit_identifier === 'S',
      ),
    ).toBe(true);
    expect(await records(startsWith('Ausgangsrechnungen').id, '?skip=1&top=2')).toEqual(own.slice(1, 3));
    expect(await records(startsWith('Eröffnungsbilanz').id)).toEqual([]);
  });

  it('open items keep to their ledger and filters; condensed and streamed ones say so', async () => {
    for (const ledger of ['accounts-receivable', 'accounts-payable']) {
      const all = (await get(`${year}/${ledger}`)).json();
      const open = (await filtered(ledger, 'is_cleared eq false')).json();
      expect(open).toEqual(all.filter((item: { is_cleared: boolean }) => !item.is_cleared));
      expect(open.length).toBeGreaterThan(0);
      const dues = (await filtered(ledger, 'due_date le 2025-12-31 and open_balance_of_item ge 0.01')).json();
      expect(dues).toEqual(open.filter((item: { due_date?: string }) => item.due_date && item.due_date < '2026'));
      const [first] = open;
      expect((await filtered(ledger, `document_field1 eq '${first.document_field1}'`)).json()).toContainEqual(first);
      expect((await get(`${year}/${ledger}/${first.id}`)).json()).toEqual(first);
      expect((await get(`${year}/${ledger}/condense`)).json()[0]).toMatchObject({ is_condensed: true });
      const stream = await get(`${year}/${ledger}?top=1`, 'application/octet-stream');
      expect(stream.json()).toHaveLength(all.length);
      expect(stream.text).not.toContain('open_balance_of_item');
    }
  });

  it('partners have flat fields alone without expand, and are found by part of a name and by stamp', async () => {
    const [flat] = (await get(`${year}/debitors`)).json();
    expect(Object.keys(flat)).toHaveLength(13);
    const [whole] = (await get(`${year}/debitors?expand=all`)).json();
    expect(whole.addresses[0].city).toEqual(expect.any(String));
    expect((await filtered('debitors', `startswith(caption,'${flat.caption.slice(0, 4)}')`)).json()).toContainEqual(
      flat,
    );
    sandbox.control.renamePartner(guid, flat.account_number, 'Neu GmbH', '2026-03-05T10:00:00.000+01:00');
    const changed = (await filtered('debitors', 'date_last_modification ge 2026-03-05T10:00:00.500+01:00')).json();
    expect(changed.map(({ caption }: { caption: string }) => caption)).toEqual(['Neu GmbH']);
    const next = (await get(`${year}/creditors/next-available?start-at=700000000`)).json();
    expect((await filtered('creditors', `account_number eq ${next.account_number}`)).json()).toEqual([]);
  });
});

it('counts the calls that are answered, by what they ask', async () => {
  await get(`${year}/debitors`);
  await get(`${year}/debitors?top=x`);
  await get('/accounting/v1/clients');
  await get('/dms/v2/documents/nobody');
  await get('/iam/v1/Users/me');
  expect(sandbox.control.callCounts()).toEqual({ 'accounting/debitors': 1, 'accounting/clients': 1, 'iam/me': 1 });
});

describe('what the server is asked in a wrong way, or may not say', () => {
  it('format, method, domain, path', async () => {
    expect((await get('/accounting/v1/clients', 'text/html')).status).toBe(406);
    expect((await get(`${year}/debitors`, 'application/octet-stream')).status).toBe(406);
    expect((await get(`${year}/accounting-sequences-processed`, '')).text).toMatch(
      /^<ArrayOfAccountingSequencesProcessed xmlns=.*<AccountingSequenceId>/,
    );
    sandbox.control.state.withoutAccept = 'refused';
    expect((await get('/accounting/v1/clients', '')).status).toBe(406);
    const missing = await get('/law/v1/files');
    expect([missing.status, missing.json().error]).toEqual([404, 'DCO10404']);
    expect(missing.json().request_id).toBe(missing.headers['requestid']);
    expect((await get(`${year}/nothing`)).status).toBe(404);
    expect((await get(`${year.replace('20250701', '20250702')}/debitors`)).status).toBe(404);
    const write = await sandbox.answer({
      method: 'POST',
      url: new URL(`https://l/datev/api${year}/debitors`),
      header: () => json,
    });
    expect(write.status).toBe(405);
  });

  it('licences: an error envelope inside 200, and silence in a stream', async () => {
    const { state } = sandbox.control;
    state.postingLicence = false;
    const missing = await get(`${year}/account-postings`);
    expect([missing.status, missing.json().error]).toEqual([200, 'K0001928']);
    expect((await get(`${year}/account-postings`, 'application/octet-stream')).json()).toEqual([]);
    expect((await get(`${year}/accounting-statistics`)).json().length).toBeGreaterThan(1);
    state.dmsLicence = false;
    expect((await get('/dms/v2/info')).json()).toMatchObject({
      error: 'K0001928',
      additional_messages: [{ severity: 'Error' }],
    });
  });

  it('rights of one client, a stale data path, a prohibition, the dongle, slowness', async () => {
    const { state } = sandbox.control;
    state.refused.add(guid);
    expect((await get(year)).json()).toMatchObject({ error: 'DCO10400' });
    expect((await get('/accounting/v1/clients')).json()).toHaveLength(1);
    state.refused.clear();
    state.stalePath = true;
    const clients = (await get('/accounting/v1/clients')).json();
    expect(clients.map(({ id, error }: { id?: string; error?: string }) => id ?? error)).toEqual([guid, 'REW11041']);
    const parts = await get('/accounting/v1/clients', 'multipart/mixed, application/json');
    expect(parts.headers['content-type']).toMatch(/^multipart\/mixed; boundary=/);
    expect(parts.text.match(/^--part/gm)).toHaveLength(3);
    state.prohibited = true;
    const prohibited = await get(year);
    expect([prohibited.status, prohibited.text, prohibited.headers['server']]).toEqual([
      403,
      '',
      'Microsoft-HTTPAPI/2.0',
    ]);
    state.prohibited = false;
    state.dongle = true;
    expect((await get('/diagnostics/v1/echo')).status).toBe(503);
  });
});
