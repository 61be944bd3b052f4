import { timingSafeEqual } from 'node:crypto';
import type { Id } from '@bruecke/model';
import { type RawBuilder, sql } from 'kysely';
import { inMandant, lockLinks, lockMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { breaksUnique } from '../../db/violation.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { hashCheckCode } from './checkCode.ts';
import { maxCodeTries } from './firmInvitations.ts';
import { readOpenEngagement } from './readOpen.ts';

/**
 * Opens the Kanzleiverbindung with the firm whose check code was typed. Five wrong codes end the invitation: each is counted in a
 * transaction that commits, and only then refused.
 */
export async function confirmEngagement(ctx: Ctx, input: { mandantId: Id; invitationId: Id; checkCode: string }) {
  const result = await inMandant(ctx, input.mandantId, 'members', async (tx) => {
    await lockMandant(tx, ctx, input.mandantId, 'members');
    const invitation = await readAccepted(tx, ctx, input);
    if (!sameHash(invitation.codeHash, hashCheckCode(invitation.tokenHash, input.checkCode))) {
      await countTry(tx, input);
      return invitation.tries + 1 < maxCodeTries ? ('check_code_wrong' as const) : ('check_code_spent' as const);
    }
    return open(tx, ctx, input.mandantId, invitation);
  });
  if (typeof result === 'string') throw refuse(result);
  return result;
}

type Accepted = {
  id: Id;
  firmId: Id;
  mandantNumber: number;
  tokenHash: string;
  codeHash: string;
  accessFrom: string;
  tries: number;
};

async function readAccepted(tx: Tx, ctx: Ctx, input: { mandantId: Id; invitationId: Id }): Promise<Accepted> {
  const row = await tx
    .selectFrom('engagement_invitations')
    .selectAll()
    .where('mandant_id', '=', input.mandantId)
    .where('id', '=', input.invitationId)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw refuse('not_found');
  const { firm_id: firmId, mandant_number: mandantNumber, check_code_hash: codeHash, check_code_tries: tries } = row;
  if (row.withdrawn_at || row.confirmed_at || row.expires_at <= ctx.now()) throw refuse('link_expired');
  if (tries >= maxCodeTries) throw refuse('check_code_spent');
  // Nobody has read out a code yet, so whatever was typed is none.
  if (!firmId || mandantNumber === null || !codeHash) throw refuse('check_code_wrong');
  return { id: row.id, firmId, mandantNumber, tokenHash: row.token_hash, codeHash, accessFrom: row.access_from, tries };
}

function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

async function countTry(tx: Tx, input: { mandantId: Id; invitationId: Id }): Promise<void> {
  await tx
    .updateTable('engagement_invitations')
    .set((q) => ({ check_code_tries: q('check_code_tries', '+', 1) }))
    .where('mandant_id', '=', input.mandantId)
    .where('id', '=', input.invitationId)
    .execute();
}

async function open(tx: Tx, ctx: Ctx, mandantId: Id, invitation: Accepted) {
  if (await readOpenEngagement(tx, mandantId)) throw refuse('engagement_exists');
  const { firmId, mandantNumber, accessFrom } = invitation;
  await lockLinks(tx, { firmIds: [firmId] });
  const at = ctx.now();
  const engagementId = ctx.newId();
  await tx
    .updateTable('engagement_invitations')
    .set({ confirmed_at: at })
    .where('mandant_id', '=', mandantId)
    .where('id', '=', invitation.id)
    .execute();
  try {
    await tx
      .insertInto('engagements')
      .values({
        mandant_id: mandantId,
        id: engagementId,
        firm_id: firmId,
        mandant_number: mandantNumber,
        since: at,
        access_from: beginOfDay(accessFrom),
        ended_at: null,
        ended_by: null,
        ended_side: null,
      })
      .execute();
  } catch (error) {
    if (breaksUnique(error, 'engagements_number')) throw refuse('number_taken', { cause: error });
    throw error;
  }
  const history = await recordHistory(tx, ctx, {
    at,
    kind: 'engagement.opened',
    subject: { mandantId, firmId, engagementId },
    data: { mandantNumber, accessFrom },
    ...actedBy(ctx.caller, await namesOf(tx, mandantId)),
    mandantIds: [mandantId],
    firmIds: [firmId],
  });
  return { answer: undefined, history };
}

/** The day is one of German books, whatever zone the server runs in. */
function beginOfDay(date: string): RawBuilder<Date> {
  return sql<Date>`(${date}::date)::timestamp at time zone 'Europe/Berlin'`;
}

async function namesOf(tx: Tx, mandantId: Id): Promise<{ label: string; value: string }[]> {
  const row = await tx.selectFrom('mandanten').select('name').where('mandant_id', '=', mandantId).executeTakeFirst();
  return row ? [{ label: 'mandant.name', value: row.name }] : [];
}
