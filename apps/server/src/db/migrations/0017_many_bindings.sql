-- A connector serves all Mandanten of its firm; nothing that it does for one of them may take longer because there are others.

-- The next orders in the order in which a connector gets them: without it all that wait were sorted at each poll.
create index connector_orders_next on connector_orders (connector_id, (kind in ('probe', 'listClients')) desc, issued_at, id)
  where state = 'waiting';

-- The one Mandant that the rest of a connector's transaction is about, once it has found its order (`narrow_to_binding`): it only ever narrows.
create function app_bound_mandant() returns uuid language sql stable as $$
  select nullif(current_setting('app.bound_mandant', true), '')::uuid
$$;
revoke all on function app_bound_mandant from public;
grant execute on function app_bound_mandant to bruecke_owner, bruecke_connector;

create or replace function bound_mandanten() returns setof uuid language plpgsql stable security definer
  set search_path = pg_catalog, public, pg_temp as $$
declare
  v_one uuid := app_bound_mandant();
begin
  if v_one is not null then
    return query select v_one where is_bound(v_one);
  else
    return query
      select c.mandant_id from connections c
        join connectors k on k.id = c.connector_id and k.confirmed_at is not null and k.revoked_at is null
        join engagements e on e.mandant_id = c.mandant_id and e.id = c.engagement_id and e.ended_at is null
       where c.connector_id = app_connector() and c.channel = 'datevconnect' and c.severed_at is null and c.switched_on;
  end if;
end $$;

-- Whether this Mandant is bound to the connector that asks.
create function is_bound(p_mandant uuid) returns boolean language plpgsql stable security definer
  set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (
    select from connections c
      join connectors k on k.id = c.connector_id and k.confirmed_at is not null and k.revoked_at is null
      join engagements e on e.mandant_id = c.mandant_id and e.id = c.engagement_id and e.ended_at is null
     where c.mandant_id = p_mandant and c.connector_id = app_connector() and c.channel = 'datevconnect'
       and c.severed_at is null and c.switched_on);
end $$;
revoke all on function is_bound from public;

create or replace function hold_binding(p_mandant uuid) returns boolean language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
begin
  perform share_links(p_mandant);
  perform from connections c
   where c.mandant_id = p_mandant and c.connector_id = app_connector() and c.severed_at is null and c.switched_on for share;
  return is_bound(p_mandant);
end $$;

-- Holds the binding, and from here on to the end of the transaction the connector sees this Mandant alone.
create function narrow_to_binding(p_mandant uuid) returns boolean language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
begin
  perform set_config('app.bound_mandant', p_mandant::text, true);
  return hold_binding(p_mandant);
end $$;
revoke all on function narrow_to_binding from public;
grant execute on function narrow_to_binding to bruecke_connector;
