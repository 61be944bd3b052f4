import type { Id } from '@bruecke/model';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { loseGrant } from './loseGrant.ts';
import { openAccessToken } from './tokens.ts';

/**
 * DATEV has refused an access token: 401, or a scope that it lacks. Many calls are under way with the same one, so what an answer means
 * depends on whether its token is still the grant's present one: the first answer has it refreshed, the others are about a token that
 * is given up already, and an old call's answer says nothing about a new consent. Only a refreshed token that is refused as well is the
 * end of the grant (cloud.md A.9).
 * 'again': the same call with the token that is good by then. 'lost': a person must sign in again, or there is no grant.
 */
export async function noteRefusedToken(
  tx: Tx,
  services: Services,
  input: { mandantId: Id; connectionId: Id; accessToken: string; reason: 'accessRefused' | 'scopeMissing' },
): Promise<'again' | 'lost'> {
  const { mandantId, connectionId, accessToken, reason } = input;
  const now = services.now();
  const grant = await tx
    .selectFrom('grants')
    .select(['id', 'access_token', 'access_expires_at', 'access_refused'])
    .where('mandant_id', '=', mandantId)
    .where('connection_id', '=', connectionId)
    .where('state', '=', 'valid')
    .forUpdate()
    .executeTakeFirst();
  if (!grant) return 'lost';
  const { access_token: present, access_expires_at: expiresAt } = grant;
  if (!present || openAccessToken(services.encryption, grant.id, present) !== accessToken) return 'again';
  if (reason === 'accessRefused') {
    if (!expiresAt || expiresAt <= now) return 'again';
    if (grant.access_refused === 0) {
      await tx
        .updateTable('grants')
        .set({ access_refused: 1, access_expires_at: now })
        .where('mandant_id', '=', mandantId)
        .where('id', '=', grant.id)
        .execute();
      return 'again';
    }
  }
  await loseGrant(tx, services, { mandantId, grantId: grant.id, reason });
  return 'lost';
}

/** DATEV lets the grant's token in: a refusal later on is the first one again. */
export async function noteAcceptedToken(tx: Tx, mandantId: Id, connectionId: Id): Promise<void> {
  await tx
    .updateTable('grants')
    .set({ access_refused: 0 })
    .where('mandant_id', '=', mandantId)
    .where('connection_id', '=', connectionId)
    .where('access_refused', '>', 0)
    .execute();
}
