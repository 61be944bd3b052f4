import { beforeEach, describe, expect, it } from 'vitest';
import { linesOf } from './books/lines.ts';
import { balancesOf } from './books/sums.ts';
import { createOnPremSandbox, type OnPremSandbox } from './sandbox.ts';
import { makeBooks } from './story/makeBooks.ts';

const guid = '11111111-2222-4333-8444-555555555555';
const options = {
  seed: 'onprem',
  guid,
  name: 'Bäckerei Anton Huber GmbH',
  consultantNumber: 455_148,
  clientNumber: 12,
  chart: 3 as const,
  // A short first year, a shifted second one.
  years: [
    { begin: '2024-10-01', end: '2024-12-31' },
    { begin: '2025-01-01', end: '2025-06-30' },
    { begin: '2025-07-01', end: '2026-06-30' },
  ],
  postingsPerYear: 1_000,
  today: '2026-03-20',
  voucherGuids: ['CB6A1F0E-0000-4000-8000-000000000001'],
};

let sandbox: OnPremSandbox;
beforeEach(() => {
  sandbox = createOnPremSandbox({
    books: [options, { ...options, guid: guid.replace('1', '2'), clientNumber: 13 }],
    user: 'datev',
    password: 'x',
  });
});
const get = async (path: string, accept = 'application/json; charset=utf-8') => {
  const answer = await sandbox.answer({
    method: 'GET',
    url: new URL(`https://localhost/datev/api${path}`),
    header: (name) => (name === 'accept' ? accept || undefined : undefined),
  });
  const text = [...answer.body].join('');
  return { status: answer.status, text, json: () => JSON.parse(text) };
};
const year = `/accounting/v1/clients/${guid}/fiscal-years/20250701`;

describe('generated books', () => {
  it('are the same for the same seed, and have equal debit and credit in every entry', () => {
    const books = makeBooks(options);
    const again = makeBooks(options);
    expect(again.years.map(({ entries, items }) => [entries, items])).toEqual(
      books.years.map(({ entries, items }) => [entries, items]),
    );
    const entries = books.years.flatMap(({ entries }) => entries);
    expect(entries.length).toBeGreaterThan(300);
    for (const entry of entries) {
      const lines = linesOf(entry);
      expect(lines.reduce((sum, { debit, credit }) => sum + debit - credit, 0)).toBe(0);
      expect(lines.every(({ debit, credit }) => debit > 0 !== credit > 0)).toBe(true);
      expect(Number.isInteger(entry.amount)).toBe(true);
    }
  });

  it('carry balances forward: each year opens with what the one before left', () => {
    const { years } = makeBooks(options);
    for (const [index, one] of years.entries()) {
      const openings = one.entries.filter(({ opening }) => opening);
      expect(openings.length).toBeGreaterThan(2);
      const before = years[index - 1];
      if (!before) continue;
      const opened = new Map<number, number>();
      for (const line of openings.flatMap(linesOf))
        opened.set(line.account, (opened.get(line.account) ?? 0) + line.debit - line.credit);
      for (const [account, balance] of balancesOf(before))
        if (account >= 100_000_000) expect(opened.get(account) ?? 0).toBe(balance);
    }
  });

  it('have open items that add up to the balances of their accounts', () => {
    for (const year of makeBooks(options).years) {
      const open = new Map<number, number>();
      for (const { account, amount, paid } of year.items) {
        const sign = account < 700_000_000 ? 1 : -1;
        open.set(account, (open.get(account) ?? 0) + sign * (amount - paid));
      }
      for (const [account, balance] of balancesOf(year))
        if (account >= 100_000_000) expect(open.get(account) ?? 0).toBe(balance);
    }
  });
});

