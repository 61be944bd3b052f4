-- A worker that was last seen in the future was so by a clock that has been put right since: silent, or seen again in a moment. Killed
-- then, it would have held its jobs, and the deliveries it had on the wire, until the right clock got that far.
create or replace function free_jobs_of_dead_workers(silence interval) returns text[] language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
declare
  dead text[];
begin
  delete from public.workers where seen_at not between now() - silence and now() + silence;
  select coalesce(array_agg(distinct held.locked_by), '{}') into dead
    from (select locked_by, locked_at from graphile_worker._private_jobs
          union all select locked_by, locked_at from graphile_worker._private_job_queues) as held
   where held.locked_at not between now() - silence and now() + silence
     and not exists (select from public.workers w where w.id = held.locked_by);
  if cardinality(dead) > 0 then
    -- New numbers: a worker that was only believed dead and comes back ends its job by number, and must not remove the one
    -- that others are working on, or that was enqueued anew, by then.
    update graphile_worker._private_jobs set id = default where locked_by = any (dead);
    perform graphile_worker.force_unlock_workers(dead);
  end if;
  return dead;
end $$;
