import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type SignedIn, startTestServer, type TestServer } from '../apps/server/e2e/testServer.ts';
import { createTestDatabase, serveTestDatabases, type TestDatabase } from '../apps/server/src/db/testDatabase.ts';
import { addPerson } from '../apps/server/src/testServices.ts';
import { median, p95 } from './figures.ts';
import { busyAccount, layFigures, postings } from './pagesFigures.ts';
import { cpuOfDatabase, cpuOfProcess } from './processes.ts';

/**
 * `npm run bench:pages`: how long the server takes for the list of 100,000 vouchers, for the table of 1,000 Mandanten with their
 * connections, and for the figures of a year with 1,000,000 postings, asked over a socket, one request after the other; and how much
 * JavaScript the first page needs.
 * What each figure means: bench/README.md.
 */
const vouchers = 100_000;
const mandanten = 1_000;
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 40);

async function main(): Promise<void> {
  const end = await serveTestDatabases();
  const db = await createTestDatabase();
  const server = await startTestServer(db, { seed: 1, datasets: [{ consultantNumber: 1_234_567, mandantNumber: 1 }] });
  try {
    const { firmId, mandantId, person } = await layOut(db, server);
    const who = await server.signIn(person);
    const [backend] = await db.sql<{ pid: number }>('select pg_backend_pid() as pid');
    const cpu = () => cpuOfProcess(process.pid) + cpuOfDatabase(backend?.pid ?? 0);
    const asking = { server, who, cpu };
    await measure('vouchers', asking, voucherRequests(mandantId));
    await measure('mandanten', asking, firmRequests(firmId));
    await layFigures(db, mandantId);
    await measure('postings', asking, await postingRequests(server, who, mandantId));
    await measure('figures', asking, figureRequests(mandantId));
    await measure('posting-search', asking, searchRequests(mandantId));
  } finally {
    await server.stop();
    await db.close();
    await end();
  }
  reportJavaScript();
}

/** What people do with the list: open it, page, jump, filter, search, and the counts beside it. */
function voucherRequests(mandantId: string): string[] {
  const list = `/mandanten/${mandantId}/vouchers`;
  return [
    `${list}?limit=100`,
    `${list}?limit=100&offset=50000`,
    `${list}?limit=100&offset=99000`,
    `${list}?limit=100&status=error`,
    `${list}?limit=100&status=delivered&documentType=Kasse`,
    `${list}?limit=100&month=2026-01`,
    `${list}?limit=100&text=rechnung`,
    `${list}?limit=100&text=RE-2026-77`,
    `${list}?limit=100&text=schmidt%20strom`,
    `${list}/counts`,
    `${list}/counts?status=error`,
    `${list}/counts?month=2026-01`,
  ];
}

/** What people do with the table: open it, go to its middle and its end, order it, search; what the Übersicht asks; and 200. */
function firmRequests(firmId: string): string[] {
  const list = `/firms/${firmId}/mandanten`;
  const orders = ['number', 'name', 'need'].flatMap((order) => [
    `order=${order}&direction=up`,
    `order=${order}&direction=down`,
  ]);
  return [
    ...orders.map((order) => `${list}?${order}&offset=0&limit=100`),
    `${list}?order=number&direction=up&offset=${mandanten / 2}&limit=100`,
    `${list}?order=number&direction=up&offset=${mandanten - 100}&limit=100`,
    `${list}?order=need&direction=up&offset=${mandanten / 2}&limit=100`,
    `${list}?order=need&direction=up&offset=${mandanten - 100}&limit=100`,
    `${list}?text=Mandant%207&order=number&direction=up&offset=0&limit=100`,
    `${list}?text=Mandant%207&order=need&direction=up&offset=0&limit=100`,
    `${list}?order=need&needing=true&limit=1000`,
    list,
  ];
}

const year = (mandantId: string) => `/mandanten/${mandantId}/figures/years/1`;

