import type { Id } from '@bruecke/model';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';

export const invitationStates = ['sent', 'accepted', 'confirmed', 'expired', 'withdrawn'] as const;
export type InvitationState = (typeof invitationStates)[number];

export type Invitation = {
  id: Id;
  email: string;
  state: InvitationState;
  invitedAt: string;
  expiresAt: string;
  firmName: string | null;
  consultantNumber: number | null;
  accessFrom: string;
};

/** Wrong check codes after which an invitation is dead (the table's function knows the same number). */
export const maxCodeTries = 5;

/** Invitations to firms, newest first. Who holds the link is shown by name only after it accepted. */
export async function listFirmInvitations(
  tx: Tx,
  ctx: Ctx,
  mandantId: Id,
  states: readonly InvitationState[],
): Promise<Invitation[]> {
  const rows = await tx
    .selectFrom('engagement_invitations as i')
    .leftJoin('firms as f', 'f.id', 'i.firm_id')
    .select([
      'i.id',
      'i.email',
      'i.created_at',
      'i.expires_at',
      'i.access_from',
      'i.accepted_at',
      'i.confirmed_at',
      'i.withdrawn_at',
      'i.check_code_tries',
      'f.name as firm_name',
      'f.consultant_number',
    ])
    .where('i.mandant_id', '=', mandantId)
    .orderBy('i.created_at', 'desc')
    .execute();
  return rows
    .map((row) => ({
      id: row.id,
      email: row.email,
      state: stateOf(row, ctx.now()),
      invitedAt: row.created_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
      firmName: row.firm_name,
      consultantNumber: row.consultant_number,
      accessFrom: row.access_from,
    }))
    .filter((row) => states.includes(row.state));
}

export function stateOf(
  row: {
    accepted_at: Date | null;
    confirmed_at: Date | null;
    withdrawn_at: Date | null;
    expires_at: Date;
    check_code_tries: number;
  },
  now: Date,
): InvitationState {
  if (row.confirmed_at) return 'confirmed';
  if (row.withdrawn_at) return 'withdrawn';
  if (row.expires_at <= now || row.check_code_tries >= maxCodeTries) return 'expired';
  return row.accepted_at ? 'accepted' : 'sent';
}
