import type { Exchange } from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant } from '../../access/index.ts';
import type { Ctx, Services } from '../../context.ts';
import { revokeTokens, writeTechnicalLog } from '../grants/index.ts';
import { readDatevSettings } from '../instance/index.ts';
import { mayGoOn, tellCutOff } from './cutOffConsent.ts';
import { ownSignIn } from './getSignIn.ts';
import { change, lockSignIn } from './signInRow.ts';

/** Given up by the person: nothing was granted for good, and the session token is revoked now. */
export async function abandonSignIn(ctx: Ctx, input: { mandantId: Id; flowId: Id }): Promise<void> {
  await inMandant(ctx, input.mandantId, 'connections', async (tx) => {
    const signIn = await ownSignIn(tx, ctx, input);
    await change(tx, signIn, {
      step: 'failed',
      state_hash: null,
      secrets: null,
      expires_at: ctx.now(),
      failure: JSON.stringify({ code: 'abandoned', helpUrl: null }),
    });
  });
  await clearSignIn(ctx, { mandantId: input.mandantId, signInId: input.flowId });
}

/** Revokes what tokens an ended sign-in has left; what DATEV does not confirm is tried again by the sweep. Tells what one that was cut off has cost. */
export async function clearSignIn(services: Services, input: { mandantId: Id; signInId: Id }): Promise<void> {
  const context = { as: 'job', mandantId: input.mandantId } as const;
  const found = await services.withTenant(context, async (tx) => ({
    signIn: await lockSignIn(tx, input.mandantId, input.signInId),
    settings: await readDatevSettings(tx, services),
  }));
  const { signIn, settings } = found;
  if (!signIn || signIn.revoked_at || signIn.expires_at > services.now() || mayGoOn(signIn, services.now())) return;
  const exchanges: Exchange[] = [];
  const { access_token, refresh_token } = signIn;
  const done =
    (access_token === null && refresh_token === null) ||
    (settings !== null && (await revokeTokens(services, settings, signIn, exchanges)));
  await services.withTenant(context, async (tx) => {
    await writeTechnicalLog(tx, services, exchanges);
    if (!done) return;
    await tellCutOff(tx, services, signIn);
    await tx
      .updateTable('datev_sign_ins')
      .set({
        revoked_at: services.now(),
        access_token: null,
        access_expires_at: null,
        refresh_token: null,
        state_hash: null,
        secrets: null,
        datasets: '[]',
      })
      .where('mandant_id', '=', input.mandantId)
      .where('id', '=', input.signInId)
      // What came in since is not revoked yet: the next run's.
      .where(
        sql<boolean>`(access_token, refresh_token) is not distinct from (${access_token}::bytea, ${refresh_token}::bytea)`,
      )
      .execute();
  });
}

/** Sign-ins that ran out, of all Mandanten: the browser was closed, or the person went away (every minute). */
export async function findExpiredSignIns(services: Services): Promise<{ mandantId: Id; signInId: Id }[]> {
  return services.withRole('dispatcher', (tx) =>
    tx
      .selectFrom('datev_sign_ins')
      .select(['mandant_id as mandantId', 'id as signInId'])
      .where('revoked_at', 'is', null)
      .where('expires_at', '<=', services.now())
      .limit(500)
      .execute(),
  );
}
