import { sql } from 'kysely';
import type { Tenancy } from '../db/withTenant.ts';

/** A worker that has been silent for this long is taken for dead. */
export const SILENCE_SECONDS = 15;

/** Says that this worker lives, and frees the jobs of those that do not. Returns the ids of the dead. */
export async function beat(tenancy: Tenancy, workerId: string): Promise<readonly string[]> {
  return tenancy.withRole('dispatcher', async (tx) => {
    await sql`insert into workers (id) values (${workerId}) on conflict (id) do update set seen_at = now()`.execute(tx);
    const { rows } = await sql<{ dead: string[] }>`
      select free_jobs_of_dead_workers(make_interval(secs => ${SILENCE_SECONDS})) as dead`.execute(tx);
    return rows[0]?.dead ?? [];
  });
}

export async function signOff(tenancy: Tenancy, workerId: string): Promise<void> {
  await tenancy.withRole('dispatcher', (tx) => tx.deleteFrom('workers').where('id', '=', workerId).execute());
}