/** Kontoblatt of the account with the most postings and of a small one, and the Journal: first page, a month, far down, both ways. */
async function postingRequests(server: TestServer, who: SignedIn, mandantId: string): Promise<string[]> {
  const account = `${year(mandantId)}/accounts/${busyAccount}`;
  const journal = `${year(mandantId)}/postings`;
  const next = async (path: string) => {
    const { text } = await server.ask(who, { method: 'GET', path });
    // The contract fixes the answer; what is missing would show as a refused request below.
    const { next: cursor } = JSON.parse(text) as { next: string | null };
    return `${path}&cursor=${cursor ?? ''}`;
  };
  return [
    `${account}?limit=100`,
    `${account}?limit=500`,
    `${account}?limit=100&from=2026-06`,
    await next(`${account}?limit=500&from=2026-11`),
    `${account}?limit=500&order=newestFirst`,
    await next(`${account}?limit=500&order=newestFirst`),
    `${year(mandantId)}/accounts/100010000?limit=100`,
    `${journal}?limit=100`,
    `${journal}?limit=500`,
    `${journal}?limit=100&order=newestFirst`,
    `${journal}?limit=100&from=2026-06&to=2026-06`,
    await next(`${journal}?limit=500&from=2026-11`),
    await next(`${journal}?limit=500&order=newestFirst`),
    `${journal}?limit=100&account=${busyAccount}`,
  ];
}

function figureRequests(mandantId: string): string[] {
  const of = year(mandantId);
  return [
    `/mandanten/${mandantId}/figures/years`,
    `/mandanten/${mandantId}/figures/state`,
    `${of}/bwa`,
    `${of}/accounts?limit=200`,
    `${of}/accounts?limit=200&from=2026-03&to=2026-03&class=debtor`,
    `${of}/accounts?limit=200&text=44`,
    `${of}/open-items?side=receivable&limit=100`,
    `${of}/charts`,
  ];
}

/** What is often there and fills a page soon, and what is once there in a million or not at all: then a request walks its share and rests. */
function searchRequests(mandantId: string): string[] {
  const journal = `${year(mandantId)}/postings?limit=100`;
  return [
    `${journal}&text=miete`,
    `${journal}&text=RE-2026-${postings / 2}`,
    `${journal}&text=12.345.678,90`,
    `${journal}&text=nirgends`,
    `${year(mandantId)}/accounts/${busyAccount}?limit=100&text=nirgends`,
  ];
}

/** `cpu`: of this process (server and who asks) and the database so far, milliseconds; says what a request costs on a busy machine, too. */
type Asking = { server: TestServer; who: SignedIn; cpu: () => number };

async function measure(name: string, asking: Asking, paths: readonly string[]): Promise<void> {
  const { server, who, cpu } = asking;
  const all: number[] = [];
  for (const path of paths) {
    const times: number[] = [];
    let cpuFrom = 0;
    for (let round = -3; round < rounds; round += 1) {
      if (round === 0) cpuFrom = cpu();
      const from = performance.now();
      const { status, text } = await server.ask(who, { method: 'GET', path });
      if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
      if (round >= 0) times.push(performance.now() - from);
    }
    all.push(...times);
    const shown = path.replace(/[0-9a-f-]{36}/, '…');
    const each = ((cpu() - cpuFrom) / rounds).toFixed(1);
    console.log(`${shown}: median ${median(times).toFixed(1)} ms, p95 ${p95(times).toFixed(1)} ms, CPU ${each} ms`);
  }
  console.log(`milliseconds ${name}-p95 ${p95(all).toFixed(1)}`);
}

