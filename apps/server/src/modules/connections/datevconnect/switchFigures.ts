import type { Id } from '@bruecke/model';
import { inMandant } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import { actedBy, recordHistory } from '../../../history/index.ts';
import { refuse } from '../../../refusal.ts';
import { cancelOrders } from '../../connectors/index.ts';
import { openFirm } from '../../grants/index.ts';
import { lockBinding } from './binding.ts';
import { askForProbe } from './probeBinding.ts';
import { cardNow } from './readCard.ts';

/**
 * Figures on or off. Off ends the orders with this transaction, here and at the connector, and from then on the database takes no row of it;
 * what is there stays, with its date. On begins with a probe.
 */
export function switchFigures(ctx: Ctx, input: { mandantId: Id; on: boolean }) {
  const { mandantId, on } = input;
  return inMandant(ctx, mandantId, 'connections', async (tx, seen) => {
    const binding = await lockBinding(tx, mandantId);
    if (!binding) throw refuse('no_connection');
    if (binding.switched_on === on) return { answer: await cardNow(tx, ctx, seen), history: 'unchanged' as const };
    const at = ctx.now();
    await tx
      .updateTable('connections')
      .set({ switched_on: on, switched_at: at, switched_by: ctx.caller.userId })
      .where('mandant_id', '=', mandantId)
      .where('id', '=', binding.id)
      .execute();
    if (on) await askForProbe(tx, ctx, binding);
    else await cancelOrders(tx, ctx, { mandantId });
    const firm = await openFirm(tx, mandantId);
    const history = await recordHistory(tx, ctx, {
      at,
      kind: on ? 'connection.switchedOn' : 'connection.switchedOff',
      subject: { mandantId, connectionId: binding.id },
      data: { channel: 'datevconnect' },
      ...actedBy(ctx.caller),
      mandantIds: [mandantId],
      firmIds: firm ? [firm] : [],
    });
    return { answer: await cardNow(tx, ctx, seen), history };
  });
}
