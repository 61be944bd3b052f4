-- A cut lifts the restriction of a Mandant, which binds nobody any more, and with it the former firm's other admins came to see in
-- their Protokoll which company they had not been allowed to know of. Whom it was restricted to stays with the Kanzleiverbindung.
alter table engagements add column restricted_to uuid references users,
  add constraint restricted_when_it_ended check (restricted_to is null or ended_at is not null);
create index engagements_ended_restricted on engagements (firm_id) where restricted_to is not null;
grant update (restricted_to) on engagements to bruecke_user;

-- Own firms' Kanzleiverbindungen that are somebody else's alone: open ones, and the last ones with Mandanten that left. Per firm: who
-- is an admin of two, and sees the Mandant at the present one, still doesn't learn that the other one had it.
create function hidden_engagements() returns table (firm_id uuid, mandant_id uuid, mandant_number int)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select e.firm_id, e.mandant_id, e.mandant_number
    from firm_access f
    join engagements e on e.firm_id = f.firm_id and e.ended_at is null
    join mandanten t on t.mandant_id = e.mandant_id and t.restricted_to <> app_user()
   where f.user_id = app_user()
  union all
  select e.firm_id, e.mandant_id, e.mandant_number
    from firm_access f
    join engagements e on e.firm_id = f.firm_id and e.restricted_to <> app_user()
   where f.user_id = app_user()
     and not exists (select from engagements later
                      where later.mandant_id = e.mandant_id and later.firm_id = e.firm_id
                        and (later.ended_at is null or later.ended_at > e.ended_at))
$$;
revoke all on function hidden_engagements from public;
grant execute on function hidden_engagements to bruecke_user;

drop policy read on firm_history;
create policy read on firm_history for select to bruecke_user using (
  firm_id = any (array(select firm_id from firm_access where role = 'admin'))
  and not coalesce((firm_id, (subject ->> 'mandantId')::uuid) in (select h.firm_id, h.mandant_id from hidden_engagements() h), false)
);

-- As in 0009, but for whom is hidden: its client on the firm's server is called by the company's name.
create or replace function bindable_clients(p_mandant uuid) returns table (
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
    and not exists (select from hidden_engagements() h join firms hf on hf.id = h.firm_id
                     where hf.consultant_number = found.consultant_number and h.mandant_number = found.mandant_number))
$$;
drop function hidden_mandanten;

-- What was restricted when it ended before this: the firm's own chain says so, and the cut wrote no lifting of it.
update engagements e set restricted_to = said.user_id
  from (
    select distinct on (e.mandant_id, e.id) e.mandant_id, e.id, h.kind, u.id as user_id
      from engagements e
      join firm_history h on h.firm_id = e.firm_id and h.kind in ('mandant.restricted', 'mandant.restrictionLifted')
       and (h.subject ->> 'mandantId')::uuid = e.mandant_id and h.at between e.since and e.ended_at
      left join users u on u.id = (h.subject ->> 'userId')::uuid
     order by e.mandant_id, e.id, h.at desc, h.kind
  ) said
 where said.mandant_id = e.mandant_id and said.id = e.id and said.kind = 'mandant.restricted' and said.user_id is not null;
