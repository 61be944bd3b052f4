import type {
  AssignmentFunction,
  ConnectorOrder,
  ConnectorOrderKind,
  DeliveryPhase,
  FirmRole,
  MemberRole,
  OrderEnd,
  Right,
  VoucherRemark,
  VoucherStatus,
} from '@bruecke/model';
import type { ColumnType, Generated } from 'kysely';

// Column by column what the migrations 0002 to 0009 create. timestamptz is a Date, date a string YYYY-MM-DD, bigint a number.
type Json<T> = ColumnType<T, string, string>;
type Defaulted<T> = ColumnType<T, T | undefined, T>;

/** Who did something, as stored beside it: ids only, names are looked up when shown. */
export type StoredActor =
  | { type: 'user'; id: string }
  | { type: 'apiKey'; id: string; userId: string }
  | { type: 'rule'; name: string }
  | { type: 'system' };

export type StoredCause = {
  code: string;
  status?: number | null;
  helpUrl?: string | null;
  requestId?: string | null;
  detail?: string | null;
};
export type StoredDocumentType = { name: string; category: string; debitCredit: string | null };
/** What DATEV says about a dataset, as last read. */
export type StoredDataset = {
  documentTypes?: StoredDocumentType[];
  allowedExtensions?: string[];
  belegeOnline?: boolean | null;
};
/** A dataset that a sign-in at DATEV reaches; `clientId` stays on the server. */
export type StoredReachableDataset = {
  clientId: string;
  companyName: string;
  consultantNumber: number;
  mandantNumber: number;
};
export type StoredFinding = {
  code: string;
  severity: 'ok' | 'warning' | 'blocking';
  helpUrl: string | null;
  detail: string | null;
};

export type UsersTable = {
  id: string;
  email: string;
  name: string;
  language: Defaulted<'de' | 'en'>;
  operator: Defaulted<boolean>;
  created_at: Date;
  disabled_at: Date | null;
};
export type CredentialsTable = {
  user_id: string;
  password_hash: string | null;
  totp_secret: Buffer | null;
  totp_confirmed_at: Date | null;
  totp_last_step: number | null;
};
export type SignInAttemptsTable = { key: string; failed: number; last_at: Date; locked_until: Date | null };
export type RecoveryCodesTable = { user_id: string; code_hash: string; used_at: Date | null };
export type PasskeysTable = {
  id: string;
  user_id: string;
  credential_id: string;
  public_key: Buffer;
  counter: number;
  transports: Defaulted<string[]>;
  name: string;
  created_at: Date;
  used_at: Date | null;
};
export type PasskeyChallengesTable = {
  id: string;
  user_id: string | null;
  purpose: 'signIn' | 'confirm' | 'register';
  challenge: string;
  expires_at: Date;
};
export type SessionsTable = {
  id: string;
  user_id: string;
  token_hash: string;
  csrf_token: string;
  state: 'secondFactor' | 'signedIn';
  created_at: Date;
  seen_at: Date;
  expires_at: Date;
  fresh_until: Date | null;
  user_agent: string | null;
  ip: string | null;
  ended_at: Date | null;
};
export type InvitationsTable = {
  id: string;
  kind: 'staff' | 'member' | 'setup' | 'passwordReset';
  token_hash: string;
  email: string | null;
  firm_id: string | null;
  mandant_id: string | null;
  role: 'admin' | 'user' | null;
  rights: Defaulted<string[]>;
  may_manage_connections: Defaulted<boolean>;
  invited_by: string | null;
  created_at: Date;
  expires_at: Date;
  accepted_at: Date | null;
  revoked_at: Date | null;
};
export type RateLimitsTable = { key: string; window_start: Date; count: number };
export type MailsTable = {
  id: string;
  recipient: string;
  kind: string;
  language: 'de' | 'en';
  link: string | null;
  state: Defaulted<'waiting' | 'sent' | 'failed'>;
  attempts: Defaulted<number>;
  last_error: string | null;
  created_at: Date;
  sent_at: Date | null;
};
export type ApiKeysTable = {
  id: string;
  user_id: string;
  mandant_id: string;
  rights: Right[];
  name: string;
  prefix: string;
  token_hash: string;
  created_at: Date;
  used_at: Date | null;
  expires_at: Date | null;
  revoked_at: Date | null;
};
export type InstanceSettingsTable = {
  key: string;
  value: Json<unknown>;
  secret: Buffer | null;
  changed_at: Date;
  changed_by: string | null;
};
export type TechnicalLogTable = {
  id: string;
  at: Date;
  method: string;
  url: string;
  request_headers: Json<Record<string, string>>;
  status: number | null;
  duration_ms: number;
  global_transaction_id: string | null;
  request_id: string | null;
  response_body: string | null;
  failure: string | null;
  operation: string | null;
};

