-- Each row of `access` changes under one lock, whoever changes it. A change of a person of a firm computed all rows of that person
-- under the lock of that firm alone: what was just being taken away elsewhere (a cut at another firm, a member removed) it still saw,
-- waited for the row, found it gone and put it back.
--
-- Which lock holds which rows, since a row is written from what is read after the lock is held:
--   via 'mandant'                    the Mandant's: every change of mandant_members takes it
--   via 'firm'                       the Mandant's and the firm's of its open Kanzleiverbindung, for whatever is the Mandant's
--                                    (engagements, assignments, restriction, members); the firm's alone, for its people
-- A Kanzleiverbindung begins and ends under both, so while one of them is held the open one stays the open one. Former firms hold
-- nothing: their lock does not keep the present firm's people from changing. So a transaction about a Mandant takes the Mandant's
-- lock and then one firm's, and one about a firm's people takes that firm's: no circle.

-- A person's rows through one firm. One statement for all Mandanten: a firm may have thousands.
create function refresh_firm_access(p_firm uuid, p_user uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from access a using engagements e
  where e.firm_id = p_firm and e.ended_at is null
    and a.user_id = p_user and a.mandant_id = e.mandant_id and a.via = 'firm'
    and not exists (select from access_computed c where c.user_id = a.user_id and c.mandant_id = a.mandant_id and c.via = a.via);
  insert into access (user_id, mandant_id, rights, via, voucher_from, history_from)
  select c.user_id, c.mandant_id, c.rights, c.via, c.voucher_from, c.history_from from access_computed c
  where c.user_id = p_user and c.via = 'firm'
    and c.mandant_id in (select e.mandant_id from engagements e where e.firm_id = p_firm and e.ended_at is null)
  on conflict (user_id, mandant_id, via) do update
    set rights = excluded.rights, voucher_from = excluded.voucher_from, history_from = excluded.history_from
    where (access.rights, access.voucher_from, access.history_from) is distinct from (excluded.rights, excluded.voucher_from, excluded.history_from);
  perform pg_notify('access_changed', json_build_object('mandantId', null, 'userId', p_user)::text);
end $$;
revoke all on function refresh_firm_access from public;

create or replace function links_changed() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_mandant uuid;
  v_firm uuid;
  v_user uuid;
begin
  if tg_table_name = 'firm_staff' then
    v_firm := case when tg_op = 'DELETE' then old.firm_id else new.firm_id end;
    v_user := case when tg_op = 'DELETE' then old.user_id else new.user_id end;
    perform lock_links(v_firm);
    if tg_op = 'DELETE' then
      delete from firm_access where firm_id = v_firm and user_id = v_user;
    else
      insert into firm_access (user_id, firm_id, role) values (v_user, v_firm, new.role)
      on conflict (user_id, firm_id) do update set role = excluded.role;
    end if;
    perform refresh_firm_access(v_firm, v_user);
    return null;
  end if;
  v_mandant := case when tg_op = 'DELETE' then old.mandant_id else new.mandant_id end;
  perform lock_links(v_mandant);
  -- The firm's lock too: a person of the firm may be changing at this moment. Of a Kanzleiverbindung that this transaction has just
  -- ended, it is the one whose firm still sees it open.
  if tg_table_name = 'engagements' then
    perform lock_links(case when tg_op = 'DELETE' then old.firm_id else new.firm_id end);
  end if;
  select e.firm_id into v_firm from engagements e where e.mandant_id = v_mandant and e.ended_at is null;
  if found then
    perform lock_links(v_firm);
  end if;
  perform refresh_access(v_mandant, null);
  return null;
end $$;

-- What was put back before this is taken away: once from scratch, and nobody writes meanwhile.
lock table access in share row exclusive mode;
select refresh_access(null, null);
