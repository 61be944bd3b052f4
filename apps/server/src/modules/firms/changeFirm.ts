import type { Id } from '@bruecke/model';
import { inFirm } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { type Firm, readFirm } from './getFirm.ts';

/** Changes the firm's name. The Beraternummer is what datasets hang on and is never changed here. */
export function changeFirm(ctx: Ctx, input: { firmId: Id; name: string }) {
  return inFirm(ctx, input.firmId, 'admin', async (tx) => {
    const before = await readFirm(tx, input.firmId);
    const name = input.name.trim();
    if (name === before.name) return { answer: before, history: 'unchanged' as const };
    await tx.updateTable('firms').set({ name }).where('id', '=', input.firmId).execute();
    const history = await recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: 'firm.changed',
      subject: { firmId: input.firmId },
      ...actedBy(ctx.caller, [
        { label: 'firm.name', value: name },
        { label: 'firm.nameBefore', value: before.name },
      ]),
      firmIds: [input.firmId],
    });
    const answer: Firm = { ...before, name };
    return { answer, history };
  });
}
