-- Connections to DATEV and the consents behind them.

create table connections (
  mandant_id uuid not null references mandanten,
  id uuid not null,
  channel text not null check (channel in ('belegbilderservice')),
  engagement_id uuid,
  -- The dataset (Bestand): the two numbers people know; the technical client id stays inside (requirement D-11).
  consultant_number int not null,
  mandant_number int not null,
  client_id text not null,
  company_name text not null,
  -- What DATEV says about it, as last read: document types, allowed extensions, fiscal years.
  dataset jsonb not null default '{}',
  dataset_read_at timestamptz,
  switched_on boolean not null default false,
  switched_at timestamptz not null,
  switched_by uuid references users,
  setup text not null default 'unchecked' check (setup in ('unchecked', 'ready', 'findings')),
  setup_blocking boolean not null default false,
  findings jsonb not null default '[]',
  checked_at timestamptz,
  reachable boolean,
  reachable_since timestamptz,
  unreachable_reason text,
  last_success_at timestamptz,
  -- An outage holds the whole queue: until this time nothing is sent, then one voucher tries for all.
  retry_at timestamptz,
  failures_in_row int not null default 0,
  -- One check serves all uploads of ten minutes; whoever holds this makes it.
  check_lease_until timestamptz,
  created_at timestamptz not null,
  created_by uuid references users,
  severed_at timestamptz,
  primary key (mandant_id, id),
  foreign key (mandant_id, engagement_id) references engagements (mandant_id, id)
);
-- One living connection per Mandant and channel: a voucher has one target.
create unique index connections_living on connections (mandant_id, channel) where severed_at is null;
create index connections_consultant on connections (consultant_number) where severed_at is null;

-- One person's consent at DATEV. Only one of a connection may be valid (requirement G-08).
create table grants (
  mandant_id uuid not null,
  id uuid not null,
  connection_id uuid not null,
  granted_by uuid references users,
  person_name text not null,
  medium text,
  state text not null check (state in ('valid', 'lost', 'revoking', 'revoked')),
  lost_reason text,
  lost_at timestamptz,
  access_token bytea,                -- encrypted, key id inside
  access_expires_at timestamptz,
  refresh_token bytea,
  refresh_expires_at timestamptz not null,
  scopes text[] not null,
  consented_at timestamptz not null,
  -- Lease of the one refresher: the number grows with each claim, and only the holder of the newest may write.
  lease_number bigint not null default 0,
  lease_until timestamptz,
  -- Set before the refresh call leaves: an end without an answer is tried exactly once more with the same token.
  refresh_tries int not null default 0,
  -- Refused in a row although fresh: twice means that a person must sign in again.
  access_refused int not null default 0,
  revoke_tries int not null default 0,
  revoked_at timestamptz,
  primary key (mandant_id, id),
  foreign key (mandant_id, connection_id) references connections (mandant_id, id)
);
create unique index grants_one_valid on grants (mandant_id, connection_id) where state = 'valid';
create index grants_revoking on grants (mandant_id) where state = 'revoking';

-- A sign-in at DATEV under way: first with a session token to choose, then the long-term consent for the chosen one.
create table datev_sign_ins (
  mandant_id uuid not null references mandanten,
  id uuid not null,
  user_id uuid not null references users,
  session_id uuid not null,
  connection_id uuid,
  step text not null check (step in ('session', 'choosing', 'consent', 'done', 'failed')),
  mode text not null check (mode in ('session', 'longTerm')),
  state_hash text unique,
  -- state, nonce and code verifier, encrypted; fresh for every request (requirement G-11).
  secrets bytea,
  access_token bytea,
  access_expires_at timestamptz,
  refresh_token bytea,
  person_name text,
  client_id text,
  -- What this sign-in reaches, read once: company name and both numbers.
  datasets jsonb not null default '[]',
  failure jsonb,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  primary key (mandant_id, id)
);
create index datev_sign_ins_open on datev_sign_ins (expires_at) where revoked_at is null;

do $$
declare t text;
begin
  foreach t in array array['connections','grants','datev_sign_ins'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy owner_all on %I to bruecke_owner using (true) with check (true)', t);
    execute format('create policy tenant on %I for select to bruecke_user using (mandant_id = any (array(select mandant_id from access)))', t);
    execute format('create policy manage on %I for insert to bruecke_user with check (mandant_id = any ((select may(''connections''))::uuid[]))', t);
    -- A cut severs connections too, and who may cut may not always manage.
    execute format('create policy change on %I for update to bruecke_user using (mandant_id = any ((select may(''connections''))::uuid[]) or mandant_id = any ((select may(''cut''))::uuid[]))', t);
    execute format('create policy job on %I to bruecke_job using (mandant_id = app_mandant()) with check (mandant_id = app_mandant())', t);
    execute format('grant select, insert, update on %I to bruecke_user, bruecke_job', t);
  end loop;
end $$;

-- The dispatcher finds work by id and state.
grant select (mandant_id, id, connection_id, state, access_expires_at) on grants to bruecke_dispatcher;
create policy dispatch on grants for select to bruecke_dispatcher using (true);
grant select (mandant_id, id, expires_at, revoked_at) on datev_sign_ins to bruecke_dispatcher;
create policy dispatch on datev_sign_ins for select to bruecke_dispatcher using (true);
grant select (mandant_id, id, switched_on, severed_at, last_success_at, checked_at) on connections to bruecke_dispatcher;
create policy dispatch on connections for select to bruecke_dispatcher using (true);
-- The return address finds its sign-in by the hash of `state` before it knows the Mandant.
create function find_datev_sign_in(p_state_hash text) returns table (mandant_id uuid, id uuid)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select mandant_id, id from datev_sign_ins where state_hash = p_state_hash and user_id = app_user()
$$;
revoke all on function find_datev_sign_in from public;
grant execute on function find_datev_sign_in to bruecke_user;
