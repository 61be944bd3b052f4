-- Vouchers, their bytes, their deliveries and the receipts.

create table blobs (
  mandant_id uuid not null references mandanten,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  size bigint not null,
  created_at timestamptz not null,
  primary key (mandant_id, sha256)
);

create table vouchers (
  mandant_id uuid not null references mandanten,
  id uuid not null,
  received_at timestamptz not null,
  -- The client's own number of the upload: a repeat after a lost acknowledgement finds the first one.
  upload_id uuid not null,
  sha256 text not null,
  size bigint not null,
  media_type text not null,
  original_name text not null,
  document_type text,
  note text,
  status text not null default 'received' check (status in ('received', 'waiting', 'delivered', 'question', 'error')),
  cause jsonb,
  remarks text[] not null default '{}',
  number text,
  voucher_date date,
  gross_cents bigint,
  currency text,
  partner text,
  handed_in_by jsonb not null,
  -- Words only: left to itself, PostgreSQL reads "RE-2026-7" as the numbers -2026 and -7 and "a.pdf" as the name of a host.
  search tsvector generated always as (
    to_tsvector('simple', translate(
      original_name || ' ' || coalesce(number, '') || ' ' || coalesce(partner, '') || ' ' || coalesce(note, ''),
      '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', '                                '))
  ) stored,
  primary key (mandant_id, id),
  foreign key (mandant_id, sha256) references blobs (mandant_id, sha256)
);
create unique index vouchers_upload on vouchers (mandant_id, upload_id);
-- With the columns that are counted: 100,000 vouchers are counted from the index alone.
create index vouchers_newest on vouchers (mandant_id, received_at desc, id desc) include (status, document_type);
create index vouchers_status on vouchers (mandant_id, status, received_at desc, id desc);
create index vouchers_type on vouchers (mandant_id, document_type, received_at desc, id desc);
create index vouchers_bytes on vouchers (mandant_id, sha256);
-- The Mandant inside the index: a word that all Mandanten use is found without reading theirs.
create extension if not exists btree_gin;
create index vouchers_search on vouchers using gin (mandant_id, search);

-- PDFs and XML files that nobody has looked into yet; emptied by the inspector. Not a job per voucher: a job's NOTIFY would make
-- the commits of hand-in wait for each other.
create table vouchers_to_inspect (
  mandant_id uuid not null,
  voucher_id uuid not null,
  received_at timestamptz not null,
  claimed_at timestamptz,
  primary key (mandant_id, voucher_id),
  foreign key (mandant_id, voucher_id) references vouchers (mandant_id, id)
);
create index vouchers_to_inspect_oldest on vouchers_to_inspect (received_at);

-- Every change of fields, kept with author and time; the newest stands in `vouchers` too.
create table voucher_field_changes (
  mandant_id uuid not null,
  id uuid not null,
  voucher_id uuid not null,
  at timestamptz not null,
  actor jsonb not null,
  fields jsonb not null,
  primary key (mandant_id, id),
  foreign key (mandant_id, voucher_id) references vouchers (mandant_id, id)
);
create index voucher_field_changes_voucher on voucher_field_changes (mandant_id, voucher_id, at);

create table deliveries (
  mandant_id uuid not null,
  id uuid not null,
  voucher_id uuid not null,
  connection_id uuid not null,
  engagement_id uuid,
  channel text not null,
  consultant_number int not null,
  mandant_number int not null,
  run int not null,
  -- Why there is a second run; a first run needs no reason.
  reason text,
  guid text not null,                -- upper case with hyphens, chosen before the first byte
  file_name_sent text not null,
  document_type text,
  phase text not null check (phase in ('waiting', 'sending', 'question', 'failed', 'arrived', 'settled', 'cancelled', 'unresolved')),
  maybe_there boolean not null default false,
  attempts int not null default 0,
  postponed int not null default 0,  -- in a row, for the growing pauses
  next_attempt_at timestamptz,
  sending_since timestamptz,
  sending_by text,                   -- the worker process that has it (workers.id)
  cause jsonb,
  created_at timestamptz not null,
  created_by jsonb not null,
  arrived_at timestamptz,
  ended_at timestamptz,
  primary key (mandant_id, id),
  foreign key (mandant_id, voucher_id) references vouchers (mandant_id, id),
  foreign key (mandant_id, connection_id) references connections (mandant_id, id)
);
create unique index deliveries_guid on deliveries (mandant_id, guid);
create unique index deliveries_run on deliveries (mandant_id, voucher_id, run);
-- At most one unfinished run per voucher over all targets.
create unique index deliveries_unfinished on deliveries (mandant_id, voucher_id) where phase in ('waiting', 'sending', 'question', 'failed');
create index deliveries_of_connection on deliveries (mandant_id, connection_id, phase) where phase in ('waiting', 'sending', 'question', 'failed');
create index deliveries_sending on deliveries (sending_since) where phase = 'sending';

