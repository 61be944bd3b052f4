-- A mail may wait for days. The sender asks whether its link was used, withdrawn or replaced by a newer one meanwhile; it gets no more
-- than yes or no. A link that nobody knows is no reason to keep a mail back.
create function link_has_ended(p_token_hash text) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from invitations i
                  where i.token_hash = p_token_hash and (i.accepted_at is not null or i.revoked_at is not null))
      or exists (select from engagement_invitations e
                  where e.token_hash = p_token_hash and (e.confirmed_at is not null or e.withdrawn_at is not null))
$$;
revoke all on function link_has_ended from public;
grant execute on function link_has_ended to bruecke_dispatcher;
