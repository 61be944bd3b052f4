import { type DatevOnlineSettings, type Exchange, revokeToken } from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { datevRuntime, writeTechnicalLog } from './datevRuntime.ts';
import { openAccessToken, openRefreshToken } from './tokens.ts';

/** Marks a grant for revocation and enqueues the job, in the caller's transaction. Nothing uses it from here on. */
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

async function enqueueRevocation(tx: Tx, mandantId: Id, grantId: Id, at: Date | null): Promise<void> {
  const payload = JSON.stringify({ mandantId, grantId });
  await sql`select enqueue_job('revokeGrant', ${payload}::jsonb, ${at}::timestamptz, ${`revokeGrant:${grantId}`})`.execute(
    tx,
  );
}

/**
 * Revokes a grant's tokens at DATEV, refresh token first, and forgets them only after success (cloud.md A.6). Returns
 * whether that succeeded; otherwise the job is already enqueued again.
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
  if (grant?.state !== 'revoking') return true;
  // A refresh under way brings a new pair in a moment; that one has to be revoked, not the spent one.
  const refreshing = grant.lease_until !== null && grant.lease_until > now;
  const exchanges: Exchange[] = [];
  const done = !refreshing && settings !== null && (await revokeTokens(services, settings, grant, exchanges));
  await services.withTenant({ as: 'job', mandantId }, async (tx) => {
    await writeTechnicalLog(tx, services, exchanges);
    const tries = grant.revoke_tries + (refreshing ? 0 : 1);
    const changes = done
      ? ({
          state: 'revoked',
          revoked_at: now,
          access_token: null,
          access_expires_at: null,
          refresh_token: null,
        } as const)
      : { revoke_tries: tries };
    await tx
      .updateTable('grants')
      .set(changes)
      .where('mandant_id', '=', mandantId)
      .where('id', '=', grantId)
      .where('state', '=', 'revoking')
      .execute();
    if (!done) await enqueueRevocation(tx, mandantId, grantId, new Date(now.getTime() + pauseMs(tries)));
  });
  return done;
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
