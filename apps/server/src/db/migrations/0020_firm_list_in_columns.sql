-- As in 0015, with what the state of the vouchers' connection hangs on in columns instead of two json values a row, which PostgreSQL had to
-- build and the server to take apart.
drop function firm_mandanten(uuid, text, text, int, int);
create function firm_mandanten(p_firm uuid, p_text text, p_order text, p_limit int, p_offset int)
returns table (
  id uuid, name text, number int, restricted boolean, total bigint,
  paused boolean, expires_at timestamptz, lost boolean, misconfigured boolean, down boolean, worked boolean,
  waiting bigint, questions bigint, errors bigint, last_received timestamptz, assigned json, manages boolean,
  bound_at timestamptz, off_at timestamptz, blocked_at timestamptz, not_released boolean, unreachable_at timestamptz, seen_at timestamptz,
  paired_at timestamptz, revoked_at timestamptz, severed_at timestamptz, asked_at timestamptz, asked_by uuid, read boolean,
  stand timestamptz, running boolean, failed_at timestamptz, failure_code text
)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
-- The plan for unknown parameters, which PostgreSQL would take from the sixth call on, is 20 times slower.
set plan_cache_mode = force_custom_plan as $$
begin
  return query
    with seen as materialized (
      select e.mandant_id, t.name, e.mandant_number, t.restricted_to is not null as restricted, count(*) over () as total,
             'connections' = any (a.rights) as manages,
             -- Who also sees the Mandant from its own side sees all vouchers, as in sees_all_vouchers.
             case when a.voucher_from is null
                    or exists (select from access o where o.user_id = app_user() and o.mandant_id = e.mandant_id and o.voucher_from is null)
                  then null else a.voucher_from end as voucher_from
        from access a
        join engagements e on e.mandant_id = a.mandant_id and e.ended_at is null and e.firm_id = p_firm
        join mandanten t on t.mandant_id = a.mandant_id
       where a.user_id = app_user() and a.via = 'firm' and (app_scope() is null or a.mandant_id = app_scope())
         and (p_text is null or position(lower(p_text) in lower(t.name)) > 0 or starts_with(e.mandant_number::text, p_text))
       order by case when p_order = 'name' then lower(t.name) end, e.mandant_number
       limit p_limit offset p_offset
    )
    select s.mandant_id, s.name, s.mandant_number, s.restricted, s.total,
           not c.switched_on, case when g.state = 'valid' then g.refresh_expires_at end, g.state = 'lost',
           c.setup = 'findings' and c.setup_blocking, not c.reachable, c.last_success_at is not null,
           coalesce(v.waiting, 0), coalesce(v.questions, 0), coalesce(v.errors, 0), n.received_at, p.people,
           s.manages, d.bound_at, d.off_at, d.blocked_at, d.not_released, d.unreachable_at, d.seen_at, d.paired_at, d.revoked_at,
           d.severed_at, d.asked_at, d.asked_by, d.read, d.stand, d.running, d.failed_at, d.failure_code
      from seen s
      left join connections c on c.mandant_id = s.mandant_id and c.channel = 'belegbilderservice' and c.severed_at is null
      left join lateral (
        select g.state, g.refresh_expires_at
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
      left join (
        select x.mandant_id, json_agg(json_build_object('userId', x.user_id, 'name', x.name) order by x.name, x.user_id) as people
          from (select distinct a.mandant_id, a.user_id, u.name from seen
                  join assignments a on a.mandant_id = seen.mandant_id join users u on u.id = a.user_id) x
         group by x.mandant_id) p on p.mandant_id = s.mandant_id
      left join figures_connections(array(select seen.mandant_id from seen), false) d on d.mandant_id = s.mandant_id
     order by case when p_order = 'name' then lower(s.name) end, s.mandant_number;
end $$;
revoke all on function firm_mandanten from public;
grant execute on function firm_mandanten to bruecke_user;
