import type { ConnectorOrder, Day, Id, OrderEnd } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { issueOrder, type OpenOrder } from '../../connectors/index.ts';

/** A run under way, as its orders and receivers need it. */
export type Run = {
  mandantId: Id;
  runId: Id;
  ledgerNo: number;
  connectorId: Id;
  clientGuid: string;
  reason: 'first' | 'scheduled' | 'looking' | 'asked';
  whole: boolean;
};

/** What an order of a run is about. */
export type Subject = { yearNo?: number; month?: Day; loadNo?: number; expected?: number };

type Wanted = ConnectorOrder extends infer Order
  ? Order extends { clientGuid: string }
    ? Omit<Order, 'clientGuid'>
    : never
  : never;

/**
 * Gives an order of this run and notes what it is about. False where there is nobody to ask any more (switched off, cut, connector
 * revoked); the run ends then.
 */
export async function giveOrder(
  tx: Tx,
  services: Services,
  run: Run,
  wanted: Wanted,
  subject: Subject = {},
): Promise<boolean> {
  const { mandantId, connectorId } = run;
  // The members of Wanted are those of ConnectorOrder without the client, which is put back here.
  const order = { ...wanted, clientGuid: run.clientGuid } as ConnectorOrder;
  const orderId = await issueOrder(tx, services, { connectorId, mandantId, order, key: null });
  if (orderId === null) return false;
  await tx
    .insertInto('sync_orders')
    .values({
      mandant_id: mandantId,
      order_id: orderId,
      run_id: run.runId,
      ledger_no: run.ledgerNo,
      kind: order.kind,
      year_no: subject.yearNo ?? null,
      month: subject.month ?? null,
      load_no: subject.loadNo ?? null,
      expected: subject.expected ?? 0,
    })
    .execute();
  return true;
}

/** An order that arrived at its receiver, with its run. */
export type FoundOrder = {
  run: Run;
  orderId: Id;
  yearNo: number | null;
  month: Day | null;
  loadNo: number | null;
  rowCount: number;
  /** Its postings came in the order of their dates. */
  inOrder: boolean;
  expected: number;
  /** When it was handed to the connector: what it answers holds everything booked before. */
  begunAt: Date;
};

/** The run that an order belongs to; null for an order of a run that is over, whose answers nobody needs. */
export async function findOrder(tx: Tx, order: OpenOrder): Promise<FoundOrder | null> {
  if (order.mandantId === null || !('clientGuid' in order.order) || order.order.clientGuid === null) return null;
  const row = await tx
    .selectFrom('sync_orders as o')
    .innerJoin('sync_runs as r', (join) =>
      join.onRef('r.mandant_id', '=', 'o.mandant_id').onRef('r.id', '=', 'o.run_id'),
    )
    .leftJoin('connector_orders as c', 'c.id', 'o.order_id')
    .select(['o.run_id', 'o.ledger_no', 'o.year_no', 'o.month', 'o.load_no', 'o.row_count', 'o.in_order', 'o.expected'])
    .select(['r.reason', 'r.whole', 'c.handed_out_at'])
    .where('o.mandant_id', '=', order.mandantId)
    .where('o.order_id', '=', order.id)
    .where('r.state', '=', 'running')
    .executeTakeFirst();
  if (!row) return null;
  return {
    run: {
      mandantId: order.mandantId,
      runId: row.run_id,
      ledgerNo: row.ledger_no,
      connectorId: order.connectorId,
      clientGuid: order.order.clientGuid,
      reason: row.reason,
      whole: row.whole,
    },
    orderId: order.id,
    yearNo: row.year_no,
    month: row.month,
    loadNo: row.load_no,
    rowCount: row.row_count,
    inOrder: row.in_order,
    expected: row.expected,
    begunAt: row.handed_out_at ?? order.issuedAt,
  };
}

const checks: ReadonlySet<ConnectorOrder['kind']> = new Set<ConnectorOrder['kind']>(['checkYear']);
const items: ReadonlySet<ConnectorOrder['kind']> = new Set<ConnectorOrder['kind']>(['readOpenItems', 'readPartners']);

/** Takes an order that ended off the run's list and adds up what it cost. The first failure is what the run ends with. */
export async function closeOrder(tx: Tx, found: FoundOrder, kind: ConnectorOrder['kind'], end: OrderEnd) {
  const { mandantId, runId } = found.run;
  await tx
    .deleteFrom('sync_orders')
    .where('mandant_id', '=', mandantId)
    .where('order_id', '=', found.orderId)
    .execute();
  const months = kind === 'readPostings' || kind === 'readRecords';
  await tx
    .updateTable('sync_runs')
    .set((e) => ({
      calls: e('calls', '+', end.calls),
      check_calls: e('check_calls', '+', checks.has(kind) ? end.calls : 0),
      item_calls: e('item_calls', '+', items.has(kind) ? end.calls : 0),
      months_read: e('months_read', '+', months && end.ok ? 1 : 0),
      rows_read: e('rows_read', '+', months && end.ok ? found.rowCount : 0),
      // What was expected becomes what it was, so that the bar ends at its end.
      rows_expected: e('rows_expected', '+', months ? (end.ok ? found.rowCount : 0) - found.expected : 0),
    }))
    .where('mandant_id', '=', mandantId)
    .where('id', '=', runId)
    .execute();
  if (!end.ok) await noteFailure(tx, found.run, end.code, end.detail);
}

export async function noteFailure(tx: Tx, run: Run, code: string, detail: string | null): Promise<void> {
  await tx
    .updateTable('sync_runs')
    .set({ failure_code: code, failure_detail: detail })
    .where('mandant_id', '=', run.mandantId)
    .where('id', '=', run.runId)
    .where('failure_code', 'is', null)
    .execute();
}

/** Channel on which pages learn that figures, or the progress of a run, changed; the payload is the Mandant's id. */
export const FIGURES_CHANNEL = 'figures_changed';

export async function tellPages(tx: Tx, mandantId: Id): Promise<void> {
  await sql`select pg_notify(${FIGURES_CHANNEL}, ${mandantId})`.execute(tx);
}

/** Channel on which lists learn as well that the state in which they show a Mandant's figures changed; the payload is its id. */
export const FIGURES_STATE_CHANNEL = 'figures_state_changed';

export async function tellLists(tx: Tx, mandantId: Id): Promise<void> {
  await sql`select pg_notify(${FIGURES_STATE_CHANNEL}, ${mandantId})`.execute(tx);
}

/** As `tellPages`, at most once a second per run: each notice makes commits of the whole cluster wait for each other (decision 5). */
export async function tellProgress(tx: Tx, services: Services, run: Run): Promise<void> {
  const now = services.now();
  await sql`
    with due as (
      select id from sync_runs
       where mandant_id = ${run.mandantId} and id = ${run.runId}
         and (told_at is null or told_at < ${now}::timestamptz - interval '1 second') for update skip locked
    ), told as (
      update sync_runs set told_at = ${now} from due where sync_runs.mandant_id = ${run.mandantId} and sync_runs.id = due.id returning 1
    )
    select pg_notify(${FIGURES_CHANNEL}, ${run.mandantId}) from told`.execute(tx);
}
