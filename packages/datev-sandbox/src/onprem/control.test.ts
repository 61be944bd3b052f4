import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linesOf } from './books/lines.ts';
import { balancesOf } from './books/sums.ts';
import { createOnPremSandbox, type OnPremSandbox } from './sandbox.ts';
import { type OnPremServer, serveOnPrem } from './serve.ts';

const guid = '11111111-2222-4333-8444-555555555555';
const bank = 12_000_000;
const debtor = 100_000_000;
const revenue = 84_000_000;

let sandbox: OnPremSandbox;
const waited: number[] = [];
beforeEach(() => {
  sandbox = createOnPremSandbox({
    books: [
      {
        seed: 'control',
        guid,
        name: 'Gasthof Zur Linde GmbH',
        consultantNumber: 455_148,
        clientNumber: 12,
        chart: 3,
        years: [{ begin: '2025-07-01', end: '2026-06-30' }],
        postingsPerYear: 1_500,
        today: '2026-03-20',
      },
    ],
    user: 'KANZLEI\\leser',
    password: 'x',
    wait: async (milliseconds) => void waited.push(milliseconds),
  });
});
const year = () => {
  const found = sandbox.control.books()[0]?.years[0];
  if (!found) throw new Error('no year');
  return found;
};
/** What the quick questions of a synchronisation see. */
const seen = () => {
  const { accounts, primaNota, journal } = year().inside.sums();
  return JSON.stringify([
    [...accounts].map(([account, sum]) => [account, sum.opening, [...sum.months]]),
    [...primaNota],
    [...journal],
  ]);
};
const entryOf = (id: string) => year().entries.find((entry) => entry.id === id);

describe('what staff do', () => {
  it('an invoice falls due as agreed, a payment of its number settles it, and the items still equal the balance', () => {
    const { control } = sandbox;
    const invoice = {
      date: '2026-03-02',
      account: debtor,
      contra: revenue,
      amount: 119_00,
      text: 'Zimmer',
      tax: 'revenue19',
      documentField1: 'RE-X',
    } as const;
    const entry = control.book(guid, invoice);
    expect(linesOf(entry).map(({ account, debit, credit }) => [account, debit, credit])).toEqual([
      [debtor, 119_00, 0],
      [revenue, 0, 100_00],
      [17_760_000, 0, 19_00],
    ]);
    const item = () => year().items.find(({ documentField1 }) => documentField1 === 'RE-X');
    expect(item()).toMatchObject({ amount: 119_00, paid: 0, dueDate: expect.stringMatching(/^2026-0[34]/) });
    control.book(guid, {
      date: '2026-03-09',
      account: bank,
      contra: debtor,
      amount: 19_00,
      text: 'Anzahlung',
      documentField1: 'RE-X',
    });
    expect(item()).toMatchObject({ amount: 119_00, paid: 19_00 });
    control.pay(guid, item()?.id ?? '', '2026-03-10');
    expect(item()).toMatchObject({ amount: 119_00, paid: 119_00 });
    const open = year()
      .items.filter(({ account }) => account === debtor)
      .reduce((sum, one) => sum + one.amount - one.paid, 0);
    expect(balancesOf(year()).get(debtor) ?? 0).toBe(open);
  });

  it('a final batch takes nothing more: what comes later has a batch of its own', () => {
    const booking = { date: '2026-03-02', account: 49_300_000, contra: bank, amount: 11_90, text: 'Papier' };
    const first = sandbox.control.book(guid, booking);
    expect(first.sequence).toMatchObject({ number: '03-2026/0001', committedAt: null });
    sandbox.control.finalise(guid, '03-2026/0001', '2026-03-20');
    expect(year().sequences.find(({ number }) => number === '03-2026/0001')?.committedAt).toBe('2026-03-20');
    expect(sandbox.control.book(guid, booking).sequence).toMatchObject({ number: '03-2026/0011', committedAt: null });
  });

  it('corrects text, link and amounts so that no count and no sum shows it', () => {
    const before = seen();
    const texts = year().entries.map(({ text, amount, documentLink }) => `${text} ${amount} ${documentLink}`);
    for (const what of ['text', 'link', 'amounts'] as const) {
      const touched = sandbox.control.correctMonth(guid, '2025-10', what);
      expect(touched).toHaveLength(what === 'amounts' ? 2 : 1);
    }
    expect(seen()).toBe(before);
    const changed = year().entries.filter(
      ({ text, amount, documentLink }, at) => `${text} ${amount} ${documentLink}` !== texts[at],
    );
    expect(changed.length).toBeGreaterThanOrEqual(3);
  });

  it('corrects amount, account and day so that they show, and a moved entry is in the other month’s batch', () => {
    const { control } = sandbox;
    const { id } = control.book(guid, {
      date: '2026-03-02',
      account: 49_300_000,
      contra: bank,
      amount: 11_90,
      text: 'Papier',
    });
    let before = seen();
    for (const change of [{ amount: 12_90 }, { contra: debtor }, { date: '2026-02-10' }]) {
      control.correct(guid, id, change);
      expect(seen()).not.toBe(before);
      before = seen();
    }
    expect(entryOf(id)).toMatchObject({ amount: 12_90, contra: debtor, date: '2026-02-10' });
    expect(entryOf(id)?.sequence.number).toMatch(/^02-2026/);
    // On a debtor it is an item now, so that items still add up.
    expect(year().items.some(({ account, amount }) => account === debtor && amount === -12_90)).toBe(true);
    control.remove(guid, id);
    expect(entryOf(id)).toBe(undefined);
    expect(control.addYear(guid)).toMatchObject({ begin: '2026-07-01', end: '2027-06-30', entries: [] });
  });

  it('tells what is not there', () => {
    const { control } = sandbox;
    const booking = { account: bank, contra: debtor, amount: 1, text: 'x' };
    expect(() => control.book(guid, { ...booking, date: '2030-01-01' })).toThrow('fiscal year');
    expect(() => control.book('nobody', { ...booking, date: '2026-01-01' })).toThrow('client');
    expect(() => control.correct(guid, '1_999999', {})).toThrow('entry');
    expect(() => control.finalise(guid, '01-1999/0001', '2026-01-01')).toThrow('batch');
    expect(() => control.pay(guid, 'x', '2026-01-01')).toThrow('item');
  });
});

