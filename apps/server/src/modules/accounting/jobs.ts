import type { Id } from '@bruecke/model';
import { Type as T } from '@sinclair/typebox';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import { defineJob, enqueueJob, handleJob, type JobHandler, type Schedule } from '../../jobs/index.ts';
import { syncFigures } from './sync/syncFigures.ts';

const closed = { additionalProperties: false } as const;
/** Also enqueued by the database itself when a binding is switched on (migration 0010). */
export const syncFiguresJob = defineJob(
  'syncFigures',
  T.Object({ mandantId: T.String({ minLength: 36, maxLength: 36 }) }, closed),
);
const dueFiguresJob = defineJob('dueFigures', T.Object({}, closed));

export function accountingHandlers(services: Services): JobHandler[] {
  return [
    handleJob(syncFiguresJob, (payload) => syncFigures(services, payload)),
    handleJob(dueFiguresJob, async () => {
      await queueDueFigures(services);
    }),
  ];
}

export const accountingSchedules: Schedule[] = [{ job: dueFiguresJob, every: 60_000, offset: 20_000 }];

/** A run as old as this is looked at, should its orders have been taken away from it. */
const stuckAfterMs = 10 * 60_000;

/**
 * Finds the Mandanten for which the clock, an open page or a run that stands still may want something; what it is, the job decides. Ids and
 * times only. Answers how many.
 */
export async function queueDueFigures(services: Services): Promise<number> {
  const now = services.now();
  const stuck = new Date(now.getTime() - stuckAfterMs);
  return services.withRole('dispatcher', async (tx) => {
    const { rows } = await sql<{ mandantId: Id }>`
      select distinct c.mandant_id as "mandantId"
        from connections c
        left join ledgers l on l.mandant_id = c.mandant_id and l.connection_id = c.id
        left join sync_runs r on r.mandant_id = l.mandant_id and r.ledger_no = l.ledger_no and r.state = 'running'
       where c.channel = 'datevconnect' and c.switched_on and c.severed_at is null
         and (r.started_at < ${stuck}
              or r.started_at is null and (l.ledger_no is null or l.due_at is null or l.due_at <= ${now}
                or (l.looked_at > ${now}::timestamptz - interval '10 minutes'
                    and coalesce(l.last_run_at <= ${now}::timestamptz - interval '15 minutes', true))))
       limit 10000`.execute(tx);
    for (const row of rows) await enqueueJob(tx, syncFiguresJob, row, { key: `syncFigures:${row.mandantId}` });
    return rows.length;
  });
}
