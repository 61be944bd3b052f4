import type { ColumnType } from 'kysely';
import type { Defaulted } from './columns.ts';
import type { StoredDataset, StoredFinding, StoredReachableDataset } from './storedValues.ts';

// Connections to DATEV and the consents behind them (migration 0004).

export type ConnectionsTable = {
  mandant_id: string;
  id: string;
  channel: 'belegbilderservice' | 'datevconnect';
  engagement_id: string | null;
  consultant_number: number;
  mandant_number: number;
  client_id: string;
  company_name: string;
  dataset: ColumnType<StoredDataset, string | undefined, string>;
  dataset_read_at: Date | null;
  switched_on: Defaulted<boolean>;
  switched_at: Date;
  switched_by: string | null;
  setup: Defaulted<'unchecked' | 'ready' | 'findings'>;
  setup_blocking: Defaulted<boolean>;
  findings: ColumnType<StoredFinding[], string | undefined, string>;
  checked_at: Date | null;
  reachable: boolean | null;
  reachable_since: Date | null;
  unreachable_reason: string | null;
  last_success_at: Date | null;
  retry_at: Date | null;
  failures_in_row: Defaulted<number>;
  check_lease_until: Date | null;
  created_at: Date;
  created_by: string | null;
  severed_at: Date | null;
  connector_id: Defaulted<string | null>;
  numbers_confirmed_by: Defaulted<string[]>;
  former_consultant_number: Defaulted<number | null>;
  former_mandant_number: Defaulted<number | null>;
  weekly_check_at: Defaulted<Date | null>;
};
export type GrantsTable = {
  mandant_id: string;
  id: string;
  connection_id: string;
  granted_by: string | null;
  person_name: string;
  medium: string | null;
  /** A lost one that still has tokens is to be revoked at DATEV, like a revoking one. */
  state: 'valid' | 'lost' | 'revoking' | 'revoked';
  lost_reason: string | null;
  lost_at: Date | null;
  access_token: Buffer | null;
  access_expires_at: Date | null;
  refresh_token: Buffer | null;
  refresh_expires_at: Date;
  scopes: string[];
  consented_at: Date;
  lease_number: Defaulted<number>;
  lease_until: Date | null;
  refresh_tries: Defaulted<number>;
  access_refused: Defaulted<number>;
  revoke_tries: Defaulted<number>;
  revoked_at: Date | null;
};
export type DatevSignInsTable = {
  mandant_id: string;
  id: string;
  user_id: string;
  session_id: string;
  connection_id: string | null;
  step: 'session' | 'choosing' | 'consent' | 'done' | 'failed';
  mode: 'session' | 'longTerm';
  state_hash: string | null;
  secrets: Buffer | null;
  access_token: Buffer | null;
  access_expires_at: Date | null;
  refresh_token: Buffer | null;
  person_name: string | null;
  client_id: string | null;
  datasets: ColumnType<StoredReachableDataset[], string | undefined, string>;
  failure: ColumnType<{ code: string; helpUrl: string | null } | null, string | null, string | null>;
  created_at: Date;
  expires_at: Date;
  revoked_at: Date | null;
};

/** These tables, by name. */
export type ConnectionTables = {
  connections: ConnectionsTable;
  grants: GrantsTable;
  datev_sign_ins: DatevSignInsTable;
};
