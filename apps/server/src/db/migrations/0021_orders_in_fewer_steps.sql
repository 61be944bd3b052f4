-- What the hub does for one order of a connector, in fewer statements (docs/decisions/0013-first-reading-in-fewer-steps.md).

-- An order of the connector that asks: found, its binding held, and locked. No row: it has no such order, or the order's Mandant is not
-- (or no longer) bound to it. From here on the transaction sees this Mandant alone.
-- In the order in which a cut takes its locks: the links, the connection, then the orders; and a sign of life or a revocation: the
-- connector, then the orders. Only what is asked for no Mandant is written into the connector's own row.
create function hold_order(p_firm uuid, p_order uuid) returns setof connector_orders language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
declare
  v_mandant uuid;
begin
  select o.mandant_id into v_mandant from connector_orders o
   where o.firm_id = p_firm and o.id = p_order and o.connector_id = app_connector();
  if not found then return; end if;
  if v_mandant is null then
    perform from connectors k where k.id = app_connector() for update;
  elsif not narrow_to_binding(v_mandant) then
    return;
  end if;
  return query
    select * from connector_orders o where o.firm_id = p_firm and o.id = p_order and o.connector_id = app_connector() for update;
end $$;
revoke all on function hold_order from public;
grant execute on function hold_order to bruecke_connector;