export type FirmsTable = { id: string; name: string; consultant_number: number; created_at: Date };
export type FirmStaffTable = {
  firm_id: string;
  user_id: string;
  role: FirmRole;
  may_manage_connections: Defaulted<boolean>;
  since: Date;
};
export type MandantenTable = { mandant_id: string; name: string; restricted_to: string | null; created_at: Date };
export type EngagementsTable = {
  mandant_id: string;
  id: string;
  firm_id: string;
  mandant_number: number;
  since: Date;
  access_from: Date | null;
  ended_at: Date | null;
  ended_by: string | null;
  ended_side: 'firm' | 'mandant' | null;
};
export type EngagementInvitationsTable = {
  mandant_id: string;
  id: string;
  email: string;
  token_hash: string;
  access_from: string;
  invited_by: string;
  created_at: Date;
  expires_at: Date;
  firm_id: string | null;
  accepted_by: string | null;
  accepted_at: Date | null;
  mandant_number: number | null;
  check_code_hash: string | null;
  check_code_tries: Defaulted<number>;
  confirmed_at: Date | null;
  withdrawn_at: Date | null;
};
export type AssignmentsTable = {
  mandant_id: string;
  user_id: string;
  function: AssignmentFunction;
  firm_id: string;
  since: Date;
};
export type MandantMembersTable = {
  mandant_id: string;
  user_id: string;
  role: MemberRole;
  rights: Defaulted<Right[]>;
  since: Date;
};

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
};
export type GrantsTable = {
  mandant_id: string;
  id: string;
  connection_id: string;
  granted_by: string | null;
  person_name: string;
  medium: string | null;
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

export type BlobsTable = { mandant_id: string; sha256: string; size: number; created_at: Date };
export type VouchersTable = {
  mandant_id: string;
  id: string;
  received_at: Date;
  upload_id: string;
  sha256: string;
  size: number;
  media_type: string;
  original_name: string;
  document_type: string | null;
  note: string | null;
  status: Defaulted<VoucherStatus>;
  cause: ColumnType<StoredCause | null, string | null | undefined, string | null>;
  remarks: Defaulted<VoucherRemark[]>;
  number: string | null;
  voucher_date: string | null;
  gross_cents: number | null;
  currency: string | null;
  partner: string | null;
  handed_in_by: Json<StoredActor>;
  search: Generated<unknown>;
};
export type VouchersToInspectTable = {
  mandant_id: string;
  voucher_id: string;
  received_at: Date;
  claimed_at: Defaulted<Date | null>;
};
export type VoucherFieldChangesTable = {
  mandant_id: string;
  id: string;
  voucher_id: string;
  at: Date;
  actor: Json<StoredActor>;
  fields: Json<Record<string, unknown>>;
};
export type DeliveriesTable = {
  mandant_id: string;
  id: string;
  voucher_id: string;
  connection_id: string;
  engagement_id: string | null;
  channel: 'belegbilderservice';
  consultant_number: number;
  mandant_number: number;
  run: number;
  reason: string | null;
  guid: string;
  file_name_sent: string;
  document_type: string | null;
  phase: DeliveryPhase;
  maybe_there: Defaulted<boolean>;
  attempts: Defaulted<number>;
  postponed: Defaulted<number>;
  next_attempt_at: Date | null;
  sending_since: Date | null;
  sending_by: string | null;
  cause: ColumnType<StoredCause | null, string | null | undefined, string | null>;
  created_at: Date;
  created_by: Json<StoredActor>;
  arrived_at: Date | null;
  ended_at: Date | null;
};
export type DeliveryAttemptsTable = {
  mandant_id: string;
  delivery_id: string;
  number: number;
  begun_at: Date;
  ended_at: Date | null;
  outcome: string | null;
  status: number | null;
  code: string | null;
  request_id: string | null;
  global_transaction_id: string | null;
  answer: ColumnType<unknown, string | null | undefined, string | null>;
};
export type ReceiptsTable = {
  mandant_id: string;
  id: string;
  delivery_id: string;
  body: Json<unknown>;
  body_hash: string;
  history_entry_id: string;
  created_at: Date;
};

/** Tables of the modules, by name. */
export type ModuleTables = {
  users: UsersTable;
  credentials: CredentialsTable;
  recovery_codes: RecoveryCodesTable;
  passkeys: PasskeysTable;
  passkey_challenges: PasskeyChallengesTable;
  sessions: SessionsTable;
  invitations: InvitationsTable;
  sign_in_attempts: SignInAttemptsTable;
  rate_limits: RateLimitsTable;
  mails: MailsTable;
  api_keys: ApiKeysTable;
  instance_settings: InstanceSettingsTable;
  technical_log: TechnicalLogTable;
  firms: FirmsTable;
  firm_staff: FirmStaffTable;
  mandanten: MandantenTable;
  engagements: EngagementsTable;
  engagement_invitations: EngagementInvitationsTable;
  assignments: AssignmentsTable;
  mandant_members: MandantMembersTable;
  connections: ConnectionsTable;
  grants: GrantsTable;
  datev_sign_ins: DatevSignInsTable;
  connectors: ConnectorsTable;
  connector_files: ConnectorFilesTable;
  connector_clients: ConnectorClientsTable;
  connector_nonces: ConnectorNoncesTable;
  connector_orders: ConnectorOrdersTable;
  binding_requests: BindingRequestsTable;
  blobs: BlobsTable;
  vouchers: VouchersTable;
  vouchers_to_inspect: VouchersToInspectTable;
  voucher_field_changes: VoucherFieldChangesTable;
  deliveries: DeliveriesTable;
  delivery_attempts: DeliveryAttemptsTable;
  receipts: ReceiptsTable;
};
