import { type ConnectionFacts, type ConnectionView, connectionView, type Id } from '@bruecke/model';
import type { Selectable } from 'kysely';
import type { ConnectionsTable, GrantsTable } from '../../db/moduleTables.ts';
import type { Tx } from '../../db/withTenant.ts';

export type ConnectionRow = Selectable<ConnectionsTable>;
export type GrantRow = Selectable<GrantsTable>;
/** The columns that the state hangs on; a list over many Mandanten reads only these. */
export type ConnectionStateRow = Pick<
  ConnectionRow,
  | 'switched_on'
  | 'switched_at'
  | 'switched_by'
  | 'setup'
  | 'setup_blocking'
  | 'checked_at'
  | 'reachable'
  | 'reachable_since'
  | 'unreachable_reason'
  | 'last_success_at'
  | 'severed_at'
>;
export type GrantStateRow = Pick<
  GrantRow,
  'state' | 'consented_at' | 'refresh_expires_at' | 'granted_by' | 'lost_at' | 'lost_reason'
>;

/** A connection's five facts from its rows. `grant`: the newest one that is not revoked, if any. */
export function connectionFacts(row: ConnectionStateRow, grant: GrantStateRow | null): ConnectionFacts {
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

function authorisationOf(grant: GrantStateRow | null): ConnectionFacts['authorisation'] {
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

/** The connection with its present grant. Locked against a cut where `lock` says so. */
export async function readConnection(
  tx: Tx,
  mandantId: Id,
  connectionId: Id,
  lock?: 'update' | 'share',
): Promise<{ row: ConnectionRow; grant: GrantRow | null } | null> {
  let query = tx
    .selectFrom('connections')
    .selectAll()
    .where('mandant_id', '=', mandantId)
    .where('id', '=', connectionId);
  if (lock === 'update') query = query.forUpdate();
  if (lock === 'share') query = query.forShare();
  const row = await query.executeTakeFirst();
  return row ? { row, grant: await readGrant(tx, mandantId, connectionId) } : null;
}

/** The valid grant, else the newest lost one. */
export async function readGrant(tx: Tx, mandantId: Id, connectionId: Id): Promise<GrantRow | null> {
  const grants = await tx
    .selectFrom('grants')
    .selectAll()
    .where('mandant_id', '=', mandantId)
    .where('connection_id', '=', connectionId)
    .where('state', 'in', ['valid', 'lost'])
    .orderBy('consented_at', 'desc')
    .limit(2)
    .execute();
  return grants.find((grant) => grant.state === 'valid') ?? grants[0] ?? null;
}

export function viewOf(row: ConnectionRow, grant: GrantRow | null, now: Date): ConnectionView {
  return connectionView(connectionFacts(row, grant), now.toISOString());
}
