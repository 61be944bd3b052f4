import type { Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';

/** How often current and previous year are read whole, in days. Refused with `figures_off` where no books come from DATEV. */
export function changeSettings(ctx: Ctx, { mandantId, wholeEveryDays }: { mandantId: Id; wholeEveryDays: number }) {
  return inMandant(ctx, mandantId, 'connections', async (tx) => {
    const changed = await tx
      .updateTable('ledgers')
      .set({ whole_every_days: wholeEveryDays })
      .where('mandant_id', '=', mandantId)
      .where('left_at', 'is', null)
      .returning('ledger_no')
      .execute();
    if (changed.length === 0) throw refuse('figures_off');
    const history = await recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: 'figures.settingsChanged',
      ...actedBy(ctx.caller),
      subject: { mandantId },
      data: { wholeEveryDays },
      mandantIds: [mandantId],
    });
    return { answer: undefined, history };
  });
}
