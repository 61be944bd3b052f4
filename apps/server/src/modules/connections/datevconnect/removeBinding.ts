import type { Id } from '@bruecke/model';
import { inMandant } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import { refuse } from '../../../refusal.ts';
import { openFirm } from '../../grants/index.ts';
import { lockBinding, severBinding } from './binding.ts';
import { cardNow } from './readCard.ts';

/** Removes the binding for good; figures already delivered stay, with their date. A new one begins with choosing a client. */
export function removeBinding(ctx: Ctx, input: { mandantId: Id }) {
  const { mandantId } = input;
  return inMandant(ctx, mandantId, 'connections', async (tx, seen) => {
    const binding = await lockBinding(tx, mandantId);
    if (!binding) throw refuse('no_connection');
    const history = await severBinding(tx, ctx, binding, await openFirm(tx, mandantId));
    return { answer: await cardNow(tx, ctx, seen), history };
  });
}
