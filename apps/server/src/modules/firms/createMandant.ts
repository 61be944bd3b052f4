import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inFirm, lockFirm } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { breaksUnique } from '../../db/violation.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { openInvitation } from '../invitations/index.ts';

/**
 * Creates a Mandant with an open Kanzleiverbindung, and invites its first own admin where an address is given.
 * Refuses with `number_taken` a Mandantennummer that another open Kanzleiverbindung of the firm has.
 */
export function createMandant(
  ctx: Ctx,
  input: { firmId: Id; name: string; mandantNumber: number; adminEmail?: string },
) {
  const { firmId, mandantNumber } = input;
  return inFirm(ctx, firmId, 'admin', async (tx) => {
    // Before the number is taken: whoever changes another one to it holds the firm, and would wait for it in a circle.
    await lockFirm(tx, firmId);
    const at = ctx.now();
    const mandantId = ctx.newId();
    const engagementId = ctx.newId();
    const name = input.name.trim();
    try {
      await sql`
        select create_mandant(${mandantId}::uuid, ${engagementId}::uuid, ${firmId}::uuid, ${name}, ${mandantNumber}, ${at}::timestamptz)
      `.execute(tx);
    } catch (error) {
      if (breaksUnique(error, 'engagements_number')) throw refuse('number_taken', { cause: error });
      throw error;
    }
    const both = { mandantIds: [mandantId], firmIds: [firmId] };
    const named = actedBy(ctx.caller, [{ label: 'mandant.name', value: name }]);
    const created = await recordHistory(tx, ctx, {
      at,
      kind: 'mandant.created',
      subject: { mandantId, firmId },
      data: { mandantNumber },
      ...named,
      ...both,
    });
    const opened = await recordHistory(tx, ctx, {
      at,
      kind: 'engagement.opened',
      subject: { mandantId, firmId, engagementId },
      data: { mandantNumber },
      ...named,
      ...both,
    });
    const invited = input.adminEmail ? [await inviteFirstAdmin(ctx, tx, mandantId, input.adminEmail)] : [];
    return { answer: { mandantId }, history: [created, opened, ...invited] };
  });
}

async function inviteFirstAdmin(ctx: Ctx, tx: Tx, mandantId: Id, email: string) {
  const invitation = await openInvitation(tx, ctx, {
    email,
    to: { kind: 'member', mandantId, role: 'admin', rights: [] },
  });
  return recordHistory(tx, ctx, {
    at: ctx.now(),
    kind: 'member.invited',
    subject: { mandantId, invitationId: invitation.id },
    data: { role: 'admin', rights: [] },
    ...actedBy(ctx.caller, [{ label: 'invited.email', value: invitation.email }]),
    mandantIds: [mandantId],
  });
}