describe('over HTTP', () => {
  let server: OnPremServer;
  beforeEach(async () => {
    server = await serveOnPrem(sandbox);
  });
  afterEach(() => server.close());
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(server.controlUrl + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    return { status: answer.status, json: text === '' ? null : JSON.parse(text) };
  };

  it('books, corrects, finalises, pays, renames, removes', async () => {
    const [books] = (await call('GET', '/books')).json;
    expect(books).toMatchObject({
      guid,
      chart: 3,
      years: [{ begin: '2025-07-01', openBatches: expect.arrayContaining(['03-2026/0001']) }],
    });
    const made = await call('POST', `/books/${guid}/entries`, {
      date: '2026-03-02',
      account: debtor,
      contra: revenue,
      amount: 11_900,
      text: 'Saal',
      tax: 'revenue19',
      documentField1: 'RE-H',
    });
    expect(made).toMatchObject({ status: 200, json: { amount: 11_900, documentField1: 'RE-H' } });
    expect((await call('PATCH', `/books/${guid}/entries/${made.json.id}`, { text: 'Großer Saal' })).status).toBe(204);
    const entries = (await call('GET', `/books/${guid}/entries?from=2026-03-02&to=2026-03-02&limit=500`)).json;
    expect(entries).toContainEqual(expect.objectContaining({ id: made.json.id, text: 'Großer Saal' }));
    expect((await call('POST', `/books/${guid}/corrections/2025-10`, { what: 'amounts' })).json.entries).toHaveLength(
      2,
    );
    const item = (await call('GET', `/books/${guid}/items?open=true`)).json.find(
      (one: { documentField1: string }) => one.documentField1 === 'RE-H',
    );
    expect((await call('POST', `/books/${guid}/payments/${item.id}`, { date: '2026-03-10' })).status).toBe(204);
    expect(
      (await call('POST', `/books/${guid}/final/${encodeURIComponent('03-2026/0001')}`, { day: '2026-03-20' })).status,
    ).toBe(204);
    expect(
      (
        await call('PATCH', `/books/${guid}/partners/${debtor}`, {
          name: 'Neu KG',
          changedAt: '2026-03-05T10:00:00.000+01:00',
        })
      ).status,
    ).toBe(204);
    expect((await call('DELETE', `/books/${guid}/entries/${made.json.id}`, {})).status).toBe(204);
    expect((await call('POST', `/books/${guid}/years`, {})).json).toEqual({ begin: '2026-07-01', end: '2027-06-30' });
    expect(sandbox.control.books()[0]?.partners[0]?.name).toBe('Neu KG');
  });

  it('takes licences and rights away, pulls the dongle, is slow, closes the program and opens it again', async () => {
    const patch = {
      postingLicence: false,
      dongle: true,
      stalePath: true,
      delayMilliseconds: 250,
      withoutAccept: 'refused',
    };
    expect((await call('PATCH', '/state', patch)).json).toMatchObject(patch);
    expect(sandbox.control.state).toMatchObject(patch);
    expect((await call('PUT', `/books/${guid}/right`, { given: false })).json.refused).toEqual([guid]);
    expect((await call('PUT', `/books/${guid}/right`, { given: true })).json.refused).toEqual([]);
    await sandbox.answer({
      method: 'GET',
      url: new URL('https://l/datev/api/diagnostics/v1/echo'),
      header: () => undefined,
    });
    expect(waited).toEqual([250]);
    const refused = () =>
      fetch(`${server.httpOrigin}/datev/api/diagnostics/v1/echo`).then(
        ({ status }) => status,
        (error) => error.cause.code,
      );
    expect(await refused()).toBe(401);
    await call('PATCH', '/state', { closed: true });
    expect(await refused()).toBe('ECONNREFUSED');
    await call('PATCH', '/state', { closed: false });
    expect(await refused()).toBe(401);
  });

  it('refuses what has no sense with a sentence', async () => {
    expect(await call('PATCH', '/state', { dongle: 'yes' })).toMatchObject({
      status: 400,
      json: { error: expect.stringContaining('dongle') },
    });
    const booking = { date: '2026-03-02', account: debtor, contra: revenue, amount: 1.5, text: 'x' };
    expect(await call('POST', `/books/${guid}/entries`, booking)).toMatchObject({
      status: 400,
      json: { error: expect.stringContaining('cents') },
    });
    expect((await call('POST', `/books/${guid}/entries`, { ...booking, amount: 1, tax: 'none' })).status).toBe(400);
    expect((await call('POST', '/books/nobody/years', {})).json.error).toContain('client');
    expect((await call('GET', '/nothing')).status).toBe(404);
    // A web page's simple post.
    expect((await fetch(`${server.controlUrl}/books/${guid}/years`, { method: 'POST' })).status).toBe(415);
  });
});