create table delivery_attempts (
  mandant_id uuid not null,
  delivery_id uuid not null,
  number int not null,
  begun_at timestamptz not null,
  ended_at timestamptz,
  outcome text,
  status int,
  code text,
  request_id text,
  global_transaction_id text,
  answer jsonb,                      -- DATEV's raw answer, bounded, without tokens
  primary key (mandant_id, delivery_id, number),
  foreign key (mandant_id, delivery_id) references deliveries (mandant_id, id)
);

create table receipts (
  mandant_id uuid not null,
  id uuid not null,
  delivery_id uuid not null,
  body jsonb not null,
  body_hash text not null,
  history_entry_id uuid not null,
  created_at timestamptz not null,
  primary key (mandant_id, id),
  foreign key (mandant_id, delivery_id) references deliveries (mandant_id, id)
);
create unique index receipts_delivery on receipts (mandant_id, delivery_id);

-- A firm invited by the Mandant sees vouchers from the day the Mandant chose; everyone else of `access` sees all. Two lists of
-- the same order, each evaluated once per statement; null: nobody has such a day, which is what it costs nothing to check.
-- Measured: the same as a look-up in `access` per row costs 3.3 s for counting 100,000 vouchers.
create function voucher_start_mandanten() returns uuid[] language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select case when exists (select from access where voucher_from is not null)
    then array(select distinct mandant_id from access order by 1) end
$$;
create function voucher_starts() returns timestamptz[] language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select array(select min(coalesce(voucher_from, '-infinity')) from access group by mandant_id order by mandant_id)
$$;
grant execute on function voucher_start_mandanten, voucher_starts to bruecke_user;

