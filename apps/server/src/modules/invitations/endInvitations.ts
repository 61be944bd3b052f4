import type { Id } from '@bruecke/model';
import { type RawBuilder, sql } from 'kysely';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, recordHistories } from '../../history/index.ts';

type Ended = { id: Id; email: string | null; firm_id: Id | null; mandant_id: Id | null };

/** Whose right to invite ends: who `leaves`, or stays as somebody who may not. */
type Loser = { userId: Id; leaves: boolean };

const madeByOwnAdmin = sql<boolean>`exists (
  select from mandant_members m
   where m.mandant_id = invitations.mandant_id and m.user_id = invitations.invited_by and m.role = 'admin')`;

/**
 * For a person of the firm who is its admin no longer: ends what they invited for the firm, to itself and as first admins to its
 * Mandanten, and for one who leaves also what is under way to their own address. Told in the history of the side it was for. To be
 * called while the caller may still write for the firm.
 */
export async function endInvitationsOfStaff(tx: Tx, ctx: Ctx, input: Loser & { firmId: Id }) {
  const { firmId, userId } = input;
  const ended = await end(
    tx,
    ctx,
    sql`(kind = 'staff' and firm_id = ${firmId} and ${byOrTo(input)})
        or (kind = 'member' and invited_by = ${userId} and not ${madeByOwnAdmin}
            and mandant_id in (select e.mandant_id from engagements e where e.firm_id = ${firmId} and e.ended_at is null))`,
  );
  return tell(tx, ctx, ended);
}

/** For a person of the Mandant who is its admin no longer; as {@link endInvitationsOfStaff}. */
export async function endInvitationsOfMember(tx: Tx, ctx: Ctx, input: Loser & { mandantId: Id }) {
  const ended = await end(tx, ctx, sql`kind = 'member' and mandant_id = ${input.mandantId} and ${byOrTo(input)}`);
  return tell(tx, ctx, ended);
}

/** Ends what was invited to a Mandant by anybody but its own admins, and tells how many: for a cut, which tells the number itself. */
export async function endInvitationsOfFirmSide(tx: Tx, ctx: Ctx, input: { mandantId: Id }): Promise<number> {
  return (await end(tx, ctx, ofFirmSide(input.mandantId))).length;
}

/** Restricted to one person of the firm: ends what its others invited to the Mandant, who may no longer. */
export async function endInvitationsOfOthers(tx: Tx, ctx: Ctx, input: { mandantId: Id; but: Id }) {
  const { mandantId, but } = input;
  const ended = await end(tx, ctx, sql`${ofFirmSide(mandantId)} and invited_by is distinct from ${but}::uuid`);
  return tell(tx, ctx, ended);
}

/** For a firm that nobody has joined: ends what the operator sent before, told in its history and the instance's. */
export async function endFirstInvitations(tx: Tx, ctx: Ctx, input: { firmId: Id }) {
  return tell(tx, ctx, await end(tx, ctx, sql`kind = 'staff' and firm_id = ${input.firmId}`), { instance: true });
}

const ofFirmSide = (mandantId: Id) => sql`kind = 'member' and mandant_id = ${mandantId} and not ${madeByOwnAdmin}`;

const byOrTo = ({ userId, leaves }: Loser) =>
  leaves
    ? sql`(invited_by = ${userId} or lower(email) = (select lower(u.email) from users u where u.id = ${userId}))`
    : sql`invited_by = ${userId}`;

async function end(tx: Tx, ctx: Ctx, which: RawBuilder<unknown>): Promise<Ended[]> {
  const { rows } = await sql<Ended>`
    update invitations set revoked_at = ${ctx.now()}
     where accepted_at is null and revoked_at is null and expires_at > ${ctx.now()} and (${which})
    returning id, email, firm_id, mandant_id`.execute(tx);
  return rows;
}

function tell(tx: Tx, ctx: Ctx, ended: readonly Ended[], also: { instance?: boolean } = {}) {
  return recordHistories(
    tx,
    ctx,
    ended.map(({ id, email, firm_id, mandant_id }) => ({
      at: ctx.now(),
      kind: 'invitation.revoked' as const,
      subject: {
        invitationId: id,
        ...(firm_id ? { firmId: firm_id } : {}),
        ...(mandant_id ? { mandantId: mandant_id } : {}),
      },
      ...actedBy(ctx.caller, [{ label: 'invited.email', value: email ?? '' }]),
      firmIds: firm_id ? [firm_id] : [],
      mandantIds: mandant_id ? [mandant_id] : [],
      ...also,
    })),
  );
}
