import type { Id } from '@bruecke/model';
import type { TestDatabase } from '../../db/testDatabase.ts';
import type { TestServices } from '../../testServices.ts';

/**
 * Lays out a year of figures past all verbs: one row in each table, as a binding that is over would have left them. For tests that are about
 * who sees what; a living synchronisation is in testBooks.ts and testConnector.ts.
 */
export async function layFigures(
  db: Pick<TestDatabase, 'sql'>,
  services: TestServices,
  at: { mandantId: Id; connectorId: Id; text: string },
): Promise<{ yearNo: number; account: number }> {
  const { mandantId } = at;
  const now = services.now();
  const id = () => services.newId();
  const account = 84_000_000;
  const [connection] = await db.sql<{ id: Id; engagement_id: Id }>(
    `insert into connections (mandant_id, id, channel, engagement_id, consultant_number, mandant_number, client_id, company_name,
       connector_id, switched_on, switched_at, created_at, severed_at)
     select $1, $2, 'datevconnect', (select id from engagements where mandant_id = $1 and ended_at is null), 1001, 12, $3, $4, $5, false,
            $6, $6, $6
     returning id, engagement_id`,
    [mandantId, id(), id(), at.text, at.connectorId, now],
  );
  const insert = (table: string, row: Record<string, unknown>) => {
    const names = Object.keys(row);
    return db.sql(
      `insert into ${table} (mandant_id, ${names.join(', ')}) values ($1, ${names.map((_, n) => `$${n + 2}`).join(', ')})`,
      [mandantId, ...Object.values(row)],
    );
  };
  const ledger = { ledger_no: 1 };
  const year = { ...ledger, year_no: 1 };
  await insert('ledgers', {
    ...ledger,
    client_guid: id(),
    connection_id: connection?.id,
    engagement_id: connection?.engagement_id,
    created_at: now,
    first_read_at: now,
    last_run_at: now,
  });
  const numbers = { consultant_number: 1001, mandant_number: 12, account_length: 4, account_system: 3 };
  const days = { fiscal_year_id: '20260101', first_day: '2026-01-01', last_day: '2026-12-31' };
  await insert('fiscal_years', {
    ...year,
    ...days,
    ...numbers,
    currency: 'EUR',
    locked: false,
    stand: now,
    open_items_at: now,
  });
  const [load] = await db.sql<{ no: number }>("select nextval('figure_loads')::int as no");
  const loadNo = load?.no ?? 0;
  const read = { load_no: loadNo, row_count: 1, read_at: now, fingerprint: '1/1/x/-' };
  await insert('fiscal_months', { ...year, month: '2026-01-01', ...read });
  const documentGuid = id();
  await insert('posting_blocks', {
    ...ledger,
    load_no: loadNo,
    first_no: 1,
    account: [account],
    date: ['2026-01-10'],
    debit: [0],
    credit: [11_900],
    contra_account: [12_000_000],
    text: [at.text],
    document_link: [`BEDI "${documentGuid.toUpperCase()}"`],
    document_guid: [documentGuid],
  });
  await insert('posting_links', { ...ledger, load_no: loadNo, first_no: 1, document_guid: documentGuid });
  const noOpening = { opening_debit: 0, opening_credit: 0 };
  await insert('load_sums', {
    ...ledger,
    load_no: loadNo,
    account,
    debit: 0,
    credit: 11_900,
    ...noOpening,
    row_count: 1,
    blocks: [1],
  });
  await insert('account_balances', {
    ...year,
    account,
    caption: at.text,
    opening: 0,
    balance: -11_900,
    debit: 0,
    credit: 11_900,
    turnovers: [-11_900, ...Array<number>(11).fill(0)],
  });
  await insert('batches', { ...year, id: '1', number: '01-2026/0001', description: at.text, committed: true });
  await insert('open_items', {
    ...year,
    no: 1,
    side: 'receivable',
    datev_id: '1',
    account: 100_010_000,
    amount: 11_900,
    open: 11_900,
    cleared: false,
    text: at.text,
    dunning_block: false,
  });
  await insert('partners', { ...ledger, account: 100_010_000, side: 'debtor', name: at.text });
  await insert('refused_years', {
    ...ledger,
    fiscal_year_id: '19990101',
    first_day: '1999-01-01',
    last_day: '1999-12-31',
    consultant_number: 9999,
    mandant_number: 1,
  });
  await insert('terms_of_payment', { ...ledger, id: '10', caption: at.text });
  const runId = id();
  // Over long enough for somebody to ask for the next.
  const then = new Date(now.getTime() - 3_600_000);
  await insert('sync_runs', {
    ...ledger,
    id: runId,
    reason: 'first',
    whole: true,
    started_at: then,
    ended_at: then,
    state: 'done',
  });
  await insert('sync_orders', { ...ledger, order_id: id(), run_id: runId, kind: 'checkYear', year_no: 1 });
  await insert('staged_rows', {
    order_id: id(),
    part: 1,
    kind: 'balance',
    rows: JSON.stringify([{ caption: at.text }]),
  });
  return { yearNo: 1, account };
}
