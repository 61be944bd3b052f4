-- Whom to write about a Mandant: a person who still has access to it, at their own address. Background work sees no other.
create function reachable_person(p_user uuid) returns table (email text, language text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select u.email, u.language from users u
   where u.id = p_user and u.disabled_at is null
     and exists (select from access a where a.user_id = u.id and a.mandant_id = app_mandant())
$$;
revoke all on function reachable_person from public;
grant execute on function reachable_person to bruecke_job;

-- The weekly check asks only for connections that forwarded lately.
create index deliveries_arrived on deliveries (mandant_id, connection_id, arrived_at) where arrived_at is not null;
grant select (channel) on connections to bruecke_dispatcher;
