import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inFirm } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { breaksUnique } from '../../db/violation.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { hashToken } from '../../secrets/encryption.ts';
import { queueMail } from '../notifications/index.ts';
import { hashCheckCode, newCheckCode } from './checkCode.ts';

/**
 * A Kanzlei-Admin with the link of a Mandant's invitation accepts it for the firm and gets the check code to read out. Accepting
 * again gives a new code; the tries already used stay used. Nothing is opened and no Mandant is named before the Mandant confirms.
 * Refuses with `link_expired` every link that is not good for this firm, whatever the reason.
 */
export function acceptEngagement(ctx: Ctx, input: { firmId: Id; token: string; mandantNumber: number }) {
  const { firmId, mandantNumber } = input;
  return inFirm(ctx, firmId, 'admin', async (tx) => {
    const tokenHash = hashToken(input.token);
    const checkCode = newCheckCode(ctx);
    // The code's hash is bound to the invitation, whose id only the table knows: bound to the link's hash, it is as good.
    const accepted = await accept(tx, {
      firmId,
      tokenHash,
      mandantNumber,
      codeHash: hashCheckCode(tokenHash, checkCode),
      at: ctx.now(),
    });
    if (!accepted) throw refuse('link_expired');
    if (accepted.inviterEmail)
      await queueMail(tx, ctx, {
        recipient: accepted.inviterEmail,
        kind: 'engagementAccepted',
        language: accepted.inviterLanguage,
      });
    const history = await recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: 'engagement.accepted',
      subject: { mandantId: accepted.mandantId, firmId, invitationId: accepted.id },
      data: { mandantNumber },
      ...actedBy(ctx.caller),
      mandantIds: [accepted.mandantId],
      firmIds: [firmId],
    });
    return { answer: { checkCode, expiresAt: accepted.expiresAt.toISOString() }, history };
  });
}

type Accepted = { mandantId: Id; id: Id; expiresAt: Date; inviterEmail: string | null; inviterLanguage: 'de' | 'en' };

async function accept(
  tx: Tx,
  given: { firmId: Id; tokenHash: string; mandantNumber: number; codeHash: string; at: Date },
): Promise<Accepted | undefined> {
  try {
    const { rows } = await sql<Accepted>`
      select mandant_id as "mandantId", id, expires_at as "expiresAt", inviter_email as "inviterEmail",
             coalesce(inviter_language, 'de') as "inviterLanguage"
        from accept_engagement(${given.tokenHash}, ${given.firmId}::uuid, ${given.mandantNumber}::int, ${given.codeHash}, ${given.at}::timestamptz)`.execute(
      tx,
    );
    return rows[0];
  } catch (error) {
    if (breaksUnique(error, 'engagements_open')) throw refuse('engagement_exists', { cause: error });
    if (breaksUnique(error, 'engagements_number')) throw refuse('number_taken', { cause: error });
    throw error;
  }
}
