-- An invitation is worth what the right of whoever made it is worth at the moment it is used. Asked of the links as they are, so
-- whoever joins holds their lock (lock_links). The side that still may: an admin of the firm, or the operator while the firm has
-- nobody; whoever manages the Mandant's people, or while it has no admin of its own a Kanzlei-Admin who sees it, for an admin.
create function invitation_stands(p_invitation uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select case i.kind
    when 'staff' then
      exists (select from firm_staff s where s.firm_id = i.firm_id and s.user_id = i.invited_by and s.role = 'admin')
      or (exists (select from users u where u.id = i.invited_by and u.operator)
          and not exists (select from firm_staff s where s.firm_id = i.firm_id))
    when 'member' then
      exists (select from access a where a.mandant_id = i.mandant_id and a.user_id = i.invited_by and 'members' = any (a.rights))
      or (i.role = 'admin'
          and exists (select from access a where a.mandant_id = i.mandant_id and a.user_id = i.invited_by and 'master' = any (a.rights))
          and not exists (select from mandant_members m where m.mandant_id = i.mandant_id and m.role = 'admin'))
    -- Set-up and a forgotten password hang on nobody's right.
    else true
  end
  from invitations i where i.id = p_invitation
$$;
revoke all on function invitation_stands from public;
grant execute on function invitation_stands to bruecke_user, bruecke_auth;

-- The operator takes back what went to a wrong address, as long as nobody has come into the firm; nobody comes meanwhile.
grant execute on function lock_links to bruecke_operator;
grant select (id, kind, email, firm_id, mandant_id, expires_at, accepted_at, revoked_at), update (revoked_at) on invitations to bruecke_operator;
create policy operator_sees_first on invitations for select to bruecke_operator
  using (kind = 'staff' and not exists (select from firm_staff s where s.firm_id = invitations.firm_id));
create policy operator_withdraws on invitations for update to bruecke_operator
  using (kind = 'staff' and not exists (select from firm_staff s where s.firm_id = invitations.firm_id));
