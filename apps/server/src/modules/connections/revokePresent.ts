import type { Exchange } from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { GrantRow } from '../connectionHealth/index.ts';
import { datevCallMs, revokeTokens } from '../grants/index.ts';
import type { Returned } from './signInRow.ts';

/** What one call to DATEV may take at most, and something for what lies between them. */
const callMs = datevCallMs + 10_000;

/** The grant that a renewal has ended. */
export type EndedGrant = { mandantId: Id; connectionId: Id; grantId: Id; grantedBy: Id | null };

/**
 * Revokes what is left at DATEV of the connection's grants (ended, lost, valid), the valid one last: if one before it can not be revoked, it
 * goes on.
 * `revoked`: none is left. `ended`: the one that was valid until now.
 */
export async function revokePresent(
  ctx: Ctx,
  returned: Returned,
  connectionId: Id,
  exchanges: Exchange[],
): Promise<{ revoked: boolean; ended: EndedGrant | null }> {
  const present = await claim(ctx, returned, connectionId);
  if (present === 'refreshing') return { revoked: false, ended: null };
  let ended: EndedGrant | null = null;
  for (const grant of present) {
    const revoked = await revokeTokens(ctx, returned.settings, grant, exchanges);
    const before = await settle(ctx, grant, revoked);
    if (!revoked || !before) return { revoked: false, ended };
    if (before === 'valid')
      ended = { mandantId: grant.mandant_id, connectionId, grantId: grant.id, grantedBy: grant.granted_by };
  }
  return { revoked: true, ended };
}

/** Kept from being refreshed for longer than all the calls may take: discovery, then two for each grant. */
function claim(ctx: Ctx, { signIn }: Returned, connectionId: Id): Promise<GrantRow[] | 'refreshing'> {
  const { mandant_id: mandantId } = signIn;
  const now = ctx.now();
  return inMandant(ctx, mandantId, 'connections', async (tx) => {
    const grants = await tx
      .selectFrom('grants')
      .selectAll()
      .where('mandant_id', '=', mandantId)
      .where('connection_id', '=', connectionId)
      // Also of a lost one that DATEV has not refused: see loseGrant.
      .where('refresh_token', 'is not', null)
      .orderBy(sql`state = 'valid'`)
      .forUpdate()
      .execute();
    // A refresh under way will bring a new pair; its tokens are not known yet.
    if (grants.some((grant) => grant.lease_until && grant.lease_until > now)) return 'refreshing';
    const claimed = grants.map((grant) => ({ ...grant, lease_number: grant.lease_number + 1 }));
    for (const grant of claimed)
      await tx
        .updateTable('grants')
        .set({
          lease_number: grant.lease_number,
          lease_until: new Date(now.getTime() + (1 + 2 * grants.length) * callMs),
        })
        .where('mandant_id', '=', mandantId)
        .where('id', '=', grant.id)
        .execute();
    return claimed;
  });
}

/**
 * Writes what the revocation came to, as a job: what is gone at DATEV is gone, whatever right has ended meanwhile. The state
 * it had until now; null when another one has taken the grant over, whose tokens may be new.
 */
function settle(ctx: Ctx, grant: GrantRow, revoked: boolean): Promise<GrantRow['state'] | null> {
  return ctx.withTenant({ as: 'job', mandantId: grant.mandant_id }, async (tx) => {
    const present = await tx
      .selectFrom('grants')
      .select('state')
      .where('mandant_id', '=', grant.mandant_id)
      .where('id', '=', grant.id)
      .where('lease_number', '=', grant.lease_number)
      .forUpdate()
      .executeTakeFirst();
    if (!present) return null;
    const at = ctx.now();
    const lost = { state: 'lost', lost_at: at, lost_reason: 'replaced' } as const;
    await tx
      .updateTable('grants')
      .set({
        lease_until: null,
        ...(revoked && { revoked_at: at, access_token: null, access_expires_at: null, refresh_token: null }),
        ...(revoked && present.state === 'valid' && lost),
        ...(revoked && present.state === 'revoking' && { state: 'revoked' as const }),
      })
      .where('mandant_id', '=', grant.mandant_id)
      .where('id', '=', grant.id)
      .execute();
    return present.state;
  });
}
