import { type ConnectionFacts, type ConnectionView, connectionView, type Id } from '@bruecke/model';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { ConnectionsTable, GrantsTable } from '../../db/connectionTables.ts';
import type { Tx } from '../../db/withTenant.ts';

export type ConnectionRow = Selectable<ConnectionsTable>;
export type GrantRow = Selectable<GrantsTable>;

/** A connection's five facts from its rows. `grant`: the newest one that is not revoked, if any. */
export function connectionFacts(row: ConnectionRow, grant: GrantRow | null): ConnectionFacts {
  return {
    switch: { on: row.switched_on, since: row.switched_at.toISOString(), by: row.switched_by },
    authorisation: authorisationOf(grant),
    setup:
      row.setup === 'unchecked' || !row.checked_at
        ? { state: 'unchecked' }
        : row.setup === 'ready'
          ? { state: 'ready', since: row.checked_at.toISOString() }
          : { state: 'findings', since: row.checked_at.toISOString(), blocking: row.setup_blocking },
    reachability:
      row.reachable === null || !row.reachable_since
        ? { state: 'unknown' }
        : row.reachable
          ? { state: 'up', since: row.reachable_since.toISOString() }
          : {
              state: 'down',
              since: row.reachable_since.toISOString(),
              reason: row.unreachable_reason ?? 'unavailable',
            },
    engagement: row.severed_at ? { state: 'ended', since: row.severed_at.toISOString() } : { state: 'open' },
    lastSuccessAt: row.last_success_at?.toISOString() ?? null,
  };
}

function authorisationOf(grant: GrantRow | null): ConnectionFacts['authorisation'] {
  if (grant?.state === 'valid')
    return {
      state: 'valid',
      since: grant.consented_at.toISOString(),
      until: grant.refresh_expires_at.toISOString(),
      by: grant.granted_by,
    };
  if (grant?.state === 'lost')
    return {
      state: 'lost',
      since: (grant.lost_at ?? grant.consented_at).toISOString(),
      reason: grant.lost_reason ?? 'refused',
    };
  return { state: 'none' };
}

/** A connection with its present grant: the valid one, else the newest lost one. */
export type Connected = { row: ConnectionRow; grant: GrantRow | null };

/** Connections by id, in one look; `connectionIds`: an array in SQL. Locked against a cut where `lock` says so, in the order of their ids. */
export async function readConnections(
  tx: Tx,
  mandantId: Id,
  connectionIds: RawBuilder<Id[]>,
  lock?: 'update' | 'share',
): Promise<Map<Id, Connected>> {
  let query = tx
    .selectFrom('connections')
    .selectAll()
    .where('mandant_id', '=', mandantId)
    .where(sql<boolean>`id = any (${connectionIds})`)
    .orderBy('id');
  if (lock === 'update') query = query.forNoKeyUpdate();
  if (lock === 'share') query = query.forShare();
  // Sent together, answered in order: the grants are read when the locks are there.
  const [rows, grants] = await Promise.all([query.execute(), readGrants(tx, mandantId, connectionIds)]);
  return new Map(rows.map((row) => [row.id, { row, grant: grants.get(row.id) ?? null }]));
}

export async function readConnection(
  tx: Tx,
  mandantId: Id,
  connectionId: Id,
  lock?: 'update' | 'share',
): Promise<Connected | null> {
  return (await readConnections(tx, mandantId, only(connectionId), lock)).get(connectionId) ?? null;
}

/** The valid grant, else the newest lost one. */
export async function readGrant(tx: Tx, mandantId: Id, connectionId: Id): Promise<GrantRow | null> {
  return (await readGrants(tx, mandantId, only(connectionId))).get(connectionId) ?? null;
}

function only(id: Id): RawBuilder<Id[]> {
  return sql`array[${id}::uuid]`;
}

async function readGrants(tx: Tx, mandantId: Id, connectionIds: RawBuilder<Id[]>): Promise<Map<Id, GrantRow>> {
  const grants = await tx
    .selectFrom('grants')
    .distinctOn('connection_id')
    .selectAll()
    .where('mandant_id', '=', mandantId)
    .where(sql<boolean>`connection_id = any (${connectionIds})`)
    .where('state', 'in', ['valid', 'lost'])
    .orderBy('connection_id')
    .orderBy(sql`state = 'valid'`, 'desc')
    .orderBy('consented_at', 'desc')
    .execute();
  return new Map(grants.map((grant) => [grant.connection_id, grant]));
}

export function viewOf(row: ConnectionRow, grant: GrantRow | null, now: Date): ConnectionView {
  return connectionView(connectionFacts(row, grant), now.toISOString());
}
