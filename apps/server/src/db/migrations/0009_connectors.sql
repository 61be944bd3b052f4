-- Connectors: programs on the firms' DATEV servers, the files they pair with, the orders they get, and which Mandant is bound to
-- which client at DATEV. A binding is a row of `connections` (channel datevconnect).

-- ------------------------------------------------------------------------------------------------------------- the programs

create table connectors (
  firm_id uuid not null references firms,
  id uuid not null unique,
  -- Raw Ed25519 key, base64url, and its fingerprint as people compare it.
  public_key text not null check (public_key ~ '^[A-Za-z0-9_-]{43}$'),
  fingerprint text not null,
  key_since timestamptz not null,
  key_change_asked_at timestamptz,
  key_change_asked_by uuid references users,
  machine text not null,
  os text not null,
  version text not null,
  paired_at timestamptz not null,
  -- An admin compared machine and fingerprint; before that it gets no orders.
  confirmed_at timestamptz,
  confirmed_by uuid references users,
  revoked_at timestamptz,
  revoked_by uuid references users,
  -- Taken off the list; the row stays, because old connections name it.
  removed_at timestamptz check (removed_at is null or revoked_at is not null),
  last_seen_at timestamptz,
  -- Since when without a silence of three minutes; told as silent since then.
  seen_since timestamptz,
  silent_since timestamptz,
  last_error jsonb,
  last_error_at timestamptz,
  -- GUIDs on the machine's own list, as it last said.
  released text[] not null default '{}',
  clients_read_at timestamptz,
  -- What the last probe without a client found.
  findings jsonb not null default '[]',
  probed_at timestamptz,
  primary key (firm_id, id)
);
create index connectors_watched on connectors (last_seen_at) where revoked_at is null and silent_since is null;

-- A Verbindungsdatei: its code pairs one connector, once, within 24 hours.
create table connector_files (
  firm_id uuid not null references firms,
  id uuid not null,
  code_hash text not null unique,
  created_at timestamptz not null,
  created_by uuid not null references users,
  expires_at timestamptz not null,
  used_at timestamptz,
  connector_id uuid references connectors (id),
  withdrawn_at timestamptz,
  primary key (firm_id, id),
  check ((used_at is null) = (connector_id is null)),
  check (used_at is null or withdrawn_at is null)
);

-- Released clients and the numbers of their newest fiscal year, as the connector last told them.
create table connector_clients (
  firm_id uuid not null,
  connector_id uuid not null,
  guid text not null,
  number text not null,
  name text not null,
  consultant_number int,
  mandant_number int,
  fiscal_year_id text,
  read_at timestamptz not null,
  primary key (firm_id, connector_id, guid),
  foreign key (firm_id, connector_id) references connectors (firm_id, id)
);

-- Numbers of signed requests that were used; they are good for five minutes, so only the last minutes are kept.
create table connector_nonces (
  nonce_hash text primary key,
  used_at timestamptz not null
);
create index on connector_nonces (used_at);

-- ------------------------------------------------------------------------------------------------------------------- orders

create table connector_orders (
  firm_id uuid not null,
  id uuid not null,
  connector_id uuid not null,
  -- Null for what concerns the connector itself.
  mandant_id uuid references mandanten,
  kind text not null,
  "order" jsonb not null,
  -- At most one open order per key.
  key text,
  state text not null default 'waiting' check (state in ('waiting', 'handedOut', 'ended', 'cancelled')),
  attempt int not null default 1,
  -- Of this attempt: the last part that was taken, and its rows so far.
  parts int not null default 0,
  rows bigint not null default 0,
  issued_at timestamptz not null,
  handed_out_at timestamptz,
  -- Handed out or gave rows last.
  moved_at timestamptz,
  ended_at timestamptz,
  outcome jsonb,
  primary key (firm_id, id),
  foreign key (firm_id, connector_id) references connectors (firm_id, id)
);
create unique index connector_orders_key on connector_orders (connector_id, key) where state in ('waiting', 'handedOut');
create index connector_orders_open on connector_orders (connector_id, issued_at) where state in ('waiting', 'handedOut');
create index connector_orders_of_mandant on connector_orders (mandant_id, issued_at) where state in ('waiting', 'handedOut');
create index connector_orders_over on connector_orders (ended_at) where state in ('ended', 'cancelled');

