-- Instance tables: people, ways to sign in, sessions, invitations, mail, settings, the technical log.
-- They belong to the whole instance, so no tenant policy fits; each context role gets exactly what its work needs.

create table users (
  id uuid primary key,
  email text not null,
  name text not null,
  language text not null default 'de' check (language in ('de', 'en')),
  operator boolean not null default false,
  created_at timestamptz not null,
  disabled_at timestamptz
);
create unique index users_email on users (lower(email));

-- What proves who someone is; only the sign-in role ever sees it.
create table credentials (
  user_id uuid primary key references users,
  password_hash text,
  totp_secret bytea,                 -- encrypted with the master key
  totp_confirmed_at timestamptz,
  totp_last_step bigint              -- a code is good once
);
-- Wrong answers in a row, by a salted hash of what was tried (an address, a person's code) and not by person: an address without
-- an account is counted and locked exactly like one with an account, so that nobody can tell them apart.
create table sign_in_attempts (
  key text primary key,
  failed int not null,
  last_at timestamptz not null,
  locked_until timestamptz
);
create table recovery_codes (
  user_id uuid not null references users,
  code_hash text not null,
  used_at timestamptz,
  primary key (user_id, code_hash)
);
create table passkeys (
  id uuid primary key,
  user_id uuid not null references users,
  credential_id text not null unique,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null default '{}',
  name text not null,
  created_at timestamptz not null,
  used_at timestamptz
);
create index passkeys_user on passkeys (user_id);
-- Challenges of passkeys, short-lived, good once.
create table passkey_challenges (
  id uuid primary key,
  user_id uuid references users,
  purpose text not null check (purpose in ('signIn', 'confirm', 'register')),
  challenge text not null,
  expires_at timestamptz not null
);
create table sessions (
  id uuid primary key,
  user_id uuid not null references users,
  token_hash text not null unique,   -- SHA-256 of the opaque cookie value
  csrf_token text not null,
  state text not null check (state in ('secondFactor', 'signedIn')),
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null,
  fresh_until timestamptz,
  user_agent text,
  ip text,
  ended_at timestamptz
);
create index sessions_user on sessions (user_id) where ended_at is null;

create table invitations (
  id uuid primary key,
  kind text not null check (kind in ('staff', 'member', 'setup', 'passwordReset')),
  token_hash text not null unique,
  email text,
  firm_id uuid,
  mandant_id uuid,
  role text check (role in ('admin', 'user')),
  rights text[] not null default '{}',
  may_manage_connections boolean not null default false,
  invited_by uuid references users,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz
);
create index invitations_firm on invitations (firm_id) where firm_id is not null;
create index invitations_mandant on invitations (mandant_id) where mandant_id is not null;

-- Rate limits: one row per key and window; keys are salted hashes (address, network address).
create table rate_limits (
  key text not null,
  window_start timestamptz not null,
  count int not null,
  primary key (key, window_start)
);

-- A mail is a sentence and a link to sign in; the link stands apart so that the operator's role can be kept from it.
create table mails (
  id uuid primary key,
  recipient text not null,
  kind text not null,
  language text not null check (language in ('de', 'en')),
  link text,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
  attempts int not null default 0,
  last_error text,
  created_at timestamptz not null,
  sent_at timestamptz
);
create index mails_waiting on mails (created_at) where state = 'waiting';

create table api_keys (
  id uuid primary key,
  user_id uuid not null references users,
  mandant_id uuid not null,
  rights text[] not null,
  name text not null,
  prefix text not null,
  token_hash text not null unique,
  created_at timestamptz not null,
  used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_user on api_keys (user_id) where revoked_at is null;
create index api_keys_mandant on api_keys (mandant_id) where revoked_at is null;

create table instance_settings (
  key text primary key,
  value jsonb not null,
  secret bytea,                      -- encrypted with the master key
  changed_at timestamptz not null,
  changed_by uuid references users
);

-- Requirement G-30: every HTTP call to DATEV, 14 days, without tokens.
create table technical_log (
  id uuid primary key,
  at timestamptz not null,
  method text not null,
  url text not null,
  request_headers jsonb not null,
  status int,
  duration_ms int not null,
  global_transaction_id text,
  request_id text,
  response_body text,
  failure text,
  operation text
);
create index technical_log_at on technical_log (at desc, id desc);
create index technical_log_failed on technical_log (at desc, id desc) where status is null or status >= 400;

do $$
declare t text;
begin
  foreach t in array array['users','credentials','recovery_codes','passkeys','passkey_challenges','sessions','invitations','sign_in_attempts','rate_limits','mails','api_keys','instance_settings','technical_log'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy owner_all on %I to bruecke_owner using (true) with check (true)', t);
  end loop;
end $$;

-- Sign-in: everything about people and their ways in.
do $$
declare t text;
begin
  foreach t in array array['users','credentials','recovery_codes','passkeys','passkey_challenges','sessions','invitations','sign_in_attempts','rate_limits','mails','api_keys'] loop
    execute format('create policy sign_in on %I to bruecke_auth using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on %I to bruecke_auth', t);
  end loop;
end $$;

-- People see the names of those they work with: policy users_visible in 0003, where the links are.
grant select on users to bruecke_user;
-- A verb of a signed-in person may invite, write a mail and read open invitations of what it can see (policies in 0003).
grant insert on mails to bruecke_user, bruecke_job;
create policy write_mail on mails for insert to bruecke_user, bruecke_job with check (state = 'waiting');
grant select on instance_settings to bruecke_user, bruecke_job;
create policy read_settings on instance_settings for select to bruecke_user, bruecke_job using (key = 'datev');

-- The log of calls is written by whoever calls DATEV and read by the operator only.
grant insert on technical_log to bruecke_user, bruecke_job, bruecke_dispatcher;
create policy write_log on technical_log for insert to bruecke_user, bruecke_job, bruecke_dispatcher with check (true);
grant select on technical_log to bruecke_operator;
create policy read_log on technical_log for select to bruecke_operator using (true);
-- The daily sweep.
grant select, delete on technical_log to bruecke_dispatcher;
create policy sweep_log on technical_log to bruecke_dispatcher using (true);

grant select, insert, update on instance_settings to bruecke_operator;
create policy settings on instance_settings to bruecke_operator using (true) with check (true);
-- The operator sees that a mail exists and how it fares; kind, never link (column privilege).
grant select (id, recipient, kind, state, attempts, last_error, created_at, sent_at) on mails to bruecke_operator;
create policy watch_mails on mails for select to bruecke_operator using (true);
-- The sender.
grant select, update on mails to bruecke_dispatcher;
create policy send_mails on mails to bruecke_dispatcher using (true) with check (true);
grant select on users to bruecke_operator;
create policy operator_people on users for select to bruecke_operator using (true);
grant insert on invitations to bruecke_operator;
create policy operator_invites on invitations for insert to bruecke_operator with check (kind in ('staff', 'setup'));
grant insert on mails to bruecke_operator;
create policy operator_mail on mails for insert to bruecke_operator with check (state = 'waiting');

-- A person's own API keys, for Mandanten the person sees. The hash of the key is nobody's to read but the sign-in's.
grant insert on api_keys to bruecke_user;
grant select (id, user_id, mandant_id, rights, name, prefix, created_at, used_at, expires_at, revoked_at) on api_keys to bruecke_user;
grant update (revoked_at) on api_keys to bruecke_user;
create policy own_keys on api_keys for select to bruecke_user using (user_id = app_user());
create policy create_key on api_keys for insert to bruecke_user
  with check (user_id = app_user() and mandant_id = any (array(select mandant_id from access)));
create policy revoke_key on api_keys for update to bruecke_user using (user_id = app_user()) with check (user_id = app_user());
