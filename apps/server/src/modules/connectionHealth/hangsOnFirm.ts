import type { Id } from '@bruecke/model';
import { type RawBuilder, sql } from 'kysely';

/** A Kanzleiverbindung that ends. */
export type EndingEngagement = { id: Id; firmId: Id; consultantNumber: number; since: Date };

/**
 * Whether a row of `connections` ends with the Kanzleiverbindung: what is severed, and counted before. Its dataset carries the firm's
 * consultant number, whoever consented; or it is bound to one of the firm's connectors, whatever its numbers; or, on any other
 * dataset (a Kanzlei-Admin may have confirmed other numbers), the consent in use, without one the connection itself, came under this
 * Kanzleiverbindung from somebody who is not of the Mandant: else what the firm's person may do at DATEV would serve on.
 */
export function hangsOnFirm(engagement: EndingEngagement): RawBuilder<boolean> {
  const { id, firmId, consultantNumber, since } = engagement;
  const stranger = (userId: RawBuilder<unknown>) => sql`not exists (
    select from mandant_members m where m.mandant_id = connections.mandant_id and m.user_id = ${userId})`;
  const ofThis = sql`connections.engagement_id = ${id}`;
  const consent = sql`select from grants g
    where g.mandant_id = connections.mandant_id and g.connection_id = connections.id and g.state = 'valid'`;
  return sql<boolean>`(
    connections.consultant_number = ${consultantNumber}
    or connections.connector_id in (select k.id from connectors k where k.firm_id = ${firmId})
    or exists (${consent} and ${stranger(sql`g.granted_by`)} and (${ofThis} or g.consented_at >= ${since}))
    or (${ofThis} and ${stranger(sql`connections.created_by`)} and not exists (${consent})))`;
}