-- ----------------------------------------------------------------------------------------------------------------- bindings

alter table connections drop constraint connections_channel_check;
alter table connections add constraint connections_channel_check check (channel in ('belegbilderservice', 'datevconnect'));
alter table connections
  add column connector_id uuid references connectors (id),
  -- Where the client's numbers are not those of the engagement: the two admins who confirmed it all the same.
  add column numbers_confirmed_by uuid[] not null default '{}',
  add constraint connections_connector check ((channel = 'datevconnect') = (connector_id is not null)),
  add constraint connections_two_admins check (cardinality(numbers_confirmed_by) in (0, 2));
-- One client's books are shown to one Mandant.
create unique index connections_client on connections (connector_id, lower(client_id)) where severed_at is null and channel = 'datevconnect';

-- The first of two confirmations that a client with other numbers is this Mandant.
create table binding_requests (
  mandant_id uuid not null references mandanten,
  id uuid not null,
  engagement_id uuid not null,
  connector_id uuid not null references connectors (id),
  client_guid text not null,
  company_name text not null,
  consultant_number int not null,
  mandant_number int not null,
  asked_by uuid not null references users,
  asked_at timestamptz not null,
  confirmed_by uuid references users check (confirmed_by <> asked_by),
  confirmed_at timestamptz,
  withdrawn_at timestamptz,
  primary key (mandant_id, id),
  foreign key (mandant_id, engagement_id) references engagements (mandant_id, id)
);
create unique index binding_requests_open on binding_requests (mandant_id) where confirmed_at is null and withdrawn_at is null;

-- The Mandanten whose living, switched-on binding names this connector, while it is confirmed and the Kanzleiverbindung is open:
-- the only ones it may write rows of.
create function bound_mandanten() returns setof uuid language sql stable security definer
  set search_path = pg_catalog, public, pg_temp as $$
  select c.mandant_id from connections c
    join connectors k on k.id = c.connector_id and k.confirmed_at is not null and k.revoked_at is null
    join engagements e on e.mandant_id = c.mandant_id and e.id = c.engagement_id and e.ended_at is null
   where c.connector_id = app_connector() and c.channel = 'datevconnect' and c.severed_at is null and c.switched_on
$$;

-- Holds the binding until the transaction ends: a cut or a switch-off waits for rows that are just being written, and rows that come
-- after it are refused.
create function hold_binding(p_mandant uuid) returns boolean language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
begin
  perform share_links(p_mandant);
  perform from connections c
   where c.mandant_id = p_mandant and c.connector_id = app_connector() and c.severed_at is null and c.switched_on for share;
  return exists (select from bound_mandanten() b where b = p_mandant);
end $$;

-- Gives an order to a connector, or names the open one with the same key. Null where there is nothing to ask: the connector is not
-- confirmed, or the Mandant is not bound to it with this client and switched on.
create function issue_connector_order(
  p_id uuid, p_connector uuid, p_mandant uuid, p_order jsonb, p_key text, p_at timestamptz
) returns uuid language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_firm uuid;
  v_id uuid;