do $$
declare t text;
begin
  foreach t in array array['blobs','vouchers','vouchers_to_inspect','voucher_field_changes','deliveries','delivery_attempts','receipts'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy owner_all on %I to bruecke_owner using (true) with check (true)', t);
    execute format('create policy job on %I to bruecke_job using (mandant_id = app_mandant()) with check (mandant_id = app_mandant())', t);
  end loop;
end $$;

create policy tenant on vouchers for select to bruecke_user using (mandant_id = any (array(select mandant_id from access)));
create policy from_start on vouchers as restrictive for select to bruecke_user using (
  (select voucher_start_mandanten()) is null
  or received_at >= (select voucher_starts())[width_bucket(mandant_id, (select voucher_start_mandanten()))]
);
create policy hand_in on vouchers for insert to bruecke_user with check (mandant_id = any ((select may('handIn'))::uuid[]));
create policy change on vouchers for update to bruecke_user using (
  mandant_id = any ((select may('edit'))::uuid[]) or mandant_id = any ((select may('handIn'))::uuid[]) or mandant_id = any ((select may('cut'))::uuid[])
);
create policy tenant on blobs to bruecke_user using (mandant_id = any (array(select mandant_id from access)))
  with check (mandant_id = any ((select may('handIn'))::uuid[]));
do $$
declare t text;
begin
  foreach t in array array['voucher_field_changes','deliveries','delivery_attempts','receipts'] loop
    execute format('create policy tenant on %I for select to bruecke_user using (mandant_id = any (array(select mandant_id from access)))', t);
  end loop;
  foreach t in array array['voucher_field_changes','deliveries'] loop
    execute format('create policy from_start on %1$I as restrictive for select to bruecke_user using ((select voucher_start_mandanten()) is null
      or exists (select from vouchers v where v.mandant_id = %1$I.mandant_id and v.id = %1$I.voucher_id))', t);
  end loop;
  foreach t in array array['delivery_attempts','receipts'] loop
    execute format('create policy from_start on %1$I as restrictive for select to bruecke_user using ((select voucher_start_mandanten()) is null
      or exists (select from deliveries d where d.mandant_id = %1$I.mandant_id and d.id = %1$I.delivery_id))', t);
  end loop;
end $$;
grant insert on vouchers_to_inspect to bruecke_user;
create policy hand_in on vouchers_to_inspect for insert to bruecke_user with check (mandant_id = any ((select may('handIn'))::uuid[]));
grant select, delete on vouchers_to_inspect to bruecke_job;
grant select, update on vouchers_to_inspect to bruecke_dispatcher;
create policy claim on vouchers_to_inspect to bruecke_dispatcher using (true);

create policy note_change on voucher_field_changes for insert to bruecke_user with check (mandant_id = any ((select may('read'))::uuid[]));
create policy queue on deliveries for insert to bruecke_user with check (mandant_id = any ((select may('handIn'))::uuid[]) or mandant_id = any ((select may('edit'))::uuid[]));
create policy change on deliveries for update to bruecke_user using (mandant_id = any ((select may('edit'))::uuid[]) or mandant_id = any ((select may('cut'))::uuid[]));

grant select, insert, update on vouchers, deliveries, delivery_attempts to bruecke_job;
grant select, insert on blobs, voucher_field_changes, receipts to bruecke_user, bruecke_job;
revoke insert on receipts from bruecke_user;
grant select, insert, update on vouchers, deliveries to bruecke_user;
grant select on delivery_attempts to bruecke_user;

grant select (mandant_id, id, phase, sending_since, sending_by, next_attempt_at, connection_id) on deliveries to bruecke_dispatcher;
create policy dispatch on deliveries for select to bruecke_dispatcher using (true);
grant select (mandant_id) on vouchers to bruecke_operator;
create policy operator_counts on vouchers for select to bruecke_operator using (true);

-- Finding words needs the index above, and row level security forbids its use: `@@` is not leakproof, so it would be asked only
-- about rows already found visible, all 100,000 of them (140 ms). So this runs as the owner and checks by itself who asks. Only
-- ids come out, and what is then read by them goes through the policies. Null: more than p_limit; such words are quicker found
-- by walking the list.
create function find_vouchers(p_mandant uuid, p_query tsquery, p_limit int) returns uuid[] language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off as $$
declare
  found uuid[];
begin
  if not exists (select from access where user_id = app_user() and mandant_id = p_mandant
                 and (app_scope() is null or app_scope() = p_mandant)) then
    return '{}';
  end if;
  select array_agg(id) into found
    from (select id from vouchers where mandant_id = p_mandant and search @@ p_query limit p_limit + 1) as some_of_them;
  return case when cardinality(found) > p_limit then null else coalesce(found, '{}') end;
end $$;

-- Vouchers with these words per status, for the same person and under the same filters as the list.
create function count_found_vouchers(p_mandant uuid, p_query tsquery, p_type text, p_from timestamptz, p_before timestamptz)
returns table (status text, count bigint) language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off as $$
declare
  start timestamptz;
begin
  select min(coalesce(a.voucher_from, '-infinity')) into start from access a
   where a.user_id = app_user() and a.mandant_id = p_mandant and (app_scope() is null or app_scope() = p_mandant);
  return query
    select v.status, count(*) from vouchers v
     where v.mandant_id = p_mandant and v.search @@ p_query and v.received_at >= start
       and (p_type is null or v.document_type = p_type)
       and (p_from is null or v.received_at >= p_from) and (p_before is null or v.received_at < p_before)
     group by v.status;
end $$;
grant execute on function find_vouchers, count_found_vouchers to bruecke_user;

-- A delivery on the wire is taken over when its worker is gone.
grant select on workers to bruecke_job;
create policy job_sees_workers on workers for select to bruecke_job using (true);
