import type { ConnectorOrder, ConnectorOrderKind, OrderEnd } from '@bruecke/model';
import type { ColumnType, GeneratedAlways } from 'kysely';
import type { Defaulted, Json } from './columns.ts';
import type { StoredFinding } from './storedValues.ts';

// Connectors and their orders (migration 0009).

/** Why a connector last complained, in its own code. */
export type StoredConnectorError = { code: string; detail: string | null };
export type ConnectorsTable = {
  firm_id: string;
  id: string;
  public_key: string;
  fingerprint: string;
  key_since: Date;
  key_change_asked_at: Date | null;
  key_change_asked_by: string | null;
  machine: string;
  os: string;
  version: string;
  paired_at: Date;
  confirmed_at: Date | null;
  confirmed_by: string | null;
  revoked_at: Date | null;
  revoked_by: string | null;
  removed_at: Date | null;
  last_seen_at: Date | null;
  seen_since: Date | null;
  silent_since: Date | null;
  last_error: ColumnType<StoredConnectorError | null, string | null, string | null>;
  last_error_at: Date | null;
  released: Defaulted<string[]>;
  clients_read_at: Date | null;
  findings: ColumnType<StoredFinding[], string | undefined, string>;
  probed_at: Date | null;
};
export type ConnectorFilesTable = {
  firm_id: string;
  id: string;
  code_hash: string;
  created_at: Date;
  created_by: string;
  expires_at: Date;
  used_at: Date | null;
  connector_id: string | null;
  withdrawn_at: Date | null;
};
export type ConnectorClientsTable = {
  firm_id: string;
  connector_id: string;
  guid: string;
  number: string;
  name: string;
  consultant_number: number | null;
  mandant_number: number | null;
  fiscal_year_id: string | null;
  read_at: Date;
};
export type ConnectorNoncesTable = { nonce_hash: string; used_at: Date };
export type ConnectorOrdersTable = {
  firm_id: string;
  id: string;
  connector_id: string;
  mandant_id: string | null;
  kind: ConnectorOrderKind;
  order: Json<ConnectorOrder>;
  key: string | null;
  state: Defaulted<'waiting' | 'handedOut' | 'ended' | 'cancelled'>;
  attempt: Defaulted<number>;
  parts: Defaulted<number>;
  rows: Defaulted<number>;
  /** In the order in which they were given. */
  no: GeneratedAlways<number>;
  issued_at: Date;
  handed_out_at: Date | null;
  moved_at: Date | null;
  ended_at: Date | null;
  outcome: ColumnType<OrderEnd | null, string | null, string | null>;
};
export type BindingRequestsTable = {
  mandant_id: string;
  id: string;
  engagement_id: string;
  connector_id: string;
  client_guid: string;
  company_name: string;
  consultant_number: number;
  mandant_number: number;
  own_consultant_number: number | null;
  own_mandant_number: number | null;
  asked_by: string;
  asked_at: Date;
  confirmed_by: string | null;
  confirmed_at: Date | null;
  withdrawn_at: Date | null;
};

/** These tables, by name. */
export type ConnectorTables = {
  connectors: ConnectorsTable;
  connector_files: ConnectorFilesTable;
  connector_clients: ConnectorClientsTable;
  connector_nonces: ConnectorNoncesTable;
  connector_orders: ConnectorOrdersTable;
  binding_requests: BindingRequestsTable;
};
