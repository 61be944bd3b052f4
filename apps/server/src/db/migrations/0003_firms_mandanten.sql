-- Firms, Mandanten, the link between them, and who may see what.

create table firms (
  id uuid primary key,
  name text not null,
  consultant_number int not null check (consultant_number between 1000 and 9999999),
  created_at timestamptz not null
);
create unique index firms_consultant_number on firms (consultant_number);

create table firm_staff (
  firm_id uuid not null references firms,
  user_id uuid not null references users,
  role text not null check (role in ('admin', 'user')),
  may_manage_connections boolean not null default false,
  since timestamptz not null,
  primary key (firm_id, user_id)
);
create index firm_staff_user on firm_staff (user_id);

create table mandanten (
  mandant_id uuid primary key,
  name text not null,
  -- The one Kanzlei-Admin who may see this Mandant, if it is restricted.
  restricted_to uuid references users,
  created_at timestamptz not null
);

create table engagements (
  mandant_id uuid not null references mandanten,
  id uuid not null,
  firm_id uuid not null references firms,
  mandant_number int not null check (mandant_number between 1 and 99999),
  since timestamptz not null,
  -- Vouchers received before this day are not shown to the firm (set when a Mandant invites a new one).
  access_from timestamptz,
  ended_at timestamptz,
  ended_by uuid references users,
  ended_side text check (ended_side in ('firm', 'mandant')),
  primary key (mandant_id, id)
);
-- At most one open engagement per Mandant; a Mandantennummer is unique among a firm's open ones.
create unique index engagements_open on engagements (mandant_id) where ended_at is null;
create unique index engagements_number on engagements (firm_id, mandant_number) where ended_at is null;
create index engagements_firm on engagements (firm_id, mandant_id) where ended_at is null;

create table engagement_invitations (
  mandant_id uuid not null references mandanten,
  id uuid not null,
  email text not null,
  token_hash text not null unique,
  access_from date not null,
  invited_by uuid not null references users,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  firm_id uuid references firms,
  accepted_by uuid references users,
  accepted_at timestamptz,
  mandant_number int,
  check_code_hash text,
  check_code_tries int not null default 0,
  confirmed_at timestamptz,
  withdrawn_at timestamptz,
  primary key (mandant_id, id)
);

create table assignments (
  mandant_id uuid not null references mandanten,
  user_id uuid not null references users,
  function text not null,
  firm_id uuid not null,
  since timestamptz not null,
  primary key (mandant_id, user_id, function),
  -- Whoever leaves the firm leaves nothing behind that would work again on the day they come back. Cascading runs as the owner,
  -- so it also reaches Mandanten that are restricted to somebody else than the one who removes.
  foreign key (firm_id, user_id) references firm_staff (firm_id, user_id) on delete cascade
);
create index assignments_user on assignments (user_id, mandant_id);
create index assignments_staff on assignments (firm_id, user_id);

create table mandant_members (
  mandant_id uuid not null references mandanten,
  user_id uuid not null references users,
  role text not null check (role in ('admin', 'user')),
  rights text[] not null default '{}',
  since timestamptz not null,
  primary key (mandant_id, user_id)
);
create index mandant_members_user on mandant_members (user_id);

-- A firm that a Mandant invites sees vouchers from the day the Mandant chooses, and history from its own start.
alter table access add column voucher_from timestamptz, add column history_from timestamptz;

-- A firm reads the Mandant's Protokoll from its own start; several ways in count as the widest.
create function sees_all_history() returns uuid[] language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select array(select mandant_id from access where history_from is null)
$$;
create function sees_history_from(p_mandant uuid) returns timestamptz language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select min(history_from) from access where mandant_id = p_mandant
$$;
grant execute on function sees_all_history, sees_history_from to bruecke_user;
drop policy read on mandant_history;
create policy read on mandant_history for select to bruecke_user using (
  mandant_id = any ((select sees_all_history())::uuid[]) or at >= sees_history_from(mandant_id)
);
drop policy read on mandant_history_people;
create policy read on mandant_history_people for select to bruecke_user using (
  mandant_id = any ((select sees_all_history())::uuid[]) or (mandant_id, entry_id) in (select mandant_id, id from mandant_history)
);

