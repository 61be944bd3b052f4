import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import { OWNER_ROLE, QUEUE_ROLE } from '../db/roles.ts';

/**
 * Installs or updates graphile-worker's own schema as the owner role, and opens it to the queue's role alone. Runs before our
 * migrations, under their lock. Its tables have row level security without any policy, so each gets one for that role.
 */
export async function installQueue(admin: pg.ClientConfig): Promise<void> {
  // The schema's functions must belong to the owner role, which our SECURITY DEFINER functions run as.
  const pool = new pg.Pool({ ...admin, max: 1, options: `-c role=${OWNER_ROLE}` });
  // A broken connection also fails the statement that was running; graphile-worker asks for listeners all the same.
  pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
  try {
    // PostgreSQL gives EXECUTE on new functions to everybody unless told otherwise.
    await pool.query('alter default privileges revoke execute on functions from public');
    await runMigrations({ pgPool: pool });
    await pool.query(`
      grant usage on schema graphile_worker to ${QUEUE_ROLE};
      grant select, insert, update, delete on all tables in schema graphile_worker to ${QUEUE_ROLE};
      grant usage, select, update on all sequences in schema graphile_worker to ${QUEUE_ROLE};
      grant execute on all functions in schema graphile_worker to ${QUEUE_ROLE};
      do $$
      declare
        name text;
      begin
        for name in
          select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname = 'graphile_worker' and c.relkind = 'r'
             and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'bruecke')
        loop
          execute format('alter table graphile_worker.%I enable row level security', name);
          execute format('create policy bruecke on graphile_worker.%I to ${QUEUE_ROLE} using (true) with check (true)', name);
        end loop;
      end $$;`);
  } finally {
    await pool.end();
  }
}
