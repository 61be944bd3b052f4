import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { type Ctx, tenantOf } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { enqueueJob } from '../../jobs/index.ts';
import { syncFiguresJob } from './jobs.ts';

/** A page with figures of this Mandant is open: they are asked for more often for as long as this comes again (at most every quarter of an hour). */
export function noteLooking(ctx: Ctx, { mandantId }: { mandantId: Id }): Promise<void> {
  return ctx.withTenant(tenantOf(ctx.caller), async (tx) => {
    if (await noteWanted(tx, mandantId, { looked: ctx.now() })) await queueSync(tx, mandantId);
  });
}

/** True where something feeds the figures: a binding that is on. */
export async function noteWanted(tx: Tx, mandantId: Id, at: { looked?: Date; asked?: Date }): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`
    select note_figures_wanted(${mandantId}::uuid, ${at.looked ?? null}::timestamptz, ${at.asked ?? null}::timestamptz) as count`.execute(
    tx,
  );
  return (rows[0]?.count ?? 0) > 0;
}

/** The job looks by itself what there is to do. */
export async function queueSync(tx: Tx, mandantId: Id): Promise<void> {
  await enqueueJob(tx, syncFiguresJob, { mandantId }, { key: `syncFigures:${mandantId}` });
}
