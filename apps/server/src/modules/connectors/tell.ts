import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Tx } from '../../db/withTenant.ts';

/** What a notice on this channel tells: something about connectors changed that stands in no history. */
export const CONNECTOR_CHANGED = 'connector_changed';
export type ConnectorNotice = { firmId: Id | null; mandantIds: Id[] };
/** Payload: the id of a connector that has something to fetch, or to drop. */
export const CONNECTOR_WAKE = 'connector_wake';

/** Tells the open pages of the firm, and of the Mandanten bound to it, that a connector changed. */
export async function tellConnector(tx: Tx, connectorId: Id): Promise<void> {
  await sql`select tell_connector(${connectorId}::uuid)`.execute(tx);
}

/** Tells the open pages of one Mandant. */
export async function tellMandant(tx: Tx, mandantId: Id): Promise<void> {
  const notice: ConnectorNotice = { firmId: null, mandantIds: [mandantId] };
  await sql`select pg_notify(${CONNECTOR_CHANGED}, ${JSON.stringify(notice)})`.execute(tx);
}

/** Ends the connector's wait at whichever process it polls. */
export async function wakeConnector(tx: Tx, connectorId: Id): Promise<void> {
  await sql`select pg_notify(${CONNECTOR_WAKE}, ${connectorId})`.execute(tx);
}