begin
  select k.firm_id into v_firm from connectors k
   where k.id = p_connector and k.confirmed_at is not null and k.revoked_at is null;
  if v_firm is null then return null; end if;
  if p_mandant is null then
    if not (p_connector is not distinct from app_connector()
            or exists (select from firm_access f where f.user_id = app_user() and f.firm_id = v_firm))
       or p_order ->> 'clientGuid' is not null then
      raise exception 'not for this connector' using errcode = '42501';
    end if;
  else
    if not (p_mandant is not distinct from app_mandant() or p_connector is not distinct from app_connector()
            or exists (select from access a where a.user_id = app_user() and a.mandant_id = p_mandant)) then
      raise exception 'not for this Mandant' using errcode = '42501';
    end if;
    perform from connections c
      join engagements e on e.mandant_id = c.mandant_id and e.id = c.engagement_id and e.ended_at is null
     where c.mandant_id = p_mandant and c.connector_id = p_connector and c.severed_at is null and c.switched_on
       and lower(c.client_id) = lower(p_order ->> 'clientGuid') for share of c;
    if not found then return null; end if;
  end if;
  insert into connector_orders (firm_id, id, connector_id, mandant_id, kind, "order", key, issued_at)
  values (v_firm, p_id, p_connector, p_mandant, p_order ->> 'kind', p_order, p_key, p_at)
  on conflict (connector_id, key) where state in ('waiting', 'handedOut') do nothing
  returning id into v_id;
  if v_id is null then
    select o.id into v_id from connector_orders o
     where o.connector_id = p_connector and o.key = p_key and o.state in ('waiting', 'handedOut');
    return coalesce(v_id, issue_connector_order(p_id, p_connector, p_mandant, p_order, p_key, p_at));
  end if;
  perform pg_notify('connector_wake', p_connector::text);
  return v_id;
end $$;

-- Ends all open orders of a Mandant or of a connector, and tells the connector at once.
create function cancel_connector_orders(p_mandant uuid, p_connector uuid, p_at timestamptz) returns bigint
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_connectors uuid[];
  v_count bigint;
begin
  if (p_mandant is null) = (p_connector is null) then raise exception 'one of the two' using errcode = '22023'; end if;
  if not coalesce(p_mandant = app_mandant(), false)
     and not exists (select from access a where a.user_id = app_user() and a.mandant_id = p_mandant and (a.rights && array['connections', 'cut']))
     and not exists (select from firm_access f join connectors k on k.firm_id = f.firm_id
                      where f.user_id = app_user() and f.role = 'admin' and k.id = p_connector) then
    raise exception 'not yours to cancel' using errcode = '42501';
  end if;
  with ended as (
    update connector_orders o set state = 'cancelled', ended_at = p_at
     where o.state in ('waiting', 'handedOut') and (p_mandant is null or o.mandant_id = p_mandant) and (p_connector is null or o.connector_id = p_connector)
    returning o.connector_id)
  select array_agg(distinct connector_id), count(*) into v_connectors, v_count from ended;
  perform pg_notify('connector_wake', c::text) from unnest(v_connectors) c;
  return v_count;
end $$;

-- Severs the bindings to a connector that is taken away, also of Mandanten that the acting admin may not see. Answers whose.
create function sever_bindings(p_connector uuid, p_at timestamptz) returns table (
  mandant_id uuid, connection_id uuid, consultant_number int, mandant_number int
) language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from firm_access f join connectors k on k.firm_id = f.firm_id
                  where f.user_id = app_user() and f.role = 'admin' and k.id = p_connector) then
    raise exception 'not an admin of this firm' using errcode = '42501';
  end if;
  update binding_requests r set withdrawn_at = p_at
   where r.connector_id = p_connector and r.confirmed_at is null and r.withdrawn_at is null;
  return query
    update connections c set severed_at = p_at, switched_on = false
     where c.connector_id = p_connector and c.severed_at is null
    returning c.mandant_id, c.id, c.consultant_number, c.mandant_number;
end $$;

-- Whom the end of a connector concerns.
create function mandanten_bound_to(p_connector uuid) returns table (mandant_id uuid)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from firm_access f join connectors k on k.firm_id = f.firm_id
                  where f.user_id = app_user() and f.role = 'admin' and k.id = p_connector) then
    raise exception 'not an admin of this firm' using errcode = '42501';
  end if;
  return query select c.mandant_id from connections c where c.connector_id = p_connector and c.severed_at is null;
end $$;