-- Who may see what, computed from scratch. The table `access` holds the same rows; triggers keep it, tests compare.
create view access_computed with (security_invoker = true) as
  select m.user_id, m.mandant_id,
    case when m.role = 'admin' then array['read','handIn','edit','connections','master','members','cut'] else m.rights end as rights,
    'mandant'::text as via, null::timestamptz as voucher_from, null::timestamptz as history_from
  from mandant_members m
  union all
  select s.user_id, e.mandant_id,
    case when s.role = 'admin' then array['read','handIn','edit','connections','master','cut']
         when s.may_manage_connections then array['read','handIn','edit','connections']
         else array['read','handIn','edit'] end,
    'firm'::text, e.access_from, e.since
  from engagements e
  join mandanten t on t.mandant_id = e.mandant_id
  join firm_staff s on s.firm_id = e.firm_id
  where e.ended_at is null
    and (t.restricted_to is null or t.restricted_to = s.user_id)
    and (s.role = 'admin' or exists (select from assignments a where a.mandant_id = e.mandant_id and a.user_id = s.user_id and a.firm_id = e.firm_id));

create view firm_access_computed with (security_invoker = true) as
  select user_id, firm_id, role from firm_staff;

-- Two writers on the two sides of a join would each compute from what they see and miss the other's row; so whoever
-- touches the links of a Mandant or a firm holds its lock until commit, and computes after taking it.
create function lock_links(what uuid) returns void language sql as $$
  select pg_advisory_xact_lock(hashtextextended('links:' || what::text, 0))
$$;

-- Whoever relies on the links without changing them (a hand-in that chooses its target) waits for a cut under way, not for each other.
create function share_links(what uuid) returns void language sql as $$
  select pg_advisory_xact_lock_shared(hashtextextended('links:' || what::text, 0))
$$;

-- Rewrites `access` for one Mandant, or for one person's rows through a firm; nothing else is touched.
create function refresh_access(p_mandant uuid, p_user uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from access a
  where (p_mandant is null or a.mandant_id = p_mandant) and (p_user is null or a.user_id = p_user)
    and not exists (select from access_computed c where c.user_id = a.user_id and c.mandant_id = a.mandant_id and c.via = a.via);
  insert into access (user_id, mandant_id, rights, via, voucher_from, history_from)
  select c.user_id, c.mandant_id, c.rights, c.via, c.voucher_from, c.history_from from access_computed c
  where (p_mandant is null or c.mandant_id = p_mandant) and (p_user is null or c.user_id = p_user)
  on conflict (user_id, mandant_id, via) do update
    set rights = excluded.rights, voucher_from = excluded.voucher_from, history_from = excluded.history_from
    where (access.rights, access.voucher_from, access.history_from) is distinct from (excluded.rights, excluded.voucher_from, excluded.history_from);
  perform pg_notify('access_changed', json_build_object('mandantId', p_mandant, 'userId', p_user)::text);
end $$;

create function links_changed() returns trigger
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
    perform refresh_access(null, v_user);
    return null;
  end if;
  v_mandant := case when tg_op = 'DELETE' then old.mandant_id else new.mandant_id end;
  perform lock_links(v_mandant);
  -- The firm's lock too: a person of the firm may be changing at this moment.
  for v_firm in select distinct e.firm_id from engagements e where e.mandant_id = v_mandant order by 1 loop
    perform lock_links(v_firm);
  end loop;
  perform refresh_access(v_mandant, null);
  return null;
end $$;

create trigger links_changed after insert or update or delete on firm_staff for each row execute function links_changed();
create trigger links_changed after insert or delete or update of ended_at on engagements for each row execute function links_changed();
create trigger links_changed after insert or update or delete on assignments for each row execute function links_changed();
create trigger links_changed after insert or update or delete on mandant_members for each row execute function links_changed();
create trigger links_changed after update of restricted_to on mandanten for each row execute function links_changed();

-- A firm keeps an admin, and so does a Mandant that has had one; checked at commit, so that a hand-over is one transaction.
create function keep_firm_admin() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform lock_links(old.firm_id);
  if not exists (select from firm_staff where firm_id = old.firm_id and role = 'admin') then
    raise exception 'last admin of firm %', old.firm_id using errcode = 'BR001';
  end if;
  return null;
end $$;
create constraint trigger keep_firm_admin after update or delete on firm_staff deferrable initially deferred
  for each row when (old.role = 'admin') execute function keep_firm_admin();
create function keep_member_admin() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform lock_links(old.mandant_id);
  if not exists (select from mandant_members where mandant_id = old.mandant_id and role = 'admin') then
    raise exception 'last admin of mandant %', old.mandant_id using errcode = 'BR001';
  end if;
  return null;
end $$;
-- Whom a Mandant is restricted to stays an admin of its firm, else nobody of the firm could hand it over any more.
create function keep_restricted_admin() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from firm_staff where firm_id = old.firm_id and user_id = old.user_id and role = 'admin')
     and exists (
       select from mandanten t join engagements e on e.mandant_id = t.mandant_id and e.ended_at is null
       where e.firm_id = old.firm_id and t.restricted_to = old.user_id
     ) then
    raise exception 'admin of restricted mandanten of firm %', old.firm_id using errcode = 'BR002';
  end if;
  return null;
