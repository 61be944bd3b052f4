-- The floor everything else stands on: who a transaction works for, the derived access tables, the outbox, workers, history.
-- Roles are made before this file runs (db/roles.ts), because making them needs other rights than owning tables.
--
-- Rules for every table, here and in later files (a test enumerates the catalogue):
--   row level security ENABLED and FORCED · a policy for bruecke_owner (triggers and SECURITY DEFINER functions run as it)
--   one policy per context role that may see rows · grants no wider than the policies · nothing for PUBLIC.

-- PostgreSQL gives EXECUTE on new functions to everybody unless told otherwise.
alter default privileges revoke execute on functions from public;

-- ------------------------------------------------------------------------------------------- whom a transaction works for

-- Set by withTenant for one transaction. A setting that was set once in a session is '' afterwards, not null.
create function app_user() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.user_id', true), '')::uuid $$;
create function app_mandant() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.mandant_id', true), '')::uuid $$;
create function app_connector() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.connector_id', true), '')::uuid $$;
-- An API key's mandant; null: no narrowing.
create function app_scope() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.scope_mandant_id', true), '')::uuid $$;
-- An API key's rights; null: no narrowing, '{}': none at all.
create function app_rights() returns text[] language sql stable parallel safe
  as $$ select nullif(current_setting('app.rights', true), '')::text[] $$;

-- ------------------------------------------------------------------------------------------------- who may see whose rows

-- Derived: written only by triggers that run as bruecke_owner (0002), read by everybody's policies.
-- via: 'firm' (through an open engagement) or 'mandant' (a user of the mandant itself); who is both has two rows.
create table access (
  user_id uuid not null,
  mandant_id uuid not null,
  via text not null check (via in ('firm', 'mandant')),
  rights text[] not null,
  primary key (user_id, mandant_id, via)
);
create index on access (mandant_id);

create table firm_access (
  user_id uuid not null,
  firm_id uuid not null,
  role text not null check (role in ('admin', 'user')),
  primary key (user_id, firm_id)
);
create index on firm_access (firm_id);

alter table access enable row level security;
alter table access force row level security;
alter table firm_access enable row level security;
alter table firm_access force row level security;
create policy owner on access to bruecke_owner using (true) with check (true);
create policy owner on firm_access to bruecke_owner using (true) with check (true);
-- The selects in parentheses are evaluated once per statement instead of once per row.
create policy own on access for select to bruecke_user
  using (user_id = (select app_user()) and ((select app_scope()) is null or mandant_id = (select app_scope())));
create policy own on firm_access for select to bruecke_user
  using (user_id = (select app_user()) and (select app_scope()) is null);
create policy of_mandant on access for select to bruecke_job using (mandant_id = (select app_mandant()));
grant select on access, firm_access to bruecke_user;
grant select on access to bruecke_job;

-- Whether the person (and the API key, if one is used) has this right for this mandant, at this moment.
create function app_has_right(mandant uuid, wanted text) returns boolean language sql stable
  as $$
    select exists (select from access where mandant_id = mandant and wanted = any (rights))
       and (app_rights() is null or wanted = any (app_rights()))
  $$;

-- A person's transaction may write history in that person's name, or for a rule or the system, never in someone else's.
create function app_may_act_as(actor jsonb) returns boolean language sql stable parallel safe
  as $$
    select case actor ->> 'type'
      when 'user' then (actor ->> 'id') = app_user()::text
      when 'apiKey' then (actor ->> 'userId') = app_user()::text
      else actor ->> 'type' in ('rule', 'system')
    end
  $$;

grant execute on function app_user(), app_mandant(), app_connector(), app_scope(), app_rights(),
  app_has_right(uuid, text), app_may_act_as(jsonb)
  to bruecke_user, bruecke_job, bruecke_connector, bruecke_dispatcher, bruecke_sealer, bruecke_auth, bruecke_operator;

-- ------------------------------------------------------------------------------------------------------------------- jobs

-- Enqueues inside the caller's transaction: the job exists exactly if the business change does. SECURITY DEFINER, so that
-- context roles need no rights on the queue's schema. Payloads hold ids only. `key`: one waiting job per key; key_mode as
-- graphile-worker names it ('replace', 'preserve_run_at', 'unsafe_dedupe').
create function enqueue_job(
  task text, payload jsonb default '{}', run_at timestamptz default null, key text default null,
  max_attempts int default null, queue text default null, key_mode text default 'replace'
) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  job_id bigint;
begin
  select job.id into job_id from graphile_worker.add_job(
    identifier => enqueue_job.task, payload => enqueue_job.payload::json, queue_name => enqueue_job.queue,
    run_at => enqueue_job.run_at, max_attempts => enqueue_job.max_attempts, job_key => enqueue_job.key,
    job_key_mode => enqueue_job.key_mode) as job;
  return job_id;
