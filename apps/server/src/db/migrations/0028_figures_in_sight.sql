-- As in 0023, but whether figures are set up is told of the Mandanten in the person's sight, whatever the search is for: who looks after none that
-- has any saw a column of dashes. Looked for from the connectors, so that a firm without one pays nothing.
create or replace function firm_mandanten(p_firm uuid, p_text text, p_order text, p_down boolean, p_offset int, p_limit int, p_ids uuid[])
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
               exists (select from connections c
                         join access a on a.mandant_id = c.mandant_id and a.user_id = app_user() and a.via = 'firm'
                        where c.connector_id = k.id and c.channel = 'datevconnect' and c.severed_at is null
                          and case when app_scope() is null then true else c.mandant_id = app_scope() end)
               or exists (select from binding_requests r
                            join access a on a.mandant_id = r.mandant_id and a.user_id = app_user() and a.via = 'firm'
                           where r.connector_id = k.id and r.confirmed_at is null and r.withdrawn_at is null
                             and case when app_scope() is null then true else r.mandant_id = app_scope() end))) as figures_set_up
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
