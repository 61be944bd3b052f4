import { type DatevOnlineSettings, type Exchange, revokeToken } from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import { type Selectable, sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { GrantsTable } from '../../db/connectionTables.ts';
import type { Tx } from '../../db/withTenant.ts';
import { datevRuntime, writeTechnicalLog } from './datevRuntime.ts';
import { openAccessToken, openRefreshToken } from './tokens.ts';

/** Marks a grant for revocation and enqueues the job, in the caller's transaction. Nothing uses it from here on; a lost one stays lost. */
export async function queueRevocation(tx: Tx, input: { mandantId: Id; grantIds: readonly Id[] }): Promise<void> {
  for (const grantId of input.grantIds) {
    await tx
      .updateTable('grants')
      .set({ state: 'revoking' })
      .where('mandant_id', '=', input.mandantId)
      .where('id', '=', grantId)
      .where('state', '=', 'valid')
      .execute();
    await enqueueRevocation(tx, input.mandantId, grantId, null);
  }
}

/** Enqueues the job {@link revokeGrant} for a grant that is to be revoked, in the caller's transaction. `at`: null for now. */
export async function enqueueRevocation(tx: Tx, mandantId: Id, grantId: Id, at: Date | null): Promise<void> {
  const payload = JSON.stringify({ mandantId, grantId });
  await sql`select enqueue_job('revokeGrant', ${payload}::jsonb, ${at}::timestamptz, ${`revokeGrant:${grantId}`})`.execute(
    tx,
  );
}

/**
 * Revokes the tokens of a grant that was ended or lost, refresh token first, and forgets them only after success (cloud.md A.6)
 * or when they have run out. Returns whether nothing of it is left at DATEV; otherwise the job is already enqueued again.
 */
export async function revokeGrant(
  services: Services,
  settings: DatevOnlineSettings | null,
  input: { mandantId: Id; grantId: Id },
): Promise<boolean> {
  const { mandantId, grantId } = input;
  const now = services.now();
  const grant = await services.withTenant({ as: 'job', mandantId }, (tx) =>
    tx
      .selectFrom('grants')
      .selectAll()
      .where('mandant_id', '=', mandantId)
      .where('id', '=', grantId)
      .executeTakeFirst(),
  );
  if (!grant || !isToBeRevoked(grant)) return true;
  // A refresh under way brings a new pair in a moment; that one has to be revoked, not the spent one.
  const refreshing = grant.lease_until !== null && grant.lease_until > now;
  const exchanges: Exchange[] = [];
  const done =
    hasRunOut(grant, now) ||
    (!refreshing && settings !== null && (await revokeTokens(services, settings, grant, exchanges)));
  await services.withTenant({ as: 'job', mandantId }, async (tx) => {
    await writeTechnicalLog(tx, services, exchanges);
    const tries = grant.revoke_tries + (refreshing ? 0 : 1);
    const changes = done
      ? ({
          // A lost one stays lost: the connection goes on asking for a sign-in, and says why.
          state: sql<'lost' | 'revoked'>`case state when 'lost' then 'lost' else 'revoked' end`,
          revoked_at: now,
          access_token: null,
          access_expires_at: null,
          refresh_token: null,
        } as const)
      : { revoke_tries: tries };
    const changed = await tx
      .updateTable('grants')
      .set(changes)
      .where('mandant_id', '=', mandantId)
      .where('id', '=', grantId)
      .where('state', 'in', ['revoking', 'lost'])
      // Only what was revoked is forgotten: a late refresh may have brought another pair meanwhile.
      .where('refresh_token', 'is not distinct from', grant.refresh_token)
      .returning('id')
      .executeTakeFirst();
    if (!done || !changed) await enqueueRevocation(tx, mandantId, grantId, new Date(now.getTime() + pauseMs(tries)));
  });
  return done;
}

/** Ended here, or lost for a reason that says nothing about its tokens; in both cases until DATEV has revoked them. */
function isToBeRevoked(grant: Selectable<GrantsTable>): boolean {
  return grant.state === 'revoking' || (grant.state === 'lost' && grant.refresh_token !== null);
}

/** Nothing is left to be revoked. */
function hasRunOut(grant: Selectable<GrantsTable>, now: Date): boolean {
  return grant.refresh_expires_at <= now && (grant.access_expires_at === null || grant.access_expires_at <= now);
}

type Sealed = { id: Id; access_token: Buffer | null; refresh_token: Buffer | null };

/** Both tokens; what DATEV no longer knows counts as revoked (RFC 7009). */
export async function revokeTokens(
  services: Services,
  settings: DatevOnlineSettings,
  row: Sealed,
  exchanges: Exchange[],
): Promise<boolean> {
  const runtime = datevRuntime(services, exchanges);
  if (row.refresh_token) {
    const token = openRefreshToken(services.encryption, row.id, row.refresh_token);
    if (!(await revokeToken(settings, runtime, { token, tokenTypeHint: 'refresh_token' })).ok) return false;
  }
  if (row.access_token) {
    const token = openAccessToken(services.encryption, row.id, row.access_token);
    if (!(await revokeToken(settings, runtime, { token, tokenTypeHint: 'access_token' })).ok) return false;
  }
  return true;
}

function pauseMs(tries: number): number {
  return Math.min(5_000 * 2 ** Math.min(tries, 10), 3_600_000);
}
