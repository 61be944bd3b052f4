import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import type { OpenInvitation } from './openInvitation.ts';

/** Invitations of one side that can still be accepted, oldest first. */
export async function listInvitations(
  tx: Tx,
  ctx: Ctx,
  side: { firmId: Id } | { mandantId: Id },
): Promise<OpenInvitation[]> {
  const [column, sideId] =
    'firmId' in side ? (['firm_id', side.firmId] as const) : (['mandant_id', side.mandantId] as const);
  const rows = await tx
    .selectFrom('invitations')
    .select(['id', 'email', 'role', 'created_at', 'expires_at'])
    .where(column, '=', sideId)
    .where('kind', 'in', ['staff', 'member'])
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', ctx.now())
    .where(sql<boolean>`invitation_stands(id)`)
    .orderBy('created_at')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    email: row.email ?? '',
    role: row.role ?? 'user',
    invitedAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }));
}