end $$;

-- Takes back the waiting job with this key, if there is one; one that is running is not stopped.
create function cancel_job(key text) returns void language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
begin
  perform graphile_worker.remove_job(cancel_job.key);
end $$;

grant execute on function enqueue_job(text, jsonb, timestamptz, text, int, text, text), cancel_job(text)
  to bruecke_user, bruecke_job, bruecke_connector, bruecke_dispatcher, bruecke_auth, bruecke_operator;

-- One row per running worker process. Jobs of a killed worker stay locked for four hours unless someone notices: a worker
-- whose row is silent for 15 s is taken for dead and its jobs are freed. Times are the database's: machines differ.
create table workers (
  id text primary key,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now()
);
alter table workers enable row level security;
alter table workers force row level security;
create policy owner on workers to bruecke_owner using (true) with check (true);
create policy watch on workers to bruecke_dispatcher using (true) with check (true);
create policy read on workers for select to bruecke_operator using (true);
grant select, insert, update, delete on workers to bruecke_dispatcher;
grant select on workers to bruecke_operator;

-- Frees the jobs of workers that have been silent for longer than `silence`, and of workers that never announced themselves
-- but hold jobs for as long. Returns the ids of those workers. Freed jobs run again: handlers must bear that.
create function free_jobs_of_dead_workers(silence interval) returns text[] language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
declare
  dead text[];
begin
  delete from public.workers where seen_at < now() - silence;
  select coalesce(array_agg(distinct held.locked_by), '{}') into dead
    from (select locked_by, locked_at from graphile_worker._private_jobs
          union all select locked_by, locked_at from graphile_worker._private_job_queues) as held
   where held.locked_at < now() - silence
     and not exists (select from public.workers w where w.id = held.locked_by);
  if cardinality(dead) > 0 then
    -- New numbers: a worker that was only believed dead and comes back ends its job by number, and must not remove the one
    -- that others are working on, or that was enqueued anew, by then.
    update graphile_worker._private_jobs set id = default where locked_by = any (dead);
    perform graphile_worker.force_unlock_workers(dead);
  end if;
  return dead;
end $$;
grant execute on function free_jobs_of_dead_workers(interval) to bruecke_dispatcher;

-- Jobs given up after their last repetition: what the operator must know of. Payloads hold ids only, errors name and code.
create table failed_jobs (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  task text not null,
  payload jsonb not null,
  attempts int not null,
  kind text not null,
  error text not null
);
alter table failed_jobs enable row level security;
alter table failed_jobs force row level security;
create policy owner on failed_jobs to bruecke_owner using (true) with check (true);
create policy give_up on failed_jobs for insert to bruecke_dispatcher with check (true);
create policy read on failed_jobs to bruecke_operator using (true);
grant insert on failed_jobs to bruecke_dispatcher;
grant select, delete on failed_jobs to bruecke_operator;

-- ---------------------------------------------------------------------------------------------------------------- history
-- Three classes of chains with the same four tables each:
--   *_history         what happened: ids and salted commitments only. Inserted, never changed, by no role.
--   *_history_people  the personal values committed to (names, addresses, IPs), with their salts. May be erased.
--   *_history_seals   the chain: number, predecessor's hash, own hash (packages/proof: chainHash).
--   *_history_heads   the newest seal of a batch, signed.
-- What concerns two sides is written to both; therefore a role may insert into chains it cannot read.

-- Entries that no seal covers yet; filled by trigger in the writing transaction, emptied by the sealer.
create table unsealed (
  id bigint generated always as identity primary key,
  class text not null check (class in ('mandant', 'firm', 'instance')),
  scope_id uuid,
  entry_id uuid not null,
  check ((class = 'instance') = (scope_id is null))
);
alter table unsealed enable row level security;
alter table unsealed force row level security;
create policy owner on unsealed to bruecke_owner using (true) with check (true);
create policy seal on unsealed to bruecke_sealer using (true);
grant select, delete on unsealed to bruecke_sealer;

-- No role has the privilege to change entries; this stops the owner's own functions as well.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% of % is refused: history is only ever added to', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$;

-- ---------------------------------------------------------------------------------------------- history: one chain per mandant

