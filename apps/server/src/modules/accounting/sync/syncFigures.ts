import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { decideRun } from '../plan/runs.ts';
import { tellPages } from './runOrders.ts';
import { dropLoads, dropStaged } from './staged.ts';
import { startRun } from './startRun.ts';

type Binding = { connectionId: Id; connectorId: Id; clientGuid: string; engagementId: Id | null };

/**
 * Looks what there is to do for the figures of a Mandant: ends a run whose orders are gone, clears away what ended runs left, and begins a
 * run where it is time for one. One at a time per Mandant; asking twice does nothing twice.
 */
export async function syncFigures(services: Services, { mandantId }: { mandantId: Id }): Promise<void> {
  await services.withTenant({ as: 'job', mandantId }, async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('figures:' || ${mandantId}, 0))`.execute(tx);
    // The binding first, as everybody does who needs it and the run: a switch-off holds it and then ends the run.
    const binding = await holdBinding(tx, mandantId);
    await endDeadRuns(tx, services, mandantId);
    await clearAway(tx, mandantId);
    if (!binding) return;
    const ledger = await readLedger(tx, services, mandantId, binding);
    if (ledger.running) return;
    const decision = decideRun(ledger, services.now());
    if (!decision) return;
    const { connectorId, clientGuid } = binding;
    await startRun(tx, services, { mandantId, ledgerNo: ledger.ledgerNo, connectorId, clientGuid }, decision);
  });
}

async function holdBinding(tx: Tx, mandantId: Id): Promise<Binding | null> {
  const row = await tx
    .selectFrom('connections')
    .select(['id', 'connector_id', 'client_id', 'engagement_id'])
    .where('mandant_id', '=', mandantId)
    .where('channel', '=', 'datevconnect')
    .where('severed_at', 'is', null)
    .where('switched_on', '=', true)
    .forShare()
    .executeTakeFirst();
  if (!row?.connector_id) return null;
  return {
    connectionId: row.id,
    connectorId: row.connector_id,
    clientGuid: row.client_id,
    engagementId: row.engagement_id,
  };
}

/** A run whose orders were all taken back (off and on again) would wait for ever. */
async function endDeadRuns(tx: Tx, services: Services, mandantId: Id): Promise<void> {
  const { numAffectedRows } = await sql`
    update sync_runs r set state = 'cancelled', ended_at = ${services.now()}
     where r.mandant_id = ${mandantId} and r.state = 'running'
       and not exists (select from sync_orders o join connector_orders c on c.id = o.order_id and c.mandant_id = o.mandant_id
                        where o.mandant_id = r.mandant_id and o.run_id = r.id and c.state in ('waiting', 'handedOut'))`.execute(
    tx,
  );
  if (numAffectedRows) await tellPages(tx, mandantId);
}

/** What ended runs were in the middle of. Loads that are complete stay: the next run goes on with them. */
async function clearAway(tx: Tx, mandantId: Id): Promise<void> {
  const { rows: orders } = await sql<{ orderId: Id; loadNo: number | null }>`
    delete from sync_orders o using sync_runs r
     where o.mandant_id = ${mandantId} and r.mandant_id = o.mandant_id and r.id = o.run_id and r.state <> 'running'
    returning o.order_id as "orderId", o.load_no as "loadNo"`.execute(tx);
  const { rows: checks } = await sql<{ orderId: Id }>`
    update fiscal_years y set check_order_id = null, checked_at = null, control_step = 0
      from (select year_no, check_order_id from fiscal_years where mandant_id = ${mandantId} for update) old
     where y.mandant_id = ${mandantId} and y.year_no = old.year_no and old.check_order_id is not null
       and not exists (select from sync_runs r
                        where r.mandant_id = y.mandant_id and r.ledger_no = y.ledger_no and r.state = 'running')
    returning old.check_order_id as "orderId"`.execute(tx);
  for (const { orderId } of [...orders, ...checks]) await dropStaged(tx, mandantId, orderId);
  await dropLoads(
    tx,
    mandantId,
    orders.flatMap((row) => row.loadNo ?? []),
  );
}

/** The ledger of a binding, made at its first run. A binding that was set up anew for the same client goes on with the same ledger. */
async function readLedger(tx: Tx, services: Services, mandantId: Id, binding: Binding) {
  const clientGuid = binding.clientGuid.toLowerCase();
  const { rows } = await sql<{ ledgerNo: number }>`
    insert into ledgers as l (mandant_id, ledger_no, client_guid, connection_id, engagement_id, created_at)
    select ${mandantId}::uuid, coalesce(max(ledger_no), 0) + 1, ${clientGuid}, ${binding.connectionId}::uuid, ${binding.engagementId}::uuid,
           ${services.now()}::timestamptz
      from ledgers where mandant_id = ${mandantId}
    on conflict (mandant_id, client_guid) do update
      set connection_id = excluded.connection_id, engagement_id = excluded.engagement_id, left_at = null
    returning ledger_no as "ledgerNo"`.execute(tx);
  const ledger = await tx
    .selectFrom('ledgers')
    .select(['first_read_at', 'read_whole_at', 'whole_every_days', 'last_run_at', 'failures_in_row', 'due_at'])
    .select(['looked_at', 'asked_at'])
    .select((e) =>
      e
        .exists(
          e
            .selectFrom('sync_runs as r')
            .select('r.id')
            .whereRef('r.mandant_id', '=', 'ledgers.mandant_id')
            .whereRef('r.ledger_no', '=', 'ledgers.ledger_no')
            .where('r.state', '=', 'running'),
        )
        .as('running'),
    )
    .where('mandant_id', '=', mandantId)
    .where('ledger_no', '=', rows[0]?.ledgerNo ?? 0)
    .executeTakeFirstOrThrow();
  return {
    ledgerNo: rows[0]?.ledgerNo ?? 0,
    running: Boolean(ledger.running),
    firstReadAt: ledger.first_read_at,
    readWholeAt: ledger.read_whole_at,
    wholeEveryDays: ledger.whole_every_days,
    lastRunAt: ledger.last_run_at,
    failuresInRow: ledger.failures_in_row,
    dueAt: ledger.due_at,
    lookedAt: ledger.looked_at,
    askedAt: ledger.asked_at,
  };
}
