import type { Id } from '@bruecke/model';
import { inFirm } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { revokeInvitation } from '../invitations/index.ts';

/** Withdraws an open invitation to the firm: its link stops working at commit. */
export function revokeStaffInvitation(ctx: Ctx, input: { firmId: Id; invitationId: Id }) {
  const { firmId, invitationId } = input;
  return inFirm(ctx, firmId, 'admin', async (tx) => ({
    answer: undefined,
    history: await revokeInvitation(tx, ctx, { side: { firmId }, invitationId }),
  }));
}
