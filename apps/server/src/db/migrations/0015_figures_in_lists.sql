-- How the figures of a Mandant come home, as lists and overviews show it: its living binding, else the last that was severed, the connector
-- behind it, a second confirmation that is missing, and what the synchronisation brought. No row where nothing was ever bound or asked for.
-- Without rights of its own: it is read through the policies of whoever asks, or as owner inside firm_mandanten. Plain SQL, so that
-- the planner joins it instead of calling it 1,000 times.
create function figures_connection(p_mandant uuid) returns table (facts jsonb) language sql stable as $$
  select jsonb_build_object(
      'binding', case when c.id is not null then jsonb_build_object(
          'switched_on', c.switched_on, 'switched_at', c.switched_at, 'switched_by', c.switched_by, 'setup', c.setup,
          'setup_blocking', c.setup_blocking, 'checked_at', c.checked_at, 'reachable', c.reachable, 'reachable_since', c.reachable_since,
          'unreachable_reason', c.unreachable_reason, 'last_success_at', c.last_success_at, 'severed_at', c.severed_at,
          'created_at', c.created_at, 'created_by', c.created_by) end,
      'not_released', c.findings @> '[{"code": "clientNotReleased"}]',
      'connector', case when k.id is not null then jsonb_build_object(
          'paired_at', k.paired_at, 'last_seen_at', k.last_seen_at, 'revoked_at', k.revoked_at) end,
      'asked_at', r.asked_at, 'asked_by', r.asked_by,
      'first_read_at', l.first_read_at, 'stand', y.stand,
      'run', case when s.state is not null then jsonb_build_object(
          'state', s.state, 'ended_at', s.ended_at, 'failure_code', s.failure_code) end)
    from (select p_mandant as mandant_id) m
    left join lateral (
      select * from connections c where c.mandant_id = m.mandant_id and c.channel = 'datevconnect'
       order by c.severed_at is not null, c.created_at desc limit 1) c on true
    left join connectors k on k.id = c.connector_id and c.severed_at is null
    left join binding_requests r on r.mandant_id = m.mandant_id and r.confirmed_at is null and r.withdrawn_at is null
    left join ledgers l on l.mandant_id = m.mandant_id and l.connection_id = c.id
    left join lateral (
      select max(y.stand) as stand from fiscal_years y where y.mandant_id = m.mandant_id and y.ledger_no = l.ledger_no) y on true
    left join lateral (
      select s.state, s.ended_at, s.failure_code from sync_runs s where s.mandant_id = m.mandant_id and s.ledger_no = l.ledger_no
       order by s.started_at desc limit 1) s on true
   where c.id is not null or r.id is not null
$$;
revoke all on function figures_connection from public;
grant execute on function figures_connection to bruecke_user;

-- As in 0009, with that column besides.
drop function firm_mandanten(uuid, text, text, int, int);
create function firm_mandanten(p_firm uuid, p_text text, p_order text, p_limit int, p_offset int)
returns table (
  id uuid, name text, number int, since timestamptz, restricted boolean, total bigint,
  connection jsonb, consent jsonb, waiting bigint, questions bigint, errors bigint, last_received timestamptz, assigned jsonb, figures jsonb
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
           c.state, g.state, coalesce(v.waiting, 0), coalesce(v.questions, 0), coalesce(v.errors, 0), n.received_at, coalesce(p.people, '[]'),
           d.facts
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
      left join lateral figures_connection(s.mandant_id) d on true
     order by case when p_order = 'name' then lower(s.name) end, s.mandant_number;
end $$;
revoke all on function firm_mandanten from public;
grant execute on function firm_mandanten to bruecke_user;