describe('DATEVconnect', () => {
  it('answers postings that add up to sums and balances, per account and month', async () => {
    const postings = (await get(`${year}/account-postings`)).json();
    const sums = (await get(`${year}/accounting-sums-and-balances`)).json();
    const totals = new Map<number, number>();
    for (const posting of postings) {
      const signed = Math.round(((posting.amount_debit ?? 0) - (posting.amount_credit ?? 0)) * 100);
      totals.set(posting.account_number, (totals.get(posting.account_number) ?? 0) + signed);
      expect('amount_debit' in posting && 'amount_credit' in posting).toBe(false);
    }
    expect(sums.length).toBe(totals.size);
    for (const sum of sums) {
      const balance = Math.round(sum.balance * 100) * (sum.balance_debit_credit_identifier === 'H' ? -1 : 1);
      expect(balance).toBe(totals.get(sum.account_number));
    }
    const statistics = (await get(`${year}/accounting-statistics`)).json();
    const total = statistics.pop();
    expect(total).toMatchObject({
      month: 15,
      count_of_accounting_prima_nota: sandbox.control.books()[0]?.years[2]?.entries.length,
    });
    for (const count of ['count_of_accounting_journal', 'count_of_accounting_prima_nota'])
      expect(statistics.reduce((sum: number, one: Record<string, number>) => sum + (one[count] ?? 0), 0)).toBe(
        total[count],
      );
  });

  it('narrows postings by day and account, writes days as German midnights, and never pages them', async () => {
    const filter = encodeURIComponent('date ge 2025-10-26 and date le 2025-10-27');
    const postings = (await get(`${year}/account-postings?filter=${filter}&top=1`)).json();
    expect(postings.length).toBeGreaterThan(1);
    const days = new Set(postings.map(({ date }: { date: string }) => date));
    expect(
      [...days].every((day) => day === '2025-10-26T00:00:00.000+02:00' || day === '2025-10-27T00:00:00.000+01:00'),
    ).toBe(true);
    expect((await get(`${year}/account-postings?filter=posting_description%20eq%20x`)).status).toBe(400);
    const all = (await get(`${year}/account-postings`)).json().length;
    expect((await get(`${year}/account-postings?$filter=${filter}`)).json()).toHaveLength(all);
  });

  it('links purchases to vouchers in Belege online', async () => {
    const postings = (await get(`${year}/account-postings`)).json();
    const linked = postings.filter((posting: { document_link?: string }) => posting.document_link);
    expect(linked.length).toBeGreaterThanOrEqual(2);
    expect(new Set(linked.map((posting: { document_link: string }) => posting.document_link))).toEqual(
      new Set([`BEDI "${options.voucherGuids[0]}"`]),
    );
  });

  it('gives records without the tax lines that nobody entered, and none of an opening balance', async () => {
    const sequences = (await get(`${year}/accounting-sequences-processed`)).json();
    const own = sequences.find((one: { description: string }) => one.description.startsWith('Buchführung'));
    const records = (await get(`${year}/accounting-sequences-processed/${own.id}/accounting-records`)).json();
    expect(records.every((record: { amount: number }) => record.amount > 0)).toBe(true);
    const opening = sequences.find((one: { description: string }) => one.description.startsWith('Eröffnungsbilanz'));
    expect((await get(`${year}/accounting-sequences-processed/${opening.id}/accounting-records`)).json()).toEqual([]);
  });

  it('says what is missing: right, licence, dongle, format, domain', async () => {
    const { state } = sandbox.control;
    expect((await get('/accounting/v1/clients', 'text/html')).status).toBe(406);
    expect((await get('/accounting/v1/clients', '')).text).toMatch(/^</);
    expect((await get('/law/v1/files')).json()).toMatchObject({ error: 'DCO10404' });
    state.postingLicence = false;
    const missing = await get(`${year}/account-postings`);
    expect([missing.status, missing.json().error]).toEqual([200, 'K0001928']);
    state.refused.add(guid);
    expect((await get(year)).json()).toMatchObject({ error: 'DCO10400' });
    expect((await get('/accounting/v1/clients')).json()).toHaveLength(1);
    state.stalePath = true;
    expect((await get('/accounting/v1/clients')).text).toContain('REW11041');
    state.dongle = true;
    expect((await get('/diagnostics/v1/echo')).status).toBe(503);
  });

  it('shows what staff do', async () => {
    const { control } = sandbox;
    const entry = control.book(guid, {
      date: '2026-03-02',
      account: 49_300_000,
      contra: 12_000_000,
      amount: 1190,
      text: 'Papier',
    });
    const march = async () =>
      (await get(`${year}/account-postings?filter=date%20ge%202026-03-02%20and%20date%20le%202026-03-02`)).json();
    const mine = async () => (await march()).filter((posting: { id: string }) => posting.id.startsWith(`${entry.id}_`));
    expect(await mine()).toHaveLength(2);
    control.correct(guid, entry.id, { text: 'Kopierpapier' });
    expect((await mine())[0].posting_description).toBe('Kopierpapier');
    control.remove(guid, entry.id);
    expect(await mine()).toHaveLength(0);
    const added = control.addYear(guid);
    expect(added).toMatchObject({ begin: '2026-07-01', end: '2027-06-30' });
  });
});
