import type { Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { checkConnection, resumeForwarding } from '../connectionHealth/index.ts';
import { readDatevSettings } from '../instance/index.ts';
import type { ConnectionAnswer } from './connectionAnswer.ts';
import { answerNow, lockLiving } from './livingConnection.ts';

/** Testen: a real call for this Mandant. What it finds is shown; what it finds repaired goes on. */
export async function testConnection(
  ctx: Ctx,
  input: { mandantId: Id; connectionId: Id },
): Promise<{ answer: ConnectionAnswer; history: { id: Id; kind: 'connection.tested' } }> {
  const { mandantId, connectionId } = input;
  const settings = await inMandant(ctx, mandantId, 'connections', async (tx) => {
    await lockLiving(tx, input);
    return readDatevSettings(tx, ctx);
  });
  if (!settings) throw refuse('datev_not_configured');
  const check = await checkConnection(ctx, settings, { mandantId, connectionId, force: true });
  const history = await inMandant(ctx, mandantId, 'connections', async (tx) => {
    if (check.kind === 'ready') await resumeForwarding(tx, mandantId, connectionId);
    return recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: 'connection.tested',
      subject: { mandantId, connectionId },
      data: { result: check.kind },
      ...actedBy(ctx.caller),
      mandantIds: [mandantId],
    });
  });
  return { answer: await answerNow(ctx, input), history };
}