/** A firm of 1,000 Mandanten, each connected both ways; one of them with 100,000 vouchers of eighteen months. */
async function layOut(db: TestDatabase, server: TestServer) {
  const person = await addPerson(db, server.services, 'Petra Probe');
  const firmId = randomUUID();
  const now = server.services.now();
  await db.sql('insert into firms (id, name, consultant_number, created_at) values ($1, $2, 1234567, $3)', [
    firmId,
    'Kanzlei Probe',
    now,
  ]);
  await db.sql(
    `insert into mandanten (mandant_id, name, created_at) select gen_random_uuid(), 'Mandant ' || i, $1 from generate_series(1, ${mandanten}) i`,
    [now],
  );
  await db.sql(
    `insert into engagements (mandant_id, id, firm_id, mandant_number, since)
     select mandant_id, gen_random_uuid(), $1, row_number() over (order by mandant_id), $2 from mandanten`,
    [firmId, now],
  );
  await db.sql("insert into firm_staff (firm_id, user_id, role, since) values ($1, $2, 'admin', $3)", [
    firmId,
    person.id,
    now,
  ]);
  await db.sql(
    `insert into connections (mandant_id, id, channel, engagement_id, consultant_number, mandant_number, client_id,
       company_name, switched_on, switched_at, created_at, setup, checked_at)
     select e.mandant_id, gen_random_uuid(), 'belegbilderservice', e.id, 1234567, e.mandant_number,
       '1234567-' || e.mandant_number, m.name, true, $1, $1, 'ready', $1
       from engagements e join mandanten m using (mandant_id)`,
    [now],
  );
  const [{ mandant_id: mandantId = '' } = {}] = await db.sql<{ mandant_id: string }>(
    'select mandant_id from mandanten order by mandant_id desc limit 1',
  );
  await db.sql(
    `insert into grants (mandant_id, id, connection_id, person_name, state, refresh_expires_at, scopes, consented_at)
     select mandant_id, gen_random_uuid(), id, $2, 'valid', $1::timestamptz + interval '2 years', '{}', $1 from connections`,
    [now, person.name],
  );
  await addVouchers(db, mandantId, now);
  await addBindings(db, { firmId, personId: person.id, busiest: mandantId, now });
  await db.sql('vacuum analyze');
  return { person, firmId, mandantId };
}

/** Each Mandant's figures come home by the firm's connector: three fiscal years that were read today; those of `busiest` are laid out later. */
async function addBindings(
  db: TestDatabase,
  { firmId, personId, busiest, now }: { firmId: string; personId: string; busiest: string; now: Date },
): Promise<void> {
  const connectorId = randomUUID();
  await db.sql(
    `insert into connectors (firm_id, id, public_key, fingerprint, key_since, machine, os, version, paired_at, confirmed_at, confirmed_by,
       last_seen_at, seen_since)
     values ($1, $2, repeat('A', 43), 'AAAA', $4, 'DATEV-SRV-01', 'Windows Server 2022', '1.0.0', $4, $4, $3, $4, $4)`,
    [firmId, connectorId, personId, now],
  );
  await db.sql(
    `insert into connections (mandant_id, id, channel, engagement_id, consultant_number, mandant_number, client_id, company_name,
       connector_id, switched_on, switched_at, created_at, setup, checked_at, last_success_at, reachable, reachable_since, findings)
     select e.mandant_id, gen_random_uuid(), 'datevconnect', e.id, 1234567, e.mandant_number, gen_random_uuid(), m.name, $1, true, $2, $2,
            'ready', $2, $2, true, $2, '[]' from engagements e join mandanten m using (mandant_id)`,
    [connectorId, now],
  );
  await db.sql(
    `insert into ledgers (mandant_id, ledger_no, client_guid, connection_id, engagement_id, created_at, first_read_at, last_run_at)
     select mandant_id, 1, client_id, id, engagement_id, $2, $2, $2 from connections where channel = 'datevconnect' and mandant_id <> $1`,
    [busiest, now],
  );
  await db.sql(
    `insert into fiscal_years (mandant_id, year_no, ledger_no, fiscal_year_id, first_day, last_day, consultant_number, mandant_number,
       account_length, account_system, currency, locked, stand)
     select l.mandant_id, n, 1, (2023 + n) || '0101', make_date(2023 + n, 1, 1), make_date(2023 + n, 12, 31), 1234567, 1, 4, 3, 'EUR', false, $1
       from ledgers l, generate_series(1, 3) n`,
    [now],
  );
  await db.sql(
    `insert into sync_runs (mandant_id, id, ledger_no, reason, whole, started_at, ended_at, state)
     select l.mandant_id, gen_random_uuid(), 1, 'scheduled', false, $1::timestamptz - n * interval '1 day', $1::timestamptz - n * interval '1 day',
            'done' from ledgers l, generate_series(0, 9) n`,
    [now],
  );
}

