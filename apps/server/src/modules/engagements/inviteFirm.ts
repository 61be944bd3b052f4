import type { Id } from '@bruecke/model';
import { inMandant, lockMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { newLinkToken } from '../../secrets/linkToken.ts';
import { queueMail } from '../notifications/index.ts';
import type { Invitation } from './firmInvitations.ts';
import { readOpenEngagement } from './readOpen.ts';

/** Seven days, in milliseconds. */
const LIFETIME = 7 * 24 * 60 * 60 * 1000;

/**
 * Invites a firm by mail. The link alone opens nothing: a signed-in Kanzlei-Admin accepts it and reads out a check code, which
 * the Mandant types. `accessFrom` (a day in German time): vouchers handed in before it stay hidden from the firm.
 */
export function inviteFirm(ctx: Ctx, input: { mandantId: Id; email: string; accessFrom: string }) {
  const { mandantId, accessFrom } = input;
  return inMandant(ctx, mandantId, 'members', async (tx) => {
    await lockMandant(tx, ctx, mandantId, 'members');
    if (await readOpenEngagement(tx, mandantId)) throw refuse('engagement_exists');
    const at = ctx.now();
    const expiresAt = new Date(at.getTime() + LIFETIME);
    const { token, hash } = newLinkToken(ctx);
    const id = ctx.newId();
    const email = input.email.trim();
    await tx
      .insertInto('engagement_invitations')
      .values({
        mandant_id: mandantId,
        id,
        email,
        token_hash: hash,
        access_from: accessFrom,
        invited_by: ctx.caller.userId,
        created_at: at,
        expires_at: expiresAt,
        firm_id: null,
        accepted_by: null,
        accepted_at: null,
        mandant_number: null,
        check_code_hash: null,
        confirmed_at: null,
        withdrawn_at: null,
      })
      .execute();
    await queueMail(tx, ctx, {
      recipient: email,
      kind: 'firmInvitation',
      language: ctx.caller.language,
      link: `/kanzlei-einladung#${token}`,
    });
    const history = await recordHistory(tx, ctx, {
      at,
      kind: 'engagement.invited',
      subject: { mandantId, invitationId: id },
      data: { accessFrom },
      ...actedBy(ctx.caller, [{ label: 'invited.email', value: email }]),
      mandantIds: [mandantId],
    });
    const answer: Invitation = {
      id,
      email,
      state: 'sent',
      invitedAt: at.toISOString(),
      expiresAt: expiresAt.toISOString(),
      firmName: null,
      consultantNumber: null,
      accessFrom,
    };
    return { answer, history };
  });
}
