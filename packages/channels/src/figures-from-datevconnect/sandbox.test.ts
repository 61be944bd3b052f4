import { randomBytes } from 'node:crypto';
import {
  balancesOf,
  createOnPremSandbox,
  linesOf,
  type OnPremSandbox,
  type OnPremServer,
  serveOnPrem,
} from '@bruecke/datev-sandbox';
import { createSession, lookAtCertificate, openTransport } from '@bruecke/datevconnect';
import { type ConnectorOrder, type ConnectorRow, countRows, type OrderEnd, postingsIn } from '@bruecke/model';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FiguresSession, runOrder } from './channel.ts';

/** The channel over real HTTPS against the sandbox: what arrives equals the books, to the cent. */
const clientGuid = '11111111-2222-4333-8444-555555555555';
const fiscalYearId = '20250701';
let sandbox: OnPremSandbox;
let server: OnPremServer;
let session: FiguresSession;
beforeAll(async () => {
  sandbox = createOnPremSandbox({
    user: 'KANZLEI\\bruecke',
    password: 'ein Passwort',
    books: [
      {
        seed: 'channel',
        guid: clientGuid,
        name: 'Gasthof Zur Linde GmbH',
        consultantNumber: 455_148,
        clientNumber: 12,
        years: [
          { begin: '2025-01-01', end: '2025-06-30' },
          { begin: '2025-07-01', end: '2026-06-30' },
        ],
        postingsPerYear: 2_000,
        today: '2026-03-20',
        voucherGuids: ['CB6A1F0E-0000-4000-8000-000000000001'],
      },
    ],
  });
  server = await serveOnPrem(sandbox);
  const { pin } = await lookAtCertificate(server.origin);
  const opened = openTransport({
    origin: server.origin,
    credentials: { kind: 'basic', user: sandbox.user, password: sandbox.password },
    pin,
    timeoutMs: 10_000,
    now: () => Date.now(),
    randomBytes,
  });
  session = { datev: createSession({ send: opened.send }), released: new Set([clientGuid]) };
});
afterAll(() => server.close());

async function run(order: ConnectorOrder): Promise<{ rows: ConnectorRow[]; end: OrderEnd }> {
  const rows: ConnectorRow[] = [];
  const steps = runOrder(session, order);
  let next = await steps.next();
  for (; !next.done; next = await steps.next()) rows.push(...next.value);
  return { rows, end: next.value };
}
const only = <R extends ConnectorRow['row']>(rows: ConnectorRow[], row: R) =>
  rows.filter((one): one is Extract<ConnectorRow, { row: R }> => one.row === row);
const yearNow = () => {
  const found = sandbox.control.books()[0]?.years[1];
  if (!found) throw new Error('no year');
  return found;
};

it('reads every posting of a year to the cent, in as many windows as it takes', async () => {
  const { rows, end } = await run({
    kind: 'readPostings',
    clientGuid,
    fiscalYearId,
    from: '2025-07-01',
    to: '2026-06-30',
    expectedRows: 90_000,
  });
  expect(end).toMatchObject({ ok: true, rows: countRows(rows), calls: 8 });
  const told = only(rows, 'postings')
    .flatMap(postingsIn)
    .map(({ account, contraAccount, date, debit, credit, text, opening }) => ({
      account,
      contraAccount,
      date,
      debit,
      credit,
      text,
      opening,
    }));
  const booked = yearNow()
    .entries.toSorted((a, b) => (a.date < b.date ? -1 : Number(a.date > b.date)))
    .flatMap((entry) =>
      linesOf(entry).map(({ account, contra, debit, credit }) => ({
        account,
        contraAccount: contra,
        date: entry.date,
        debit,
        credit,
        text: entry.text,
        opening: entry.opening,
      })),
    );
  const key = (one: unknown) => JSON.stringify(one);
  expect(told.map(key).toSorted()).toEqual(booked.map(key).toSorted());
});

it('checks a year with three calls, and its balances are those of the postings', async () => {
  const { rows, end } = await run({ kind: 'checkYear', clientGuid, fiscalYearId });
  expect(end).toMatchObject({ ok: true, calls: 3 });
  const balances = new Map(only(rows, 'balance').map(({ account, balance }) => [account, balance]));
  expect(balances).toEqual(balancesOf(yearNow()));
  for (const { opening, balance, debit, credit, months } of only(rows, 'balance')) {
    expect(opening + debit - credit).toBe(balance);
    expect(months.reduce((sum, { turnover }) => sum + turnover, 0)).toBe(debit - credit);
  }
});

it('reads what is still open of each item, and who owes it', async () => {
  const { rows } = await run({ kind: 'readOpenItems', clientGuid, fiscalYearId });
  const open = yearNow().items.filter(({ paid, amount }) => paid < amount);
  expect(only(rows, 'openItem')).toHaveLength(open.length);
  const signed = (account: number, cents: number) => (account < 700_000_000 ? cents : -cents);
  const expected = open.reduce((sum, item) => sum + signed(item.account, item.amount - item.paid), 0);
  expect(only(rows, 'openItem').reduce((sum, item) => sum + item.open, 0)).toBe(expected);
  const partners = await run({ kind: 'readPartners', clientGuid, fiscalYearId, since: null });
  expect(partners.rows.length).toBe(sandbox.control.books()[0]?.partners.length);
});

it('says which licence is missing, and rebuilds from the records without it', async () => {
  sandbox.control.state.postingLicence = false;
  const month = { clientGuid, fiscalYearId, from: '2025-08-01', to: '2025-08-31', expectedRows: 200 };
  const refused = await run({ kind: 'readPostings', ...month });
  expect(refused.end).toMatchObject({ ok: false, code: 'postingLicenceMissing' });
  const batches = only((await run({ kind: 'checkYear', clientGuid, fiscalYearId })).rows, 'batch');
  const records = await run({
    kind: 'readRecords',
    clientGuid,
    fiscalYearId,
    sequenceIds: batches.map(({ id }) => id),
  });
  const rebuilt = only(records.rows, 'postings').flatMap(postingsIn);
  expect(rebuilt.length).toBe(2 * yearNow().entries.filter(({ opening }) => !opening).length);
  sandbox.control.state.postingLicence = true;
});

it('finds what is wrong on the server', async () => {
  const codes = async () =>
    only((await run({ kind: 'probe', clientGuid })).rows, 'probe').map(({ step, code }) => `${step} ${code}`);
  expect((await codes()).every((line) => line.endsWith(' ok'))).toBe(true);
  sandbox.control.state.refused.add(clientGuid);
  expect(await codes()).toContain('client dataRightMissing');
  sandbox.control.state.refused.clear();
  await server.setClosed(true);
  expect(await codes()).toEqual(['reachable connectionRefused']);
  await server.setClosed(false);
  sandbox.control.state.dongle = true;
  expect(await codes()).toContain('echo unavailable');
  sandbox.control.state.dongle = false;
  expect(sandbox.control.mostAtOnce()).toBeLessThanOrEqual(2);
});
