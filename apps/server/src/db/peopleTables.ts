import type { Right } from '@bruecke/model';
import type { Defaulted, Json } from './columns.ts';

// People, the ways they sign in, and the instance (migrations 0002 and 0006).

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

/** These tables, by name. */
export type PeopleTables = {
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
};