end $$;
create constraint trigger keep_restricted_admin after update or delete on firm_staff deferrable initially deferred
  for each row when (old.role = 'admin') execute function keep_restricted_admin();
create constraint trigger keep_member_admin after update or delete on mandant_members deferrable initially deferred
  for each row when (old.role = 'admin') execute function keep_member_admin();

do $$
declare t text;
begin
  foreach t in array array['firms','firm_staff','mandanten','engagements','engagement_invitations','assignments','mandant_members'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy owner_all on %I to bruecke_owner using (true) with check (true)', t);
  end loop;
  -- Tenant tables: a person by `access` (an init-plan, not row by row), a job by its Mandant.
  foreach t in array array['mandanten','assignments','mandant_members'] loop
    execute format('create policy tenant on %I for select to bruecke_user using (mandant_id = any (array(select mandant_id from access)))', t);
  end loop;
  foreach t in array array['mandanten','engagements','engagement_invitations','assignments','mandant_members'] loop
    execute format('create policy job on %I to bruecke_job using (mandant_id = app_mandant()) with check (mandant_id = app_mandant())', t);
    execute format('grant select on %I to bruecke_user, bruecke_job', t);
  end loop;
end $$;
-- A firm sees its own engagements; who was the firm before, and whom the Mandant invites, only the Mandant sees.
create policy tenant on engagements for select to bruecke_user using (
  mandant_id = any (array(select mandant_id from access))
  and (ended_at is null or firm_id = any (array(select firm_id from firm_access))
       or mandant_id = any (array(select mandant_id from access where via = 'mandant')))
);
create policy tenant on engagement_invitations for select to bruecke_user using (
  mandant_id = any (array(select mandant_id from access where via = 'mandant'))
);

-- Writing needs the right for it, here too: the verb above says why, this says no.
create function may(p_right text) returns uuid[] language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select array(select mandant_id from access where p_right = any (rights) and (app_rights() is null or p_right = any (app_rights())))
$$;
grant execute on function may, lock_links, share_links to bruecke_user, bruecke_job, bruecke_auth;
grant update (name, restricted_to) on mandanten to bruecke_user;
create policy change_mandant on mandanten for update to bruecke_user using (mandant_id = any ((select may('master'))::uuid[]));
grant insert, update (mandant_number, ended_at, ended_by, ended_side) on engagements to bruecke_user;
create policy open_engagement on engagements for insert to bruecke_user with check (mandant_id = any ((select may('members'))::uuid[]));
create policy end_engagement on engagements for update to bruecke_user
  using (mandant_id = any ((select may('cut'))::uuid[])) with check (mandant_id = any ((select may('read'))::uuid[]));
grant insert, update (check_code_tries, confirmed_at, withdrawn_at) on engagement_invitations to bruecke_user;
create policy invite_firm on engagement_invitations for insert to bruecke_user with check (mandant_id = any ((select may('members'))::uuid[]));
create policy change_firm_invitation on engagement_invitations for update to bruecke_user using (mandant_id = any ((select may('members'))::uuid[]));
grant insert, delete on assignments to bruecke_user;
create policy assign on assignments for insert to bruecke_user with check (mandant_id = any ((select may('master'))::uuid[]));
create policy unassign on assignments for delete to bruecke_user using (mandant_id = any ((select may('master'))::uuid[]));
grant insert, update, delete on mandant_members to bruecke_user;
create policy add_member on mandant_members for insert to bruecke_user with check (mandant_id = any ((select may('members'))::uuid[]));
create policy change_member on mandant_members for update to bruecke_user using (mandant_id = any ((select may('members'))::uuid[]));
create policy remove_member on mandant_members for delete to bruecke_user using (mandant_id = any ((select may('members'))::uuid[]));

-- Own firms in full; the firm behind an open engagement by name. Changing is for its admins.
grant select, update on firms to bruecke_user;
create policy see_firm on firms for select to bruecke_user using (
  id = any (array(select firm_id from firm_access)) or id = any (array(select firm_id from engagements))
  -- A firm that accepted a Mandant's invitation and waits for the check code.
  or id = any (array(select firm_id from engagement_invitations where firm_id is not null))
);
create policy change_firm on firms for update to bruecke_user using (id = any (array(select firm_id from firm_access where role = 'admin')));
grant select, insert, update, delete on firm_staff to bruecke_user;
create policy see_staff on firm_staff for select to bruecke_user using (
  firm_id = any (array(select firm_id from firm_access)) or firm_id = any (array(select firm_id from engagements where ended_at is null))
);
create policy add_staff on firm_staff for insert to bruecke_user with check (firm_id = any (array(select firm_id from firm_access where role = 'admin')));
create policy change_staff on firm_staff for update to bruecke_user using (firm_id = any (array(select firm_id from firm_access where role = 'admin')));
create policy remove_staff on firm_staff for delete to bruecke_user using (firm_id = any (array(select firm_id from firm_access where role = 'admin')));
create policy job_firms on firms for select to bruecke_job using (true);
grant select on firms to bruecke_job;

-- Names of those one works with: colleagues, the other side of an open engagement, oneself.
create policy users_visible on users for select to bruecke_user using (
  id = app_user() or id in (select user_id from firm_staff) or id in (select user_id from mandant_members)
);

-- Open invitations: read by whoever sees the side they belong to (never the token's hash), written by its admins. The deliberate
-- way past that: a cut must leave somebody, so while a Mandant has no admin of its own a Kanzlei-Admin may invite one.
grant select (id, kind, email, firm_id, mandant_id, role, rights, may_manage_connections, invited_by, created_at, expires_at, accepted_at, revoked_at)
  on invitations to bruecke_user;
grant insert, update (revoked_at) on invitations to bruecke_user;
create policy see_invitation on invitations for select to bruecke_user using (
  firm_id = any (array(select firm_id from firm_access)) or mandant_id = any (array(select mandant_id from access))
);
create policy invite on invitations for insert to bruecke_user with check (
  (kind = 'staff' and mandant_id is null and firm_id = any (array(select firm_id from firm_access where role = 'admin')))
  or (kind = 'member' and firm_id is null and mandant_id = any ((select may('members'))::uuid[]))
  or (kind = 'member' and firm_id is null and role = 'admin' and mandant_id = any ((select may('master'))::uuid[])
      and not exists (select from mandant_members m where m.mandant_id = invitations.mandant_id and m.role = 'admin'))
);
-- A cut withdraws what the firm has sent, and who may cut may not always invite.
create policy withdraw on invitations for update to bruecke_user using (
  firm_id = any (array(select firm_id from firm_access where role = 'admin'))
  or mandant_id = any ((select may('members'))::uuid[]) or mandant_id = any ((select may('cut'))::uuid[])
);

-- Accepting an invitation makes the first link, so it can't be done with the rights that the link will give.
grant insert, select on firm_staff, mandant_members to bruecke_auth;
grant select on firms, mandanten to bruecke_auth;
grant insert on firms to bruecke_auth;
create policy join_firm on firm_staff to bruecke_auth using (true) with check (true);
create policy join_mandant on mandant_members to bruecke_auth using (true) with check (true);
create policy name_firm on firms to bruecke_auth using (true) with check (true);
create policy name_mandant on mandanten for select to bruecke_auth using (true);
-- A firm's admin who holds the link of a Mandant's invitation can't see that Mandant yet either. Answers the invitation, or nothing
-- where the link is not (or no longer) good for this firm. The same firm may accept again, which replaces the check code.
create function accept_engagement(p_token_hash text, p_firm uuid, p_number int, p_check_code_hash text, p_at timestamptz)
returns table (mandant_id uuid, id uuid, expires_at timestamptz, inviter_email text, inviter_language text)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  v_mandant uuid;
begin
  if not exists (select from firm_access f where f.user_id = app_user() and f.firm_id = p_firm and f.role = 'admin') then
    raise exception 'not an admin of this firm' using errcode = '42501';
  end if;
  select i.mandant_id into v_mandant from engagement_invitations i
   where i.token_hash = p_token_hash and i.expires_at > p_at and i.withdrawn_at is null and i.confirmed_at is null;
  -- Told only to whoever holds a good link; the constraints' own names, so that the verb reads one kind of answer.
  if exists (select from engagements e where e.mandant_id = v_mandant and e.ended_at is null) then
    raise exception 'the mandant has a firm' using errcode = '23505', constraint = 'engagements_open';
  end if;
  if v_mandant is not null and exists (
    select from engagements e where e.firm_id = p_firm and e.mandant_number = p_number and e.ended_at is null
  ) then
    raise exception 'number in use' using errcode = '23505', constraint = 'engagements_number';
  end if;
  return query
    update engagement_invitations i
       set firm_id = p_firm, accepted_by = app_user(), accepted_at = p_at, mandant_number = p_number, check_code_hash = p_check_code_hash
     where i.token_hash = p_token_hash and i.expires_at > p_at and i.withdrawn_at is null and i.confirmed_at is null
       and i.check_code_tries < 5 and (i.firm_id is null or i.firm_id = p_firm)
    returning i.mandant_id, i.id, i.expires_at,
      (select u.email from users u where u.id = i.invited_by), (select u.language from users u where u.id = i.invited_by);
end $$;
-- A Mandant restricted to one Kanzlei-Admin is hidden from the others, also from the one who removes people: how many are
-- restricted to this person, and whom they look after.
create function restricted_mandanten_of(p_firm uuid, p_user uuid) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from firm_access f where f.user_id = app_user() and f.firm_id = p_firm and f.role = 'admin') then
    raise exception 'not an admin of this firm' using errcode = '42501';
  end if;
  return (select count(*) from mandanten t join engagements e on e.mandant_id = t.mandant_id and e.ended_at is null
           where e.firm_id = p_firm and t.restricted_to = p_user);
end $$;
create function assigned_mandanten_of(p_firm uuid, p_user uuid) returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from firm_access f where f.user_id = app_user() and f.firm_id = p_firm and f.role = 'admin') then
    raise exception 'not an admin of this firm' using errcode = '42501';
  end if;
  return array(select distinct a.mandant_id from assignments a where a.firm_id = p_firm and a.user_id = p_user order by 1);
