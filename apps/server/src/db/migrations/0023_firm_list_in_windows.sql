-- The list of a firm's Mandanten in windows: a place and a direction instead of all at once, and for the order of need first what need hangs
-- on, of all, and then the page's rows.

-- Who of the firm's Mandanten is in the caller's sight, in the order asked for, counted from 1. Part of the functions below, which read as owner.
create function firm_in_sight(p_firm uuid, p_text text, p_order text, p_down boolean)
returns table (mandant_id uuid, name text, number int, restricted boolean, manages boolean, voucher_from timestamptz, place bigint)
language sql stable as $$
  select e.mandant_id, t.name, e.mandant_number, t.restricted_to is not null, 'connections' = any (a.rights),
         -- Who also sees the Mandant from its own side sees all vouchers, as in sees_all_vouchers.
         case when a.voucher_from is null
                or exists (select from access o where o.user_id = app_user() and o.mandant_id = e.mandant_id and o.voucher_from is null)
              then null else a.voucher_from end,
         row_number() over (order by case when p_order = 'name' and not p_down then lower(t.name) end,
                                     case when p_order = 'name' and p_down then lower(t.name) end desc,
                                     case when p_down then - e.mandant_number else e.mandant_number end)
    from access a
    join engagements e on e.mandant_id = a.mandant_id and e.ended_at is null and e.firm_id = p_firm
    join mandanten t on t.mandant_id = a.mandant_id
   where a.user_id = app_user() and a.via = 'firm'
     -- Not as an `or`: PostgreSQL would take one in 200 to be left.
     and case when app_scope() is null then true else a.mandant_id = app_scope() end
     and (p_text is null or position(lower(p_text) in lower(t.name)) > 0 or starts_with(e.mandant_number::text, p_text))
$$;

-- What the state of the living connection that vouchers take hangs on, as far as a list tells it; no row without one.
create function voucher_connections(p_mandanten uuid[]) returns table (
  mandant_id uuid, paused boolean, expires_at timestamptz, lost boolean, misconfigured boolean, down boolean, worked boolean
) language sql stable as $$
  select c.mandant_id, not c.switched_on, g.refresh_expires_at,
         g.id is null and exists (
           select from grants o where o.mandant_id = c.mandant_id and o.connection_id = c.id and o.state = 'lost'),
         c.setup = 'findings' and c.setup_blocking, not c.reachable, c.last_success_at is not null
    from unnest(p_mandanten) as m (mandant_id)
    join connections c on c.mandant_id = m.mandant_id and c.channel = 'belegbilderservice' and c.severed_at is null
    left join grants g on g.mandant_id = c.mandant_id and g.connection_id = c.id and g.state = 'valid'
$$;

-- The last of the edges that the time has reached.
create function last_edge(p_time timestamptz, p_edges timestamptz[]) returns timestamptz language sql immutable as $$
  select p_edges[width_bucket(p_time, p_edges)]
$$;

-- All in sight by what their need hangs on, and nothing else: those who are alike in it in one row. Times count as far as they are past one of
-- the edges given (ascending, the first before all times) or not, so that 1,000 Mandanten are a dozen rows.
create function firm_needs(p_firm uuid, p_text text, p_order text, p_down boolean, p_edges timestamptz[])
returns table (
  ids json, places json, paused boolean, expires_at timestamptz, lost boolean, misconfigured boolean, down boolean, worked boolean,
  questions bigint, errors bigint,
  bound_at timestamptz, off_at timestamptz, blocked_at timestamptz, not_released boolean, unreachable_at timestamptz, seen_at timestamptz,
  paired_at timestamptz, revoked_at timestamptz, severed_at timestamptz, asked_at timestamptz, read boolean,
  stand timestamptz, running boolean, failed_at timestamptz, failure_code text
)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
-- With the ids at hand PostgreSQL knows how many they are and makes the two functions part of the plan; for unknown ones it takes ten times as
-- long. Looking for a better order of the joins takes longer than it saves.
set plan_cache_mode = force_custom_plan set join_collapse_limit = 1 as $$
declare
  seen uuid[];
  froms timestamptz[];
