import {
  type DatevFailure,
  type DatevOnlineSettings,
  type Exchange,
  refreshTokens,
  type Tokens,
} from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import { datevRuntime, writeTechnicalLog } from './datevRuntime.ts';
import { leaseMs, underLease } from './lease.ts';
import { loseGrant } from './loseGrant.ts';
import { enqueueRevocation } from './revokeGrant.ts';
import { accessMarginMs, openAccessToken, openRefreshToken, sealTokens } from './tokens.ts';

/** A refresh that ends unclear is repeated exactly once with the same token (DATEV's are single-use). */
const mostTries = 2;
/** Between two tries to save a new pair, at most. */
const mostPauseMs = 5_000;

export type FreshToken =
  | { kind: 'ready'; accessToken: string }
  /** Another one is refreshing, or DATEV can't be asked now. */
  | { kind: 'later'; at: Date; failure: DatevFailure | null }
  /** A person must sign in again, or there is no grant. */
  | { kind: 'none' };

type Claimed = {
  grantId: Id;
  lease: number;
  leaseUntil: Date;
  refreshToken: string;
  consentedAt: Date;
  scopes: string[];
};

/**
 * An access token of the connection's grant that is good for a while yet. One refresher at a time: claim a lease with a
 * fencing number (transaction) → call → save the new pair where the number is still the newest → only then use it.
 */
export async function freshAccessToken(
  services: Services,
  settings: DatevOnlineSettings,
  mandantId: Id,
  connectionId: Id,
): Promise<FreshToken> {
  const bounded = underLease(services);
  const found = await claim(services, mandantId, connectionId);
  if (found.kind !== 'claimed') return found;
  const exchanges: Exchange[] = [];
  const answer = await refreshTokens(settings, datevRuntime(bounded, exchanges), {
    refreshToken: found.claimed.refreshToken,
    mode: 'longTerm',
    signedInAt: found.claimed.consentedAt,
    scopes: found.claimed.scopes,
  });
  return answer.ok
    ? save(services, mandantId, found.claimed, answer.value, exchanges)
    : giveUp(services, mandantId, found.claimed, answer.failure, exchanges);
}

async function claim(
  services: Services,
  mandantId: Id,
  connectionId: Id,
): Promise<FreshToken | { kind: 'claimed'; claimed: Claimed }> {
  const now = services.now();
  return services.withTenant({ as: 'job', mandantId }, async (tx) => {
    const grant = await tx
      .selectFrom('grants')
      .selectAll()
      .where('mandant_id', '=', mandantId)
      .where('connection_id', '=', connectionId)
      .where('state', '=', 'valid')
      .forUpdate()
      .executeTakeFirst();
    if (!grant?.refresh_token) return { kind: 'none' };
    const { access_token, access_expires_at } = grant;
    if (access_token && access_expires_at && access_expires_at.getTime() - now.getTime() > accessMarginMs)
      return { kind: 'ready', accessToken: openAccessToken(services.encryption, grant.id, access_token) };
    if (grant.lease_until && grant.lease_until > now) return { kind: 'later', at: soon(now), failure: null };
    if (grant.refresh_expires_at <= now || grant.refresh_tries >= mostTries) {
      await loseGrant(tx, services, {
        mandantId,
        grantId: grant.id,
        reason: grant.refresh_expires_at <= now ? 'expired' : 'refreshUnclear',
      });
      return { kind: 'none' };
    }
    const lease = grant.lease_number + 1;
    const leaseUntil = new Date(now.getTime() + leaseMs);
    await tx
      .updateTable('grants')
      .set({
        lease_number: lease,
        lease_until: leaseUntil,
        refresh_tries: grant.refresh_tries + 1,
      })
      .where('mandant_id', '=', mandantId)
      .where('id', '=', grant.id)
      .execute();
    const refreshToken = openRefreshToken(services.encryption, grant.id, grant.refresh_token);
    return {
      kind: 'claimed',
      claimed: {
        grantId: grant.id,
        lease,
        leaseUntil,
        refreshToken,
        consentedAt: grant.consented_at,
        scopes: grant.scopes,
      },
    };
  });
}

