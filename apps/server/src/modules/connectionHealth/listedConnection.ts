import { type ConnectionFacts, type ConnectionState, shownConnection } from '@bruecke/model';

/**
 * What voucher_connections (migration 0024) answers about the living connection that vouchers take: as far as the shown state hangs on it.
 * All of it is null without one.
 */
export type ListedConnectionRow = {
  paused: boolean | null;
  /** Of the valid consent; null without one. */
  expires_at: Date | null;
  lost: boolean | null;
  misconfigured: boolean | null;
  down: boolean | null;
  /** A real call for this Mandant succeeded. */
  worked: boolean | null;
};

/** The state of a connection as a list over many Mandanten shows it: since when is not told there, so any time does for that. */
export function listedConnection(row: ListedConnectionRow, now: Date): ConnectionState {
  const at = now.toISOString();
  return shownConnection(factsOf(row, at), at).state;
}

function factsOf(row: ListedConnectionRow, at: string): ConnectionFacts {
  return {
    switch: { on: !row.paused, since: at, by: null },
    authorisation: authorisationOf(row, at),
    setup: row.misconfigured ? { state: 'findings', since: at, blocking: true } : { state: 'unchecked' },
    reachability: row.down ? { state: 'down', since: at, reason: 'unavailable' } : { state: 'unknown' },
    engagement: { state: 'open' },
    lastSuccessAt: row.worked ? at : null,
  };
}

function authorisationOf({ expires_at, lost }: ListedConnectionRow, at: string): ConnectionFacts['authorisation'] {
  if (expires_at) return { state: 'valid', since: at, until: expires_at.toISOString(), by: null };
  return lost ? { state: 'lost', since: at, reason: 'refused' } : { state: 'none' };
}