begin
  select array_agg(s.mandant_id order by s.place), array_agg(s.voucher_from order by s.place) into seen, froms
    from firm_in_sight(p_firm, p_text, p_order, p_down) s;
  return query
    select json_agg(s.mandant_id), json_agg(s.place), c.paused, last_edge(c.expires_at, p_edges), c.lost, c.misconfigured, c.down, c.worked,
           least(v.questions, 1), least(v.errors, 1),
           last_edge(d.bound_at, p_edges), last_edge(d.off_at, p_edges), last_edge(d.blocked_at, p_edges), d.not_released,
           last_edge(d.unreachable_at, p_edges), last_edge(d.seen_at, p_edges), last_edge(d.paired_at, p_edges),
           last_edge(d.revoked_at, p_edges), last_edge(d.severed_at, p_edges), last_edge(d.asked_at, p_edges), d.read,
           last_edge(d.stand, p_edges), d.running, last_edge(d.failed_at, p_edges), d.failure_code
      from unnest(seen, froms) with ordinality as s (mandant_id, voucher_from, place)
      left join lateral (
        select count(*) filter (where v.status = 'question') as questions, count(*) filter (where v.status = 'error') as errors
          from vouchers v
         where v.mandant_id = s.mandant_id and v.status in ('question', 'error')
           and (s.voucher_from is null or v.received_at >= s.voucher_from)) v on true
      left join voucher_connections(seen) c on c.mandant_id = s.mandant_id
      left join figures_connections(seen, false) d on d.mandant_id = s.mandant_id
     group by 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25;
end $$;

-- The rows of a page: those from a place on, or these. Each says how many there are in all and whether anybody's figures are set up in the
-- firm; without any there is one row with that alone.
drop function firm_mandanten(uuid, text, text, int, int);
create function firm_mandanten(p_firm uuid, p_text text, p_order text, p_down boolean, p_offset int, p_limit int, p_ids uuid[])
returns table (
  total bigint, figures_set_up boolean, id uuid, name text, number int, restricted boolean,
  paused boolean, expires_at timestamptz, lost boolean, misconfigured boolean, down boolean, worked boolean,
  waiting bigint, questions bigint, errors bigint, last_received timestamptz, assigned json, manages boolean,
  bound_at timestamptz, off_at timestamptz, blocked_at timestamptz, not_released boolean, unreachable_at timestamptz, seen_at timestamptz,
  paired_at timestamptz, revoked_at timestamptz, severed_at timestamptz, asked_at timestamptz, asked_by uuid, read boolean,
  stand timestamptz, running boolean, failed_at timestamptz, failure_code text
)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
-- Planning would take as long as a page's rows.
set plan_cache_mode = force_generic_plan as $$
begin
  return query
    with seen as materialized (select * from firm_in_sight(p_firm, p_text, p_order, p_down)),
    page as materialized (
      select * from seen
       where case when p_ids is null then seen.place > p_offset and seen.place <= p_offset + p_limit else seen.mandant_id = any (p_ids) end
    ),
    firm as materialized (
      select (select count(*) from seen) as total,
             exists (select from connectors k where k.firm_id = p_firm and (
               exists (select from connections c where c.connector_id = k.id and c.channel = 'datevconnect' and c.severed_at is null)
               or exists (select from binding_requests r
                           where r.connector_id = k.id and r.confirmed_at is null and r.withdrawn_at is null))) as figures_set_up
    )
    select f.total, f.figures_set_up, s.mandant_id, s.name, s.number, s.restricted,
           c.paused, c.expires_at, c.lost, c.misconfigured, c.down, c.worked,
           v.waiting, v.questions, v.errors, n.received_at, p.people, s.manages,
           d.bound_at, d.off_at, d.blocked_at, d.not_released, d.unreachable_at, d.seen_at, d.paired_at, d.revoked_at,
           d.severed_at, d.asked_at, d.asked_by, d.read, d.stand, d.running, d.failed_at, d.failure_code
      from firm f
      left join page s on true
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
      left join (
        select x.mandant_id, json_agg(json_build_object('userId', x.user_id, 'name', x.name) order by x.name, x.user_id) as people
          from (select distinct a.mandant_id, a.user_id, u.name from page
                  join assignments a on a.mandant_id = page.mandant_id join users u on u.id = a.user_id) x
         group by x.mandant_id) p on p.mandant_id = s.mandant_id
      left join voucher_connections(array(select page.mandant_id from page)) c on c.mandant_id = s.mandant_id
      left join figures_connections(array(select page.mandant_id from page), false) d on d.mandant_id = s.mandant_id
     order by s.place;
end $$;

revoke all on function firm_in_sight, voucher_connections, last_edge, firm_needs, firm_mandanten from public;
grant execute on function firm_needs, firm_mandanten to bruecke_user;