-- What a person may bind to this Mandant. Whoever may set up its connections for the firm meets the client with its numbers; the
-- firm's admins also the others, except those bound already and those of Mandanten that are restricted to somebody else.
create function bindable_clients(p_mandant uuid) returns table (
  connector_id uuid, guid text, number text, name text, consultant_number int, mandant_number int, fits boolean, read_at timestamptz
) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select * from (
    select c.connector_id, c.guid, c.number, c.name, c.consultant_number, c.mandant_number,
           coalesce(c.consultant_number = f.consultant_number and c.mandant_number = e.mandant_number, false) as fits, c.read_at
      from engagements e
      join firms f on f.id = e.firm_id
      join connectors k on k.firm_id = e.firm_id and k.confirmed_at is not null and k.revoked_at is null
      join connector_clients c on c.firm_id = k.firm_id and c.connector_id = k.id
       and lower(c.guid) in (select lower(r) from unnest(k.released) r)
     where e.mandant_id = p_mandant and e.ended_at is null and app_scope() is null
       and exists (select from access a where a.user_id = app_user() and a.mandant_id = p_mandant and a.via = 'firm'
                      and 'connections' = any (a.rights))
       and not exists (select from connections x where x.connector_id = c.connector_id and lower(x.client_id) = lower(c.guid)
                          and x.severed_at is null and x.mandant_id <> p_mandant)
  ) found
  where fits or (
    exists (select from engagements e join firm_access fa on fa.firm_id = e.firm_id and fa.user_id = app_user() and fa.role = 'admin'
             where e.mandant_id = p_mandant and e.ended_at is null)
    and not exists (select from engagements h join firms hf on hf.id = h.firm_id
                     where h.mandant_id = any ((select hidden_mandanten())::uuid[]) and h.ended_at is null
                       and hf.consultant_number = found.consultant_number and h.mandant_number = found.mandant_number))
$$;