create table mandant_history (
  mandant_id uuid not null,
  id uuid not null,
  at timestamptz not null,
  kind text not null check (kind ~ '^[a-z][A-Za-z0-9]*([.][a-z][A-Za-z0-9]*)+$'),
  actor jsonb not null check (jsonb_typeof(actor) = 'object' and actor ? 'type'),
  subject jsonb not null check (jsonb_typeof(subject) = 'object'),
  data jsonb not null check (jsonb_typeof(data) = 'object'),
  commitments jsonb not null check (jsonb_typeof(commitments) = 'object'),
  primary key (mandant_id, id),
  -- JavaScript counts milliseconds: finer times would be hashed as something other than what is stored.
  check (at = date_trunc('milliseconds', at))
);
create index on mandant_history (mandant_id, at desc, id);

create table mandant_history_people (
  mandant_id uuid not null,
  entry_id uuid not null,
  label text not null,
  user_id uuid,
  value text not null,
  salt text not null check (salt ~ '^[0-9a-f]{32,}$'),
  primary key (mandant_id, entry_id, label),
  foreign key (mandant_id, entry_id) references mandant_history (mandant_id, id)
);
create index on mandant_history_people (user_id) where user_id is not null;

create table mandant_history_seals (
  mandant_id uuid not null,
  seq bigint not null check (seq >= 1),
  entry_id uuid not null,
  previous text check (previous ~ '^[0-9a-f]{64}$'),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  primary key (mandant_id, seq),
  unique (mandant_id, entry_id),
  foreign key (mandant_id, entry_id) references mandant_history (mandant_id, id),
  check ((seq = 1) = (previous is null))
);

create table mandant_history_heads (
  mandant_id uuid not null,
  seq bigint not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  at timestamptz not null,
  key_id text not null,
  signature text not null,
  primary key (mandant_id, seq),
  foreign key (mandant_id, seq) references mandant_history_seals (mandant_id, seq)
);

create function mandant_history_to_unsealed() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into unsealed (class, scope_id, entry_id) select 'mandant', mandant_id, id from added;
  return null;
end $$;
create trigger to_unsealed after insert on mandant_history
  referencing new table as added for each statement execute function mandant_history_to_unsealed();

alter table mandant_history enable row level security;
alter table mandant_history force row level security;
create policy owner on mandant_history to bruecke_owner using (true) with check (true);
alter table mandant_history_people enable row level security;
alter table mandant_history_people force row level security;
create policy owner on mandant_history_people to bruecke_owner using (true) with check (true);
alter table mandant_history_seals enable row level security;
alter table mandant_history_seals force row level security;
create policy owner on mandant_history_seals to bruecke_owner using (true) with check (true);
alter table mandant_history_heads enable row level security;
alter table mandant_history_heads force row level security;
create policy owner on mandant_history_heads to bruecke_owner using (true) with check (true);
create trigger append_only before update or delete or truncate on mandant_history
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on mandant_history_seals
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on mandant_history_heads
  for each statement execute function refuse_change();

create policy write_as_oneself on mandant_history for insert to bruecke_user with check (app_may_act_as(actor));
create policy write on mandant_history for insert to bruecke_job, bruecke_connector, bruecke_auth, bruecke_operator with check (true);
create policy seal on mandant_history for select to bruecke_sealer using (true);
create policy write on mandant_history_people for insert to bruecke_user, bruecke_job, bruecke_connector, bruecke_auth, bruecke_operator with check (true);
create policy forget on mandant_history_people for delete to bruecke_auth, bruecke_operator using (true);
create policy find on mandant_history_people for select to bruecke_auth, bruecke_operator using (true);
create policy seal on mandant_history_seals to bruecke_sealer using (true) with check (true);
create policy seal on mandant_history_heads to bruecke_sealer using (true) with check (true);
create policy read on mandant_history for select to bruecke_user using (mandant_id = any (array(select mandant_id from access)));
create policy read_own on mandant_history for select to bruecke_job using (mandant_id = app_mandant());
create policy read on mandant_history_people for select to bruecke_user using (mandant_id = any (array(select mandant_id from access)));
create policy read on mandant_history_seals for select to bruecke_user using (mandant_id = any (array(select mandant_id from access)));
create policy read_own on mandant_history_seals for select to bruecke_job using (mandant_id = app_mandant());
create policy read on mandant_history_heads for select to bruecke_user using (mandant_id = any (array(select mandant_id from access)));
create policy read_own on mandant_history_heads for select to bruecke_job using (mandant_id = app_mandant());
grant insert on mandant_history, mandant_history_people to bruecke_user, bruecke_job, bruecke_connector, bruecke_auth, bruecke_operator;
grant select on mandant_history to bruecke_sealer;
grant select, insert on mandant_history_seals, mandant_history_heads to bruecke_sealer;
grant select on mandant_history, mandant_history_people, mandant_history_seals, mandant_history_heads to bruecke_user;
grant select on mandant_history, mandant_history_seals, mandant_history_heads to bruecke_job;
grant delete, select (user_id) on mandant_history_people to bruecke_auth, bruecke_operator;

