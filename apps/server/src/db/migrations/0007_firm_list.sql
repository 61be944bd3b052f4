-- The table of a firm's Mandanten, one row each with connection, consent, counts and people. Reading it through the policies took
-- 5 s for 1,000 Mandanten and 100,000 vouchers, because each of six tables asks row by row whether its Mandant is among the 1,000 of
-- `access`. So it is read as owner, from `access` outwards: the join below says the same as those policies, and
-- firms/listMandanten.test.ts compares the two.
create function firm_mandanten(p_firm uuid, p_text text, p_order text, p_limit int, p_offset int)
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
          from connections c where c.mandant_id = s.mandant_id and c.severed_at is null limit 1) c on true
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
revoke all on function firm_mandanten from public;
grant execute on function firm_mandanten to bruecke_user;

-- Only what waits for something is counted there, a small part of all vouchers.
create index vouchers_open on vouchers (mandant_id, status) include (received_at) where status in ('waiting', 'question', 'error');
