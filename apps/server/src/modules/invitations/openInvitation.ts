import type { FirmRole, Id, MemberRole, Right } from '@bruecke/model';
import { sql } from 'kysely';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { newLinkToken } from '../../secrets/linkToken.ts';
import { queueMail } from '../notifications/index.ts';

/** Seven days, in milliseconds. */
const LIFETIME = 7 * 24 * 60 * 60 * 1000;

export type InvitationTo =
  | { kind: 'staff'; firmId: Id; role: FirmRole; mayManageConnections: boolean }
  | { kind: 'member'; mandantId: Id; role: MemberRole; rights: readonly Right[] };

/** An invitation as lists show it; the link is in the mail only. */
export type OpenInvitation = {
  id: Id;
  email: string;
  role: 'admin' | 'user';
  invitedAt: string;
  expiresAt: string;
};

/**
 * Writes an invitation that is good once and for seven days, and queues its mail, in the caller's transaction. An older open one of
 * the same side to the same address ends: only the newest mail works. Who may invite whom is the calling verb's to check.
 */
export async function openInvitation(
  tx: Tx,
  ctx: Ctx,
  input: { email: string; to: InvitationTo },
): Promise<OpenInvitation> {
  const { to } = input;
  const email = input.email.trim();
  const at = ctx.now();
  const expiresAt = new Date(at.getTime() + LIFETIME);
  const { token, hash } = newLinkToken(ctx);
  const id = ctx.newId();
  const side = to.kind === 'staff' ? sql`firm_id = ${to.firmId}` : sql`mandant_id = ${to.mandantId}`;
  await sql`
    update invitations set revoked_at = ${at}
     where kind = ${to.kind} and ${side} and lower(email) = lower(${email}) and accepted_at is null and revoked_at is null
  `.execute(tx);
  await tx
    .insertInto('invitations')
    .values({
      id,
      kind: to.kind,
      token_hash: hash,
      email,
      firm_id: to.kind === 'staff' ? to.firmId : null,
      mandant_id: to.kind === 'member' ? to.mandantId : null,
      role: to.role,
      rights: to.kind === 'member' ? [...to.rights] : [],
      may_manage_connections: to.kind === 'staff' && to.mayManageConnections,
      invited_by: ctx.caller.userId,
      created_at: at,
      expires_at: expiresAt,
      accepted_at: null,
      revoked_at: null,
    })
    .execute();
  await queueMail(tx, ctx, {
    recipient: email,
    kind: to.kind === 'staff' ? 'staffInvitation' : 'memberInvitation',
    language: ctx.caller.language,
    link: `/einladung#${token}`,
  });
  return { id, email, role: to.role, invitedAt: at.toISOString(), expiresAt: expiresAt.toISOString() };
}
