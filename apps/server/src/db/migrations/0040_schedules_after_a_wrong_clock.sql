-- The next run of a schedule, `next`, unless one waits already: that keeps its time, so that one that is late is not pushed on for ever. One
-- that waits for a time after `latest` was put there by a clock that was wrong, and comes at `next` as well: it would have come when the
-- right clock got that far, years later perhaps.
create function enqueue_schedule(task text, next timestamptz, latest timestamptz) returns void language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
declare
  name text := 'schedule:' || task;
begin
  perform public.enqueue_job(task, '{}', next, name, null, null,
    case when exists (select from graphile_worker._private_jobs j
                       where j.key = name and j.run_at > latest and j.locked_at is null)
         then 'replace' else 'preserve_run_at' end);
end $$;
grant execute on function enqueue_schedule(text, timestamptz, timestamptz) to bruecke_dispatcher;
