import {
  type AuthorizationInput,
  type DatevOnlineSettings,
  type Exchange,
  startAuthorization,
} from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { refuse } from '../../refusal.ts';
import { hashToken } from '../../secrets/encryption.ts';
import { signInPurpose } from '../../secrets/purposes.ts';
import { datevRuntime, writeTechnicalLog } from '../grants/index.ts';
import { readDatevSettings } from '../instance/index.ts';

/** A sign-in at DATEV is for now: whoever leaves it lying starts anew, and its session token is revoked. */
export const signInMs = 15 * 60_000;

export type SignInSecrets = { state: string; nonce: string; codeVerifier: string };

/** Begins the first of two sign-ins: a session token, only to list and check the datasets this person reaches. */
export async function startSignIn(
  ctx: Ctx,
  input: { mandantId: Id; connectionId?: Id },
): Promise<{ flowId: Id; url: string }> {
  const settings = await settingsFor(ctx, input.mandantId);
  return begin(ctx, settings, { ...input, authorization: { mode: 'session' } });
}

/** The operator's DATEV app, for someone who may manage this Mandant's connections. */
export function settingsFor(ctx: Ctx, mandantId: Id): Promise<DatevOnlineSettings> {
  return inMandant(ctx, mandantId, 'connections', async (tx) => {
    const settings = await readDatevSettings(tx, ctx);
    if (!settings) throw refuse('datev_not_configured');
    return settings;
  });
}

/** state, nonce and code verifier are fresh for every request (requirement G-11) and kept sealed until DATEV answers. */
export async function begin(
  ctx: Ctx,
  settings: DatevOnlineSettings,
  input: { mandantId: Id; connectionId?: Id; authorization: AuthorizationInput },
): Promise<{ flowId: Id; url: string }> {
  const { session } = ctx.caller;
  if (!session) throw refuse('not_signed_in');
  const exchanges: Exchange[] = [];
  const started = await startAuthorization(settings, datevRuntime(ctx, exchanges), input.authorization);
  const flowId = ctx.newId();
  await inMandant(ctx, input.mandantId, 'connections', async (tx) => {
    await writeTechnicalLog(tx, ctx, exchanges);
    if (!started.ok) return;
    const { url: _url, ...secrets } = started.value;
    const longTerm = input.authorization.mode === 'longTerm';
    await tx
      .insertInto('datev_sign_ins')
      .values({
        mandant_id: input.mandantId,
        id: flowId,
        user_id: ctx.caller.userId,
        session_id: session.id,
        connection_id: input.connectionId ?? null,
        step: longTerm ? 'consent' : 'session',
        mode: input.authorization.mode,
        state_hash: hashToken(secrets.state),
        secrets: ctx.encryption.seal(JSON.stringify(secrets satisfies SignInSecrets), signInPurpose(flowId)),
        access_token: null,
        access_expires_at: null,
        refresh_token: null,
        person_name: null,
        client_id: input.authorization.mode === 'longTerm' ? input.authorization.clientId : null,
        failure: null,
        created_at: ctx.now(),
        expires_at: new Date(ctx.now().getTime() + signInMs),
        revoked_at: null,
      })
      .execute();
  });
  if (!started.ok)
    throw refuse('datev_unavailable', started.failure.helpUrl ? { helpUrl: started.failure.helpUrl } : {});
  return { flowId, url: started.value.url };
}
