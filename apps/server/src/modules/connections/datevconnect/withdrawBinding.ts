import type { Id } from '@bruecke/model';
import { inMandant } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import { actedBy, recordHistory } from '../../../history/index.ts';
import { openFirm } from '../../grants/index.ts';
import { lockRequest } from './confirmBinding.ts';
import { cardNow } from './readCard.ts';

/** Takes back a binding that waits for its second confirmation. */
export function withdrawBinding(ctx: Ctx, input: { mandantId: Id; requestId: Id }) {
  const { mandantId, requestId } = input;
  return inMandant(ctx, mandantId, 'connections', async (tx, seen) => {
    const request = await lockRequest(tx, input);
    const at = ctx.now();
    await tx
      .updateTable('binding_requests')
      .set({ withdrawn_at: at })
      .where('mandant_id', '=', mandantId)
      .where('id', '=', requestId)
      .execute();
    const firm = await openFirm(tx, mandantId);
    const history = await recordHistory(tx, ctx, {
      at,
      kind: 'connection.bindingWithdrawn',
      subject: { mandantId, requestId },
      data: {
        channel: 'datevconnect',
        consultantNumber: request.consultant_number,
        mandantNumber: request.mandant_number,
      },
      ...actedBy(ctx.caller),
      mandantIds: [mandantId],
      firmIds: firm ? [firm] : [],
    });
    return { answer: await cardNow(tx, ctx, seen), history };
  });
}