-- How far the firm of the open Kanzleiverbindung has got with a connector, for whoever sees the Mandant: yes and no, nothing of the machine.
create function connector_steps(p_mandant uuid) returns table (paired boolean, confirmed boolean, released boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select count(k.id) > 0, count(k.confirmed_at) > 0, coalesce(bool_or(k.confirmed_at is not null and cardinality(k.released) > 0), false)
    from engagements e
    left join connectors k on k.firm_id = e.firm_id and k.revoked_at is null
   where e.mandant_id = p_mandant and e.ended_at is null
     and exists (select from access a where a.user_id = app_user() and a.mandant_id = p_mandant)
$$;

-- Tells the open pages that something about a connector changed: the firm's, and those of the Mandanten bound to it. In pieces,
-- because a notice holds 8,000 bytes.
create function tell_connector(p_connector uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform pg_notify('connector_changed', jsonb_build_object('firmId', k.firm_id, 'mandantIds', '[]'::jsonb)::text)
     from connectors k where k.id = p_connector;
  perform pg_notify('connector_changed', jsonb_build_object('firmId', null, 'mandantIds', jsonb_agg(b.mandant_id))::text)
     from (select c.mandant_id, row_number() over () / 150 as piece from connections c
            where c.connector_id = p_connector and c.severed_at is null) b
    group by b.piece;
end $$;
revoke all on function bound_mandanten, hold_binding, issue_connector_order, cancel_connector_orders, sever_bindings, mandanten_bound_to,
  bindable_clients, connector_steps, tell_connector from public;
grant execute on function bound_mandanten, hold_binding to bruecke_connector;
grant execute on function issue_connector_order to bruecke_user, bruecke_job, bruecke_connector;
grant execute on function cancel_connector_orders to bruecke_user, bruecke_job;
grant execute on function sever_bindings, mandanten_bound_to, bindable_clients, connector_steps to bruecke_user;
grant execute on function tell_connector to bruecke_user, bruecke_job, bruecke_connector, bruecke_dispatcher, bruecke_auth;

-- ----------------------------------------------------------------------------------------------------------------- policies

do $$
declare t text;
begin
  foreach t in array array['connectors','connector_files','connector_clients','connector_nonces','connector_orders','binding_requests'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy owner_all on %I to bruecke_owner using (true) with check (true)', t);
  end loop;
end $$;

-- The firm's people see its connectors, whoever sees a living binding the one behind it. Changing is for the firm's admins.
grant select, update (confirmed_at, confirmed_by, revoked_at, revoked_by, removed_at, key_change_asked_at, key_change_asked_by)
  on connectors to bruecke_user;
create policy see_connector on connectors for select to bruecke_user using (
  firm_id = any (array(select firm_id from firm_access))
  or id = any (array(select connector_id from connections where connector_id is not null and severed_at is null))
);
create policy change_connector on connectors for update to bruecke_user
  using (firm_id = any (array(select firm_id from firm_access where role = 'admin')));
grant select on connectors to bruecke_job;
create policy job on connectors for select to bruecke_job using (
  id = any (array(select connector_id from connections where mandant_id = app_mandant() and connector_id is not null))
);
-- A connector changes what it tells of itself and its key, nothing that an admin decides.
grant select, update (public_key, fingerprint, key_since, key_change_asked_at, key_change_asked_by, machine, os, version, last_seen_at,
  seen_since, silent_since, last_error, last_error_at, released, clients_read_at, findings, probed_at) on connectors to bruecke_connector;
create policy itself on connectors to bruecke_connector using (id = app_connector()) with check (id = app_connector());
grant select (firm_id, id, last_seen_at, silent_since, revoked_at), update (silent_since) on connectors to bruecke_dispatcher;
create policy watch on connectors to bruecke_dispatcher using (true) with check (true);
-- Pairing comes before the connector is anybody.
grant select, insert on connectors to bruecke_auth;
create policy pair on connectors to bruecke_auth using (true) with check (true);

grant select (firm_id, id, created_at, created_by, expires_at, used_at, connector_id, withdrawn_at), insert, update (withdrawn_at)
  on connector_files to bruecke_user;
create policy admins on connector_files to bruecke_user
  using (firm_id = any (array(select firm_id from firm_access where role = 'admin')))
  with check (firm_id = any (array(select firm_id from firm_access where role = 'admin')));
grant select, update (used_at, connector_id) on connector_files to bruecke_auth;
create policy redeem on connector_files to bruecke_auth using (true) with check (true);

grant select, insert, update, delete on connector_clients to bruecke_connector;
create policy itself on connector_clients to bruecke_connector
  using (connector_id = app_connector()) with check (connector_id = app_connector());

grant insert on connector_nonces to bruecke_connector;
create policy use_up on connector_nonces for insert to bruecke_connector with check (true);
grant select (used_at), delete on connector_nonces to bruecke_dispatcher;
create policy sweep on connector_nonces to bruecke_dispatcher using (true);

grant select on connector_orders to bruecke_user, bruecke_job;
create policy tenant on connector_orders for select to bruecke_user using (
  mandant_id = any (array(select mandant_id from access))
  or (mandant_id is null and firm_id = any (array(select firm_id from firm_access)))
);
create policy job on connector_orders for select to bruecke_job using (mandant_id = app_mandant());
grant select, update (state, attempt, parts, rows, handed_out_at, moved_at, ended_at, outcome) on connector_orders to bruecke_connector;
create policy itself on connector_orders for select to bruecke_connector using (connector_id = app_connector());
create policy bound on connector_orders for update to bruecke_connector
  using (connector_id = app_connector() and (mandant_id is null or mandant_id = any (array(select bound_mandanten()))))
  with check (connector_id = app_connector());
grant select (ended_at, state), delete on connector_orders to bruecke_dispatcher;
create policy sweep on connector_orders to bruecke_dispatcher using (true);

-- What a connector's answers say about a binding. The Mandant's own side goes on seeing its rows as any connection.
grant select, update (setup, setup_blocking, findings, checked_at, last_success_at, reachable, reachable_since, unreachable_reason)
  on connections to bruecke_connector;
create policy bound on connections to bruecke_connector
  using (connector_id = app_connector() and mandant_id = any (array(select bound_mandanten())))
  with check (connector_id = app_connector());

grant select, insert, update (confirmed_by, confirmed_at, withdrawn_at) on binding_requests to bruecke_user;
create policy tenant on binding_requests for select to bruecke_user using (mandant_id = any (array(select mandant_id from access)));
create policy manage on binding_requests for insert to bruecke_user with check (mandant_id = any ((select may('connections'))::uuid[]));
create policy change on binding_requests for update to bruecke_user
  using (mandant_id = any ((select may('connections'))::uuid[]) or mandant_id = any ((select may('cut'))::uuid[]));
grant select, update (withdrawn_at) on binding_requests to bruecke_job;
create policy job on binding_requests to bruecke_job using (mandant_id = app_mandant()) with check (mandant_id = app_mandant());

-- As in 0007, but the connection of that table is the way of vouchers: a Mandant can have a binding for figures besides.
create or replace function firm_mandanten(p_firm uuid, p_text text, p_order text, p_limit int, p_offset int)
returns table (
  id uuid, name text, number int, since timestamptz, restricted boolean, total bigint,
  connection jsonb, consent jsonb, waiting bigint, questions bigint, errors bigint, last_received timestamptz, assigned jsonb
)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
-- The plan for unknown parameters, which PostgreSQL would take from the sixth call on, is 20 times slower.
set plan_cache_mode = force_custom_plan as $$
begin
  return query
    with seen as materialized (
      select e.mandant_id, t.name, e.mandant_number, e.since, t.restricted_to is not null as restricted, count(*) over () as total,
             -- Who also sees the Mandant from its own side sees all vouchers, as in sees_all_vouchers.
             case when exists (select from access o where o.user_id = app_user() and o.mandant_id = e.mandant_id and o.voucher_from is null)
                  then null else a.voucher_from end as voucher_from
        from access a
        join engagements e on e.mandant_id = a.mandant_id and e.ended_at is null and e.firm_id = p_firm
        join mandanten t on t.mandant_id = a.mandant_id
       where a.user_id = app_user() and a.via = 'firm' and (app_scope() is null or a.mandant_id = app_scope())
         and (p_text is null or position(lower(p_text) in lower(t.name)) > 0 or starts_with(e.mandant_number::text, p_text))
       order by case when p_order = 'name' then lower(t.name) end, e.mandant_number
       limit p_limit offset p_offset
    )
    select s.mandant_id, s.name, s.mandant_number, s.since, s.restricted, s.total,
           c.state, g.state, coalesce(v.waiting, 0), coalesce(v.questions, 0), coalesce(v.errors, 0), n.received_at, coalesce(p.people, '[]')
      from seen s
      left join lateral (
        select c.id, jsonb_build_object(
            'switched_on', c.switched_on, 'switched_at', c.switched_at, 'switched_by', c.switched_by, 'setup', c.setup,
            'setup_blocking', c.setup_blocking, 'checked_at', c.checked_at, 'reachable', c.reachable, 'reachable_since', c.reachable_since,
            'unreachable_reason', c.unreachable_reason, 'last_success_at', c.last_success_at, 'severed_at', c.severed_at) as state
          from connections c where c.mandant_id = s.mandant_id and c.channel = 'belegbilderservice' and c.severed_at is null limit 1) c on true
      left join lateral (
        select jsonb_build_object(
            'state', g.state, 'consented_at', g.consented_at, 'refresh_expires_at', g.refresh_expires_at,
            'granted_by', g.granted_by, 'lost_at', g.lost_at, 'lost_reason', g.lost_reason) as state
          from grants g
         where g.mandant_id = s.mandant_id and g.connection_id = c.id and g.state in ('valid', 'lost')
         order by g.state = 'valid' desc, g.consented_at desc limit 1) g on true
      left join lateral (
        select count(*) filter (where v.status = 'waiting') as waiting, count(*) filter (where v.status = 'question') as questions,
               count(*) filter (where v.status = 'error') as errors
          from vouchers v
         where v.mandant_id = s.mandant_id and v.status in ('waiting', 'question', 'error')
           and (s.voucher_from is null or v.received_at >= s.voucher_from)) v on true
      left join lateral (
        select v.received_at from vouchers v
         where v.mandant_id = s.mandant_id and (s.voucher_from is null or v.received_at >= s.voucher_from)
         order by v.received_at desc, v.id desc limit 1) n on true
      left join lateral (
        select jsonb_agg(jsonb_build_object('userId', x.user_id, 'name', x.name) order by x.name, x.user_id) as people
          from (select distinct a.user_id, u.name from assignments a join users u on u.id = a.user_id
                 where a.mandant_id = s.mandant_id) x) p on true
     order by case when p_order = 'name' then lower(s.name) end, s.mandant_number;
end $$;