async function addVouchers(db: TestDatabase, mandantId: string, now: Date): Promise<void> {
  await db.sql(
    `insert into blobs (mandant_id, sha256, size, created_at)
     select $1, encode(sha256(i::text::bytea), 'hex'), 1, $2 from generate_series(1, ${vouchers}) i`,
    [mandantId, now],
  );
  await db.sql(
    `insert into vouchers (mandant_id, id, received_at, upload_id, sha256, size, media_type, original_name, document_type,
       status, number, voucher_date, gross_cents, currency, partner, handed_in_by)
     select $1, gen_random_uuid(), $2::timestamptz - i * interval '8 minutes', gen_random_uuid(),
       encode(sha256(i::text::bytea), 'hex'), 100000 + i, 'application/pdf',
       'Rechnung ' || i || ' ' || (array['Müller','Bürobedarf','Schmidt','Telekom','Strom'])[1 + i % 5] || '.pdf',
       (array['Rechnungseingang','Rechnungsausgang','Kasse',null])[1 + i % 4],
       case when i % 500 = 0 then 'error' when i % 333 = 0 then 'question' when i % 50 = 0 then 'waiting' else 'delivered' end,
       'RE-2026-' || i, '2026-01-01', i * 100, 'EUR',
       (array['Müller GmbH','Bürobedarf Nord','Schmidt & Söhne'])[1 + i % 3], '{"type":"system"}'
       from generate_series(1, ${vouchers}) i`,
    [mandantId, now],
  );
}

const dist = fileURLToPath(new URL('../apps/web/dist/', import.meta.url));

/** Everything the browser must have before a page shows: the entry, what it imports, the page's own part and what that imports. */
function reportJavaScript(): void {
  if (!existsSync(`${dist}index.html`)) {
    console.log('JavaScript: NOT MEASURED, the interface is not built (npm run build)');
    return;
  }
  const files = readdirSync(`${dist}assets`).filter((name) => name.endsWith('.js'));
  const entry = /src="\/assets\/([^"]+\.js)"/.exec(readFileSync(`${dist}index.html`, 'utf8'))?.[1];
  const first = ['SignInPage', 'OverviewPage'];
  let largest = 0;
  for (const page of [...first, 'VouchersPage']) {
    const own = files.filter((name) => name.startsWith(`${page}-`));
    const size = gzippedOf([...(entry ? [entry] : []), ...own]);
    if (first.includes(page)) largest = Math.max(largest, size);
    console.log(
      `JavaScript of ${page}${own.length === 0 ? ' (part of the entry)' : ''}: ${(size / 1000).toFixed(1)} kB gzipped`,
    );
  }
  console.log(`kilobytes first-page ${(largest / 1000).toFixed(1)}`);
}

function gzippedOf(names: readonly string[], seen = new Set<string>()): number {
  let size = 0;
  for (const name of names) {
    if (seen.has(name)) continue;
    seen.add(name);
    const code = readFileSync(`${dist}assets/${name}`);
    // Static imports only; `import(…)` is fetched when it is needed.
    const imported = [...code.toString('utf8').matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)].map(
      (match) => match[1] ?? '',
    );
    size += gzipSync(code).length + gzippedOf(imported, seen);
  }
  return size;
}

await main();
