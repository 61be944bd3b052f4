import type { ConnectorOrder, Day, Id, OrderEnd } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { issueOrders, type OpenOrder } from '../../connectors/index.ts';

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

export type Given = { wanted: Wanted; subject?: Subject };

/**
 * Gives orders of this run and notes what each is about. False where there is nobody to ask any more (switched off, cut, connector
 * revoked); the run ends then.
 */
export async function giveOrders(tx: Tx, services: Services, run: Run, given: readonly Given[]): Promise<boolean> {
  if (given.length === 0) return true;
  const { mandantId, connectorId } = run;
  const ids = await issueOrders(
    tx,
    services,
    // The members of Wanted are those of ConnectorOrder without the client, which is put back here.
    given.map(({ wanted }) => ({
      connectorId,
      mandantId,
      order: { ...wanted, clientGuid: run.clientGuid } as ConnectorOrder,
      key: null,
    })),
  );
  const rows = given.flatMap(({ wanted, subject = {} }, at) => {
    const orderId = ids[at];
    if (!orderId) return [];
    return {
      mandant_id: mandantId,
      order_id: orderId,
      run_id: run.runId,
      ledger_no: run.ledgerNo,
      kind: wanted.kind,
      year_no: subject.yearNo ?? null,
      month: subject.month ?? null,
      load_no: subject.loadNo ?? null,
      expected: subject.expected ?? 0,
    };
  });
  if (rows.length > 0) await tx.insertInto('sync_orders').values(rows).execute();
  return rows.length === given.length;
}

/** An order that ended, with its run. */
export type FoundOrder = {
  run: Run;
  orderId: Id;
  yearNo: number | null;
  month: Day | null;
  loadNo: number | null;
  rowCount: number;
  /** Its postings came in the order of their dates. */
  inOrder: boolean;
  /** When it was handed to the connector: what it answers holds everything booked before. */
  begunAt: Date;
};

const checks: ReadonlySet<ConnectorOrder['kind']> = new Set<ConnectorOrder['kind']>(['checkYear']);
const items: ReadonlySet<ConnectorOrder['kind']> = new Set<ConnectorOrder['kind']>(['readOpenItems', 'readPartners']);

/**
 * Takes an order that ended off its run's list and adds up what it cost. The first failure is what the run ends with. Null for an order of a
 * run that is over, whose answers nobody needs.
 */
export async function closeOrder(tx: Tx, order: OpenOrder, end: OrderEnd): Promise<FoundOrder | null> {
  const { mandantId } = order;
  if (mandantId === null || !('clientGuid' in order.order) || order.order.clientGuid === null) return null;
  const { kind } = order.order;
  const months = kind === 'readPostings' || kind === 'readRecords';
  const failed = end.ok ? { code: null, detail: null } : end;
  // What was expected becomes what it was, so that the bar ends at its end.
  const { rows } = await sql<
    Omit<FoundOrder, 'run' | 'orderId' | 'begunAt'> & Pick<Run, 'runId' | 'ledgerNo' | 'reason' | 'whole'>
  >`
    with closed as (
      delete from sync_orders o using sync_runs r
       where o.mandant_id = ${mandantId} and o.order_id = ${order.id} and r.mandant_id = o.mandant_id and r.id = o.run_id and r.state = 'running'
      returning o.*, case when ${months && end.ok} then o.row_count else 0 end as rows_here
    )
    update sync_runs r
       set calls = r.calls + ${end.calls}, check_calls = r.check_calls + ${checks.has(kind) ? end.calls : 0},
           item_calls = r.item_calls + ${items.has(kind) ? end.calls : 0}, months_read = r.months_read + ${months && end.ok ? 1 : 0},
           rows_read = r.rows_read + c.rows_here, rows_expected = r.rows_expected + c.rows_here - c.expected,
           failure_code = coalesce(r.failure_code, ${failed.code}),
           failure_detail = case when r.failure_code is null then ${failed.detail} else r.failure_detail end
      from closed c where r.mandant_id = c.mandant_id and r.id = c.run_id
    returning r.id as "runId", r.ledger_no as "ledgerNo", r.reason, r.whole, c.year_no as "yearNo", c.month, c.load_no as "loadNo",
              c.row_count as "rowCount", c.in_order as "inOrder"`.execute(tx);
  const [row] = rows;
  if (!row) return null;
  const { runId, ledgerNo, reason, whole, ...found } = row;
  const { connectorId } = order;
  const run = { mandantId, runId, ledgerNo, connectorId, clientGuid: order.order.clientGuid, reason, whole };
  return { run, orderId: order.id, begunAt: order.begunAt, ...found };
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

/**
 * As `tellPages`, of an order whose rows are coming; at most once a second per run: each notice makes commits of the whole cluster wait for
 * each other (decision 5).
 */
export async function tellProgress(tx: Tx, services: Services, order: OpenOrder): Promise<void> {
  const now = services.now();
  await sql`
    with due as (
      select r.mandant_id, r.id from sync_runs r join sync_orders o on o.mandant_id = r.mandant_id and o.run_id = r.id
       where o.mandant_id = ${order.mandantId} and o.order_id = ${order.id} and r.state = 'running'
         and (r.told_at is null or r.told_at < ${now}::timestamptz - interval '1 second') for update of r skip locked
    ), told as (
      update sync_runs r set told_at = ${now} from due where r.mandant_id = due.mandant_id and r.id = due.id returning r.mandant_id
    )
    select pg_notify(${FIGURES_CHANNEL}, mandant_id::text) from told`.execute(tx);
}
