import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { type Actor, type PersonalValue, recordHistory } from '../../history/index.ts';
import { queueMail } from '../notifications/index.ts';
import { enqueueRevocation } from './revokeGrant.ts';

/** Why a person must sign in at DATEV again. */
export type LossReason = 'expired' | 'refused' | 'refreshUnclear' | 'accessRefused' | 'scopeMissing';

/**
 * The grant is of no more use here, and the connection asks for a new sign-in. Who gave it is told by mail, unless they have
 * left. Where DATEV itself refused the refresh token, or it has run out, the tokens are forgotten. For every other reason it
 * may still be valid at DATEV, where a connection may have only one (requirement G-08): the tokens are kept, unused, until
 * they are revoked, and no new code is redeemed before.
 *
 * After two refreshes without an answer (`refreshUnclear`) nobody knows whether the kept token is the living one. If DATEV
 * spent it, the pair it gave instead never reached us. DATEV then answers the revocation with success, as for any token it
 * does not know (RFC 7009), and whether that ends the whole session is not documented: "Verbundene Anwendungen" alone can tell.
 */
export async function loseGrant(
  tx: Tx,
  services: Services,
  input: { mandantId: Id; grantId: Id; reason: LossReason },
): Promise<void> {
  const { mandantId, grantId, reason } = input;
  const at = services.now();
  const dead = reason === 'refused' || reason === 'expired';
  const lost = await tx
    .updateTable('grants')
    .set({
      state: 'lost',
      lost_at: at,
      lost_reason: reason,
      // A lease stays with the tokens: a refresh under way brings the pair that is to be revoked.
      ...(dead ? { access_token: null, access_expires_at: null, refresh_token: null, lease_until: null } : {}),
    })
    .where('mandant_id', '=', mandantId)
    .where('id', '=', grantId)
    .where('state', '=', 'valid')
    .returning(['connection_id', 'granted_by'])
    .executeTakeFirst();
  if (!lost) return;
  if (!dead) await enqueueRevocation(tx, mandantId, grantId, null);
  await recordLoss(tx, services, {
    mandantId,
    connectionId: lost.connection_id,
    grantId,
    grantedBy: lost.granted_by,
    reason,
    actor: { type: 'rule', name: 'forwarding' },
  });
}

/**
 * A DATEV-Freigabe was lost, and the connection has no other: told to both sides, and by mail to who gave it.
 * `replaced`: ended for a renewal that then did not come about.
 */
export async function recordLoss(
  tx: Tx,
  services: Services,
  lost: {
    mandantId: Id;
    connectionId: Id;
    grantId: Id;
    grantedBy: Id | null;
    reason: LossReason | 'replaced';
    actor: Actor;
    people?: readonly PersonalValue[];
  },
): Promise<{ id: Id; kind: 'connection.authorisationLost' }> {
  const { mandantId, connectionId, grantId, grantedBy, reason, ...by } = lost;
  const firm = await openFirm(tx, mandantId);
  await tellGranter(tx, services, grantedBy);
  return recordHistory(tx, services, {
    at: services.now(),
    kind: 'connection.authorisationLost',
    subject: { mandantId, connectionId, grantId },
    data: { reason },
    ...by,
    mandantIds: [mandantId],
    firmIds: firm ? [firm] : [],
  });
}

async function tellGranter(tx: Tx, services: Services, userId: Id | null): Promise<void> {
  const { rows } = await sql<{ email: string; language: 'de' | 'en' }>`
    select email, language from reachable_person(${userId}::uuid)`.execute(tx);
  for (const { email, language } of rows)
    await queueMail(tx, services, { recipient: email, kind: 'authorisationLost', language });
}

/** The firm of the open engagement: what happens to a connection concerns it too. */
export async function openFirm(tx: Tx, mandantId: Id): Promise<Id | null> {
  const row = await tx
    .selectFrom('engagements')
    .select('firm_id')
    .where('mandant_id', '=', mandantId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return row?.firm_id ?? null;
}
