import type { Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { noteWanted, queueSync } from './noteLooking.ts';

/** Somebody who asks again within a minute gets nothing newer; DATEV wants no more calls than there are reasons for (requirement G-33). */
const restMs = 60_000;

/** "Jetzt aktualisieren": a run begins at once, where none is under way and the last one is not just over. Refused with `figures_off`. */
export function refreshFigures(ctx: Ctx, { mandantId }: { mandantId: Id }) {
  return inMandant(ctx, mandantId, 'read', async (tx) => {
    const now = ctx.now();
    const recent = await tx
      .selectFrom('sync_runs')
      .select(['state', 'ended_at'])
      .where('mandant_id', '=', mandantId)
      .orderBy('started_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (recent?.state === 'running') return { answer: { running: true }, history: 'unchanged' as const };
    const rested = recent?.ended_at ? now.getTime() - recent.ended_at.getTime() : restMs;
    if (recent?.state === 'done' && rested < restMs)
      throw refuse('too_many_requests', { retryAfterSeconds: Math.ceil((restMs - rested) / 1000) });
    if (!(await noteWanted(tx, mandantId, { asked: now, looked: now }))) throw refuse('figures_off');
    await queueSync(tx, mandantId);
    const history = await recordHistory(tx, ctx, {
      at: now,
      kind: 'figures.refreshAsked',
      ...actedBy(ctx.caller),
      subject: { mandantId },
      mandantIds: [mandantId],
    });
    return { answer: { running: false }, history };
  });
}
