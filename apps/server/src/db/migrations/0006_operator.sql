-- What the operator's page shows: numbers, never rows. Counting needs sight of tables that the operator may not read, so it is
-- done by functions of the owner.

create function instance_counts() returns table (firms bigint, mandanten bigint, vouchers bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select (select count(*) from public.firms), (select count(*) from public.mandanten), (select count(*) from public.vouchers)
$$;

-- Jobs that could run now, those that do, and those given up. plpgsql: the queue's table is looked up when called, by name.
create function queue_counts() returns table (ready bigint, running bigint, failed bigint)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
    select count(*) filter (where j.locked_at is null and j.attempts < j.max_attempts and j.run_at <= now()),
           count(*) filter (where j.locked_at is not null),
           count(*) filter (where j.locked_at is null and j.attempts >= j.max_attempts) + (select count(*) from failed_jobs)
      from graphile_worker._private_jobs j;
end $$;
revoke all on function instance_counts, queue_counts from public;
grant execute on function instance_counts, queue_counts to bruecke_operator;

-- The operator opens a firm by inviting its first admin. Into a firm that has people, only its own admins invite.
drop policy operator_invites on invitations;
create policy operator_invites on invitations for insert to bruecke_operator
  with check (kind = 'staff' and not exists (select from firm_staff s where s.firm_id = invitations.firm_id));