-- ---------------------------------------------------------------------------------------------- history: one chain per firm

create table firm_history (
  firm_id uuid not null,
  id uuid not null,
  at timestamptz not null,
  kind text not null check (kind ~ '^[a-z][A-Za-z0-9]*([.][a-z][A-Za-z0-9]*)+$'),
  actor jsonb not null check (jsonb_typeof(actor) = 'object' and actor ? 'type'),
  subject jsonb not null check (jsonb_typeof(subject) = 'object'),
  data jsonb not null check (jsonb_typeof(data) = 'object'),
  commitments jsonb not null check (jsonb_typeof(commitments) = 'object'),
  primary key (firm_id, id),
  -- JavaScript counts milliseconds: finer times would be hashed as something other than what is stored.
  check (at = date_trunc('milliseconds', at))
);
create index on firm_history (firm_id, at desc, id);

create table firm_history_people (
  firm_id uuid not null,
  entry_id uuid not null,
  label text not null,
  user_id uuid,
  value text not null,
  salt text not null check (salt ~ '^[0-9a-f]{32,}$'),
  primary key (firm_id, entry_id, label),
  foreign key (firm_id, entry_id) references firm_history (firm_id, id)
);
create index on firm_history_people (user_id) where user_id is not null;

create table firm_history_seals (
  firm_id uuid not null,
  seq bigint not null check (seq >= 1),
  entry_id uuid not null,
  previous text check (previous ~ '^[0-9a-f]{64}$'),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  primary key (firm_id, seq),
  unique (firm_id, entry_id),
  foreign key (firm_id, entry_id) references firm_history (firm_id, id),
  check ((seq = 1) = (previous is null))
);

create table firm_history_heads (
  firm_id uuid not null,
  seq bigint not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  at timestamptz not null,
  key_id text not null,
  signature text not null,
  primary key (firm_id, seq),
  foreign key (firm_id, seq) references firm_history_seals (firm_id, seq)
);

create function firm_history_to_unsealed() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into unsealed (class, scope_id, entry_id) select 'firm', firm_id, id from added;
  return null;
end $$;
create trigger to_unsealed after insert on firm_history
  referencing new table as added for each statement execute function firm_history_to_unsealed();

alter table firm_history enable row level security;
alter table firm_history force row level security;
create policy owner on firm_history to bruecke_owner using (true) with check (true);
alter table firm_history_people enable row level security;
alter table firm_history_people force row level security;
create policy owner on firm_history_people to bruecke_owner using (true) with check (true);
alter table firm_history_seals enable row level security;
alter table firm_history_seals force row level security;
create policy owner on firm_history_seals to bruecke_owner using (true) with check (true);
alter table firm_history_heads enable row level security;
alter table firm_history_heads force row level security;
create policy owner on firm_history_heads to bruecke_owner using (true) with check (true);
create trigger append_only before update or delete or truncate on firm_history
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on firm_history_seals
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on firm_history_heads
  for each statement execute function refuse_change();

create policy write_as_oneself on firm_history for insert to bruecke_user with check (app_may_act_as(actor));
create policy write on firm_history for insert to bruecke_job, bruecke_connector, bruecke_auth, bruecke_operator with check (true);
create policy seal on firm_history for select to bruecke_sealer using (true);
create policy write on firm_history_people for insert to bruecke_user, bruecke_job, bruecke_connector, bruecke_auth, bruecke_operator with check (true);
create policy forget on firm_history_people for delete to bruecke_auth, bruecke_operator using (true);
create policy find on firm_history_people for select to bruecke_auth, bruecke_operator using (true);
create policy seal on firm_history_seals to bruecke_sealer using (true) with check (true);
create policy seal on firm_history_heads to bruecke_sealer using (true) with check (true);
create policy read on firm_history for select to bruecke_user using (firm_id = any (array(select firm_id from firm_access where role = 'admin')));
create policy read on firm_history_people for select to bruecke_user using (firm_id = any (array(select firm_id from firm_access where role = 'admin')));
create policy read on firm_history_seals for select to bruecke_user using (firm_id = any (array(select firm_id from firm_access where role = 'admin')));
create policy read on firm_history_heads for select to bruecke_user using (firm_id = any (array(select firm_id from firm_access where role = 'admin')));
grant insert on firm_history, firm_history_people to bruecke_user, bruecke_job, bruecke_connector, bruecke_auth, bruecke_operator;
grant select on firm_history to bruecke_sealer;
grant select, insert on firm_history_seals, firm_history_heads to bruecke_sealer;
grant select on firm_history, firm_history_people, firm_history_seals, firm_history_heads to bruecke_user;
grant delete, select (user_id) on firm_history_people to bruecke_auth, bruecke_operator;

