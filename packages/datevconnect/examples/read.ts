/**
 * A year of books without DATEV: sums and balances, then every posting of a month, from a sandbox in this process.
 * Run: npx tsx packages/datevconnect/examples/read.ts
 */
import { randomBytes } from 'node:crypto';
import { createOnPremSandbox, serveOnPrem } from '@bruecke/datev-sandbox';
import {
  createSession,
  type ListEnd,
  listAccountPostings,
  listSumsAndBalances,
  lookAtCertificate,
  openTransport,
} from '../src/index.ts';

const clientId = 'b2d5a0c1-0000-4000-8000-00000000000a';
const sandbox = createOnPremSandbox({
  user: 'KANZLEI\\leser',
  password: 'geheim',
  books: [
    {
      seed: 'example',
      guid: clientId,
      name: 'Muster GmbH',
      consultantNumber: 29_098,
      clientNumber: 101,
      years: [{ begin: '2025-01-01', end: '2025-12-31' }],
      postingsPerYear: 2000,
      today: '2026-01-31',
    },
  ],
});
const server = await serveOnPrem(sandbox);

// Production differs in these values only.
const { origin } = server;
const seen = await lookAtCertificate(origin);
console.log(`pinned: ${seen.subject}, ${seen.pin}`);
const transport = openTransport({
  origin,
  pin: seen.pin,
  credentials: { kind: 'basic', user: sandbox.user, password: sandbox.password },
  timeoutMs: 10_000,
  now: () => Date.now(),
  randomBytes,
});
const session = createSession({ send: transport.send });
const year = { clientId, fiscalYearId: '20250101' };

async function all<T>(list: AsyncGenerator<T[], ListEnd, undefined>): Promise<T[]> {
  const elements: T[] = [];
  let next = await list.next();
  for (; !next.done; next = await list.next()) elements.push(...next.value);
  if (!next.value.ok) throw new Error(`${next.value.failure.kind} ${next.value.failure.description ?? ''}`);
  return elements;
}

const euros = (cents: number) => (cents / 100).toLocaleString('de-DE', { style: 'currency', currency: 'EUR' });
for (const { accountNumber, caption, balance } of (await all(listSumsAndBalances(session, year))).slice(0, 5)) {
  console.log(`${accountNumber}  ${caption}  ${euros(balance)}`);
}
const march = await all(listAccountPostings(session, year, { from: '2025-03-01', to: '2025-03-31' }));
const debit = march.reduce((sum, posting) => sum + posting.amountDebit, 0);
const credit = march.reduce((sum, posting) => sum + posting.amountCredit, 0);
console.log(`March: ${march.length} lines, debit ${euros(debit)}, credit ${euros(credit)}`);
transport.close();
await server.close();
