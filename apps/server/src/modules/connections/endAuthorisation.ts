import type { Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { openFirm, queueRevocation, revokeGrant } from '../grants/index.ts';
import { readDatevSettings } from '../instance/index.ts';
import type { ConnectionAnswer } from './connectionAnswer.ts';
import { answerNow, lockLiving } from './livingConnection.ts';

type Result = { answer: ConnectionAnswer; history: { id: Id; kind: 'connection.authorisationEnded' } | 'unchanged' };

/** Ends the DATEV-Freigabe: unusable here at once, revoked at DATEV now or, if DATEV can't be reached, by the job (G-03). */
export async function endAuthorisation(ctx: Ctx, input: { mandantId: Id; connectionId: Id }): Promise<Result> {
  const { mandantId, connectionId } = input;
  const ended = await inMandant(ctx, mandantId, 'connections', async (tx) => {
    await lockLiving(tx, input);
    const grants = await tx
      .selectFrom('grants')
      .select('id')
      .where('mandant_id', '=', mandantId)
      .where('connection_id', '=', connectionId)
      // Also one that was lost here and is still to be revoked at DATEV.
      .where('state', 'in', ['valid', 'lost'])
      .where('refresh_token', 'is not', null)
      .execute();
    const grantIds = grants.map((grant) => grant.id);
    if (grantIds.length === 0) return { grantIds, settings: null, history: 'unchanged' as const };
    await queueRevocation(tx, { mandantId, grantIds });
    const firm = await openFirm(tx, mandantId);
    const history = await recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: 'connection.authorisationEnded',
      subject: { mandantId, connectionId },
      data: { grants: grantIds.length },
      ...actedBy(ctx.caller),
      mandantIds: [mandantId],
      firmIds: firm ? [firm] : [],
    });
    return { grantIds, settings: await readDatevSettings(tx, ctx), history };
  });
  for (const grantId of ended.grantIds) await revokeGrant(ctx, ended.settings, { mandantId, grantId });
  return { answer: await answerNow(ctx, input), history: ended.history };
}
