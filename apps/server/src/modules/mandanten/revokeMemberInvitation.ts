import type { Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { revokeInvitation } from '../invitations/index.ts';

/** Withdraws an open invitation to the Mandant: its link stops working at commit. */
export function revokeMemberInvitation(ctx: Ctx, input: { mandantId: Id; invitationId: Id }) {
  const { mandantId, invitationId } = input;
  return inMandant(ctx, mandantId, 'members', async (tx) => ({
    answer: undefined,
    history: await revokeInvitation(tx, ctx, { side: { mandantId }, invitationId }),
  }));
}
