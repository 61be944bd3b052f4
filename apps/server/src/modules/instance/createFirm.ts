import type { Id } from '@bruecke/model';
import { asOperator, lockLinks } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { newLinkToken } from '../../secrets/linkToken.ts';
import { endFirstInvitations } from '../invitations/index.ts';
import { queueMail } from '../notifications/index.ts';

const validMs = 7 * 24 * 3_600_000;

/**
 * Creates a firm and invites its first Kanzlei-Admin. Said again for a firm that nobody has joined yet (the mail was lost, the link is
 * over, the address was wrong), it invites anew, and what was sent before ends. Refuses with `consultant_number_taken` once the firm has people: then only its admins invite.
 */
export function createFirm(ctx: Ctx, input: { name: string; consultantNumber: number; adminEmail: string }) {
  return asOperator(ctx, async (tx) => {
    const { consultantNumber } = input;
    const existing = await tx
      .selectFrom('firms')
      .select('id')
      .where('consultant_number', '=', consultantNumber)
      .executeTakeFirst();
    const before = existing ? await takeBack(tx, ctx, existing.id) : await insertFirm(tx, ctx, input);
    const invited = await inviteAdmin(tx, ctx, before.firmId, input.adminEmail.trim());
    return { answer: { firmId: before.firmId }, history: [...before.recorded, invited] };
  });
}

/** Held, so that nobody joins while the next link is made: a mistyped address must not end up beside the right one. */
async function takeBack(tx: Tx, ctx: Ctx, firmId: Id) {
  await lockLinks(tx, { firmIds: [firmId] });
  const someone = await tx.selectFrom('firm_staff').select('user_id').where('firm_id', '=', firmId).executeTakeFirst();
  if (someone) throw refuse('consultant_number_taken');
  return { firmId, recorded: await endFirstInvitations(tx, ctx, { firmId }) };
}

async function insertFirm(tx: Tx, ctx: Ctx, input: { name: string; consultantNumber: number }) {
  const firmId = ctx.newId();
  const { consultantNumber } = input;
  const added = await tx
    .insertInto('firms')
    .values({ id: firmId, name: input.name.trim(), consultant_number: consultantNumber, created_at: ctx.now() })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (added.numInsertedOrUpdatedRows !== 1n) throw refuse('consultant_number_taken');
  const recorded = await recordHistory(tx, ctx, {
    at: ctx.now(),
    kind: 'firm.created',
    subject: { firmId },
    data: { consultantNumber },
    ...actedBy(ctx.caller),
    firmIds: [firmId],
    instance: true,
  });
  return { firmId, recorded: [recorded] };
}

async function inviteAdmin(tx: Tx, ctx: Ctx, firmId: Id, email: string) {
  const at = ctx.now();
  const invitationId = ctx.newId();
  const { token, hash } = newLinkToken(ctx);
  await tx
    .insertInto('invitations')
    .values({
      id: invitationId,
      kind: 'staff',
      token_hash: hash,
      email,
      firm_id: firmId,
      mandant_id: null,
      role: 'admin',
      may_manage_connections: true,
      invited_by: ctx.caller.userId,
      created_at: at,
      expires_at: new Date(at.getTime() + validMs),
      accepted_at: null,
      revoked_at: null,
    })
    .execute();
  await queueMail(tx, ctx, {
    recipient: email,
    kind: 'staffInvitation',
    language: ctx.caller.language,
    link: `/einladung#${token}`,
  });
  return recordHistory(tx, ctx, {
    at,
    kind: 'staff.invited',
    subject: { firmId, invitationId },
    data: { role: 'admin', mayManageConnections: true },
    ...actedBy(ctx.caller, [{ label: 'invited.email', value: email }]),
    firmIds: [firmId],
    instance: true,
  });
}