-- ---------------------------------------------------------------------------------------------- history: the instance's own

create table instance_history (
  id uuid not null,
  at timestamptz not null,
  kind text not null check (kind ~ '^[a-z][A-Za-z0-9]*([.][a-z][A-Za-z0-9]*)+$'),
  actor jsonb not null check (jsonb_typeof(actor) = 'object' and actor ? 'type'),
  subject jsonb not null check (jsonb_typeof(subject) = 'object'),
  data jsonb not null check (jsonb_typeof(data) = 'object'),
  commitments jsonb not null check (jsonb_typeof(commitments) = 'object'),
  primary key (id),
  -- JavaScript counts milliseconds: finer times would be hashed as something other than what is stored.
  check (at = date_trunc('milliseconds', at))
);
create index on instance_history (at desc, id);

create table instance_history_people (
  entry_id uuid not null,
  label text not null,
  user_id uuid,
  value text not null,
  salt text not null check (salt ~ '^[0-9a-f]{32,}$'),
  primary key (entry_id, label),
  foreign key (entry_id) references instance_history (id)
);
create index on instance_history_people (user_id) where user_id is not null;

create table instance_history_seals (
  seq bigint not null check (seq >= 1),
  entry_id uuid not null,
  previous text check (previous ~ '^[0-9a-f]{64}$'),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  primary key (seq),
  unique (entry_id),
  foreign key (entry_id) references instance_history (id),
  check ((seq = 1) = (previous is null))
);

create table instance_history_heads (
  seq bigint not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  at timestamptz not null,
  key_id text not null,
  signature text not null,
  primary key (seq),
  foreign key (seq) references instance_history_seals (seq)
);

create function instance_history_to_unsealed() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into unsealed (class, scope_id, entry_id) select 'instance', null, id from added;
  return null;
end $$;
create trigger to_unsealed after insert on instance_history
  referencing new table as added for each statement execute function instance_history_to_unsealed();

alter table instance_history enable row level security;
alter table instance_history force row level security;
create policy owner on instance_history to bruecke_owner using (true) with check (true);
alter table instance_history_people enable row level security;
alter table instance_history_people force row level security;
create policy owner on instance_history_people to bruecke_owner using (true) with check (true);
alter table instance_history_seals enable row level security;
alter table instance_history_seals force row level security;
create policy owner on instance_history_seals to bruecke_owner using (true) with check (true);
alter table instance_history_heads enable row level security;
alter table instance_history_heads force row level security;
create policy owner on instance_history_heads to bruecke_owner using (true) with check (true);
create trigger append_only before update or delete or truncate on instance_history
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on instance_history_seals
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on instance_history_heads
  for each statement execute function refuse_change();

create policy write_as_oneself on instance_history for insert to bruecke_user with check (app_may_act_as(actor));
create policy write on instance_history for insert to bruecke_job, bruecke_connector, bruecke_auth, bruecke_operator with check (true);
create policy seal on instance_history for select to bruecke_sealer using (true);
create policy write on instance_history_people for insert to bruecke_user, bruecke_job, bruecke_connector, bruecke_auth, bruecke_operator with check (true);
create policy forget on instance_history_people for delete to bruecke_auth, bruecke_operator using (true);
create policy find on instance_history_people for select to bruecke_auth using (true);
create policy seal on instance_history_seals to bruecke_sealer using (true) with check (true);
create policy seal on instance_history_heads to bruecke_sealer using (true) with check (true);
create policy read on instance_history for select to bruecke_operator using (true);
create policy read on instance_history_people for select to bruecke_operator using (true);
create policy read on instance_history_seals for select to bruecke_operator using (true);
create policy read on instance_history_heads for select to bruecke_operator using (true);
grant insert on instance_history, instance_history_people to bruecke_user, bruecke_job, bruecke_connector, bruecke_auth, bruecke_operator;
grant select on instance_history to bruecke_sealer;
grant select, insert on instance_history_seals, instance_history_heads to bruecke_sealer;
grant select on instance_history, instance_history_people, instance_history_seals, instance_history_heads to bruecke_operator;
grant delete, select (user_id) on instance_history_people to bruecke_auth, bruecke_operator;