end $$;
-- Mandanten of the own firms that are restricted to somebody else.
create function hidden_mandanten() returns uuid[]
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select array(
    select e.mandant_id from engagements e join mandanten t on t.mandant_id = e.mandant_id
     where e.ended_at is null and t.restricted_to is not null and t.restricted_to <> app_user()
       and e.firm_id in (select firm_id from firm_access where user_id = app_user()))
$$;
-- The firm's chain tells its admins that something happened to such a Mandant, not which company it is.
drop policy read on firm_history_people;
create policy read on firm_history_people for select to bruecke_user using (
  firm_id = any (array(select firm_id from firm_access where role = 'admin'))
  and (label <> 'mandant.name' or not exists (
    select from firm_history h where h.firm_id = firm_history_people.firm_id and h.id = firm_history_people.entry_id
      and (h.subject ->> 'mandantId')::uuid = any ((select hidden_mandanten())::uuid[])))
);
-- API keys are the sign-in role's. What a cut has to say and do about them: how many hang on the firm, and end those whose
-- person sees the Mandant no longer (which have no power any more; so they don't wake up when the person is let in again).
create function count_firm_keys(p_mandant uuid, p_firm uuid) returns bigint
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select count(*) from api_keys k join firm_staff s on s.user_id = k.user_id and s.firm_id = p_firm
   where k.mandant_id = p_mandant and k.revoked_at is null
     and not exists (select from mandant_members m where m.mandant_id = p_mandant and m.user_id = k.user_id)
     and exists (select from access a where a.user_id = app_user() and a.mandant_id = p_mandant and 'cut' = any (a.rights))
$$;
create function revoke_powerless_keys(p_mandant uuid, p_user uuid, p_at timestamptz) returns uuid[]
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  with ended as (
    update api_keys k set revoked_at = p_at
     where k.revoked_at is null and (p_mandant is null or k.mandant_id = p_mandant) and (p_user is null or k.user_id = p_user)
       and (p_mandant is not null or p_user is not null)
       and not exists (select from access a where a.user_id = k.user_id and a.mandant_id = k.mandant_id)
    returning k.id)
  select array(select id from ended)
$$;
revoke all on function accept_engagement, restricted_mandanten_of, assigned_mandanten_of, hidden_mandanten, count_firm_keys, revoke_powerless_keys from public;
grant execute on function accept_engagement, restricted_mandanten_of, assigned_mandanten_of, hidden_mandanten, count_firm_keys, revoke_powerless_keys to bruecke_user;
-- Opening a Mandant is the one write of a firm admin before `access` knows of it.
create function create_mandant(p_mandant uuid, p_engagement uuid, p_firm uuid, p_name text, p_number int, p_at timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from firm_access where user_id = app_user() and firm_id = p_firm and role = 'admin') then
    raise exception 'not an admin of this firm' using errcode = '42501';
  end if;
  insert into mandanten (mandant_id, name, created_at) values (p_mandant, p_name, p_at);
  insert into engagements (mandant_id, id, firm_id, mandant_number, since) values (p_mandant, p_engagement, p_firm, p_number, p_at);
end $$;
revoke all on function create_mandant from public;
grant execute on function create_mandant to bruecke_user;
revoke all on function refresh_access from public;

grant select, insert on firms to bruecke_operator;
create policy operator_firms on firms to bruecke_operator using (true) with check (true);
-- Counts for the operator's page: ids and states, no names of Mandanten.
grant select (firm_id, user_id) on firm_staff to bruecke_operator;
create policy operator_counts_staff on firm_staff for select to bruecke_operator using (true);
grant select (mandant_id, firm_id, ended_at) on engagements to bruecke_operator;
create policy operator_counts_engagements on engagements for select to bruecke_operator using (true);
grant select (mandant_id) on mandanten to bruecke_operator;
create policy operator_counts_mandanten on mandanten for select to bruecke_operator using (true);
