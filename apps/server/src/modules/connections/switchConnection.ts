import type { Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { checkConnection, resumeForwarding } from '../connectionHealth/index.ts';
import { openFirm } from '../grants/index.ts';
import { readDatevSettings } from '../instance/index.ts';
import type { ConnectionAnswer } from './connectionAnswer.ts';
import { answerNow, lockLiving } from './livingConnection.ts';

type Result = {
  answer: ConnectionAnswer;
  history: { id: Id; kind: 'connection.switchedOn' | 'connection.switchedOff' } | 'unchanged';
};

/** Off stops forwarding and loses nothing: what waits goes on waiting. On checks first, then drains. */
export async function switchConnection(
  ctx: Ctx,
  input: { mandantId: Id; connectionId: Id; on: boolean },
): Promise<Result> {
  const { mandantId, connectionId, on } = input;
  const { history, settings } = await inMandant(ctx, mandantId, 'connections', async (tx) => {
    const row = await lockLiving(tx, input);
    const settings = await readDatevSettings(tx, ctx);
    if (row.switched_on === on) return { history: 'unchanged' as const, settings };
    const at = ctx.now();
    await tx
      .updateTable('connections')
      .set({ switched_on: on, switched_at: at, switched_by: ctx.caller.userId })
      .where('mandant_id', '=', mandantId)
      .where('id', '=', connectionId)
      .execute();
    const firm = await openFirm(tx, mandantId);
    const history = await recordHistory(tx, ctx, {
      at,
      kind: on ? 'connection.switchedOn' : 'connection.switchedOff',
      subject: { mandantId, connectionId },
      ...actedBy(ctx.caller),
      mandantIds: [mandantId],
      firmIds: firm ? [firm] : [],
    });
    return { history, settings };
  });
  if (on && history !== 'unchanged' && settings) {
    const check = await checkConnection(ctx, settings, { mandantId, connectionId, force: true });
    if (check.kind === 'ready')
      await ctx.withTenant({ as: 'job', mandantId }, (tx) => resumeForwarding(tx, mandantId, connectionId));
  }
  return { answer: await answerNow(ctx, input), history };
}