/**
 * Only this process has the new pair, and the old one is spent: when it can't be saved, saving is tried again for as long as
 * the lease keeps others from sending the old one (cloud.md A.5). Nobody gets it unsaved. Given up, it is forgotten; the
 * next refresh sends the spent token, and by that DATEV ends the session with all that was issued in it.
 */
async function save(
  services: Services,
  mandantId: Id,
  claimed: Claimed,
  tokens: Tokens,
  exchanges: Exchange[],
): Promise<FreshToken> {
  for (let pause = 250; ; pause = Math.min(pause * 2, mostPauseMs)) {
    try {
      return await saveOnce(services, mandantId, claimed, tokens, [...exchanges]);
    } catch (error) {
      if (services.now().getTime() + pause >= claimed.leaseUntil.getTime()) throw error;
      services.log(`the new tokens of grant ${claimed.grantId} could not be saved: once more in ${pause} ms`);
      await services.wait(pause);
    }
  }
}

/** The new pair replaces the old one whatever the grant's state has become: after a cut or a loss the pair that lives is revoked. */
async function saveOnce(
  services: Services,
  mandantId: Id,
  claimed: Claimed,
  tokens: Tokens,
  exchanges: Exchange[],
): Promise<FreshToken> {
  return services.withTenant({ as: 'job', mandantId }, async (tx) => {
    await writeTechnicalLog(tx, services, exchanges);
    const saved = await tx
      .updateTable('grants')
      .set({
        ...sealTokens(services.encryption, claimed.grantId, tokens),
        refresh_expires_at: tokens.refreshExpiresAt,
        lease_until: null,
        refresh_tries: 0,
      })
      .where('mandant_id', '=', mandantId)
      .where('id', '=', claimed.grantId)
      .where('lease_number', '=', claimed.lease)
      .where('state', '<>', 'revoked')
      .returning('state')
      .executeTakeFirst();
    // Taken over, by somebody who looks again; or saved by a commit whose answer was lost, and refreshed since.
    if (!saved) return { kind: 'later', at: soon(services.now()), failure: null };
    if (saved.state === 'valid') return { kind: 'ready', accessToken: tokens.accessToken };
    await enqueueRevocation(tx, mandantId, claimed.grantId, null);
    return { kind: 'none' };
  });
}

async function giveUp(
  services: Services,
  mandantId: Id,
  claimed: Claimed,
  failure: DatevFailure,
  exchanges: Exchange[],
): Promise<FreshToken> {
  const now = services.now();
  // The token has certainly not been spent by these, so they don't count as tries.
  const untouched =
    failure.kind === 'unavailable' ||
    failure.kind === 'unreachable' ||
    failure.kind === 'rateLimited' ||
    failure.kind === 'appNotAllowed';
  return services.withTenant({ as: 'job', mandantId }, async (tx) => {
    await writeTechnicalLog(tx, services, exchanges);
    if (failure.kind === 'needsReauth') {
      await loseGrant(tx, services, { mandantId, grantId: claimed.grantId, reason: 'refused' });
      return { kind: 'none' };
    }
    await tx
      .updateTable('grants')
      .set((eb) => ({
        lease_until: null,
        refresh_tries: untouched ? sql<number>`greatest(refresh_tries - 1, 0)` : eb.ref('refresh_tries'),
      }))
      .where('mandant_id', '=', mandantId)
      .where('id', '=', claimed.grantId)
      .where('lease_number', '=', claimed.lease)
      .execute();
    const seconds = failure.retryAfterSeconds ?? (untouched ? 30 : 5);
    return { kind: 'later', at: new Date(now.getTime() + seconds * 1000), failure };
  });
}

function soon(now: Date): Date {
  return new Date(now.getTime() + 2_000);
}
