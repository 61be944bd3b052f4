import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import type { OrderRow } from './openOrder.ts';
import { issueOrder } from './orders.ts';
import { tellMandant } from './tell.ts';

/** What a failed order says is looked into by a probe, at most this often. */
const probeAgainMs = 10 * 60_000;

/** After an order that failed the connector probes, so that the card names cause and remedy instead of one call's code. */
export async function noteFailure(tx: Tx, services: Services, row: OrderRow): Promise<void> {
  const { mandant_id: mandantId, connector_id: connectorId } = row;
  if (!mandantId) return;
  const connection = await tx
    .selectFrom('connections')
    .select(['client_id', 'checked_at'])
    .where('mandant_id', '=', mandantId)
    .where('connector_id', '=', connectorId)
    .executeTakeFirst();
  if (!connection) return;
  const { checked_at: checkedAt, client_id: clientGuid } = connection;
  if (checkedAt && services.now().getTime() - checkedAt.getTime() < probeAgainMs) return;
  await issueOrder(tx, services, {
    connectorId,
    mandantId,
    order: { kind: 'probe', clientGuid },
    key: probeKey(mandantId),
  });
}

/** One open probe per Mandant. */
export const probeKey = (mandantId: string) => `probe:${mandantId}`;

/** Whether a success is worth writing down: the first one, the first after an outage, or ten seconds after the last. */
const isNews = (at: Date) =>
  sql<boolean>`(last_success_at is null or reachable is not true or last_success_at < ${at}::timestamptz - interval '10 seconds')`;

export async function isSuccessNews(tx: Tx, services: Services, row: OrderRow): Promise<boolean> {
  const found = await tx
    .selectFrom('connections')
    .select('id')
    .where('mandant_id', '=', row.mandant_id)
    .where('connector_id', '=', row.connector_id)
    .where(isNews(services.now()))
    .executeTakeFirst();
  return found !== undefined;
}

/** A success makes the binding "active". Open pages are told when it is the first, or DATEV answers again. */
export async function noteSuccess(tx: Tx, services: Services, mandantId: string, connectorId: string): Promise<void> {
  const at = services.now();
  const { rows } = await sql<{ news: boolean }>`
    with before as (
      select id, last_success_at, reachable from connections
       where mandant_id = ${mandantId} and connector_id = ${connectorId} and channel = 'datevconnect' and ${isNews(at)})
    update connections c
       set last_success_at = ${at}, reachable = true, unreachable_reason = null,
           reachable_since = case when before.reachable then c.reachable_since else ${at}::timestamptz end
      from before where c.mandant_id = ${mandantId} and c.id = before.id
    returning before.last_success_at is null or before.reachable is not true as news`.execute(tx);
  if (rows[0]?.news) await tellMandant(tx, mandantId);
}
