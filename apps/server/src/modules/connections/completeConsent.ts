import {
  checkCallback,
  computedEnd,
  type DatevFailure,
  type Exchange,
  redeemCode,
  type SignIn,
  type UnrevokedTokens,
  userInfo,
} from '@bruecke/datev-online';
import type { ErrorCode, Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { checkConnection, type GrantRow, readConnection, resumeForwarding } from '../connectionHealth/index.ts';
import {
  datevRuntime,
  openFirm,
  queueRevocation,
  revokeGrant,
  revokeTokens,
  sealTokens,
  sealUnrevoked,
  writeTechnicalLog,
} from '../grants/index.ts';
import { type Completed, change, fail, type Returned } from './signInRow.ts';

/** How long the present grant is kept from being refreshed while it is revoked. */
const leaseMs = 90_000;

/**
 * The long-term consent came back. Never more than one valid refresh token of a connection (requirement G-08): the present
 * one is revoked first; if that fails the new code is not redeemed, so an abandoned or failed renewal costs nothing. Then the
 * new tokens are stored, a real call checks them (G-16), and only its success is called connected.
 */
export async function completeConsent(ctx: Ctx, returned: Returned): Promise<Completed> {
  const { signIn } = returned;
  const page = `/optionen/mandanten/${signIn.mandant_id}/verbindungen`;
  const stop = async (
    code: ErrorCode,
    exchanges: Exchange[] = [],
    helpUrl: string | null = null,
  ): Promise<Completed> => {
    await inMandant(ctx, signIn.mandant_id, 'connections', async (tx) => {
      await writeTechnicalLog(tx, ctx, exchanges);
      await fail(tx, signIn, code, helpUrl);
    });
    return { location: `${page}?datev=${code}`, history: 'unchanged' };
  };
  if (!signIn.connection_id || !signIn.client_id) return stop('datev_sign_in_failed');
  const exchanges: Exchange[] = [];
  // A consent that was refused, by the person or by DATEV, brings no code and must not cost the present one.
  const back = await checkCallback(returned.settings, datevRuntime(ctx, exchanges), {
    callback: returned.query,
    state: returned.secrets.state,
  });
  if (!back.ok) return stop(codeOf(back.failure), exchanges);
  if (!(await revokePresent(ctx, returned, signIn.connection_id, exchanges)))
    return stop('old_token_not_revoked', exchanges);
  const redeemed = await redeemCode(returned.settings, datevRuntime(ctx, exchanges), {
    ...returned.secrets,
    callback: returned.query,
    mode: 'longTerm',
    clientId: signIn.client_id,
  });
  if (!redeemed.ok) {
    if (redeemed.unrevoked) await storeUnrevoked(ctx, returned, signIn.connection_id, redeemed.unrevoked);
    return stop(codeOf(redeemed.failure), exchanges, redeemed.failure.helpUrl);
  }
  const grantId = await store(ctx, returned, signIn.connection_id, redeemed.value, exchanges);
  if (!grantId) return stop('connection_severed');
  const name = await userInfo(returned.settings, datevRuntime(ctx, exchanges), {
    accessToken: redeemed.value.tokens.accessToken,
    subject: redeemed.value.subject,
  });
  const fullName = name.ok ? name.value.fullName : null;
  const check = fullName
    ? await checkConnection(ctx, returned.settings, {
        mandantId: signIn.mandant_id,
        connectionId: signIn.connection_id,
        force: true,
      })
    : null;
  if (!fullName || check?.kind !== 'ready') {
    await giveBack(ctx, returned, grantId, exchanges);
    return stop(check?.kind === 'blocked' ? 'datev_dataset_not_reachable' : 'datev_unavailable');
  }
  const history = await connected(ctx, returned, { grantId, connectionId: signIn.connection_id, fullName, exchanges });
  return { location: `${page}?datev=ok`, history };
}

/** Scopes that DATEV leaves out are the operator's matter; anything else is for the person to try again. */
function codeOf(failure: DatevFailure): ErrorCode {
  return failure.kind === 'scopeMissing' ? 'datev_scope_missing' : 'datev_sign_in_failed';
}

/** True when nothing is left at DATEV of what was granted before: of the valid grant, nor of those that were ended or lost. */
async function revokePresent(ctx: Ctx, returned: Returned, connectionId: Id, exchanges: Exchange[]): Promise<boolean> {
  const { mandant_id: mandantId } = returned.signIn;
  const now = ctx.now();
  const present = await inMandant(ctx, mandantId, 'connections', async (tx) => {
    const grants = await tx
      .selectFrom('grants')
      .selectAll()
      .where('mandant_id', '=', mandantId)
      .where('connection_id', '=', connectionId)
      .where('refresh_token', 'is not', null)
      .forUpdate()
      .execute();
    // A refresh under way will bring a new pair; its tokens are not known yet.
    if (grants.some((grant) => grant.lease_until && grant.lease_until > now)) return 'refreshing' as const;
    for (const grant of grants)
      await tx
        .updateTable('grants')
        .set({ lease_number: grant.lease_number + 1, lease_until: new Date(now.getTime() + leaseMs) })
        .where('mandant_id', '=', mandantId)
        .where('id', '=', grant.id)
        .execute();
    return grants;
  });
  if (present === 'refreshing') return false;
  for (const grant of present) {
    const revoked = await revokeTokens(ctx, returned.settings, grant, exchanges);
    await inMandant(ctx, mandantId, 'connections', (tx) =>
      tx
        .updateTable('grants')
        .set(
          revoked
            ? {
                state: grant.state === 'revoking' ? 'revoked' : 'lost',
                lost_at: grant.lost_at ?? ctx.now(),
                lost_reason: grant.lost_reason ?? 'replaced',
                revoked_at: ctx.now(),
                access_token: null,
                access_expires_at: null,
                refresh_token: null,
                lease_until: null,
              }
            : { lease_until: null },
        )
        .where('mandant_id', '=', mandantId)
        .where('id', '=', grant.id)
        .execute(),
    );
    if (!revoked) return false;
  }
  return true;
}

/** Stored before its first use. Null when the connection was severed meanwhile; the tokens are revoked then. */
async function store(
  ctx: Ctx,
  returned: Returned,
  connectionId: Id,
  signedIn: SignIn,
  exchanges: Exchange[],
): Promise<Id | null> {
  const { mandant_id: mandantId } = returned.signIn;
  const { tokens } = signedIn;
  const grantId = ctx.newId();
  const sealed = sealTokens(ctx.encryption, grantId, tokens);
  const stored = ctx.withTenant({ as: 'job', mandantId }, async (tx) => {
    await writeTechnicalLog(tx, ctx, exchanges);
    const connection = await readConnection(tx, mandantId, connectionId, 'update');
    const severed = !connection || connection.row.severed_at !== null;
    await insertGrant(tx, ctx, returned, {
      id: grantId,
      connection_id: connectionId,
      state: severed ? 'revoking' : 'valid',
      ...sealed,
      refresh_expires_at: tokens.refreshExpiresAt,
      scopes: [...tokens.scopes],
      consented_at: signedIn.signedInAt,
    });
    if (severed) await queueRevocation(tx, { mandantId, grantIds: [grantId] });
    return !severed;
  });
  const living = await stored.catch(async (thrown: unknown) => {
    // Nobody would know of them afterwards.
    await revokeTokens(ctx, returned.settings, { id: grantId, ...sealed }, exchanges);
    throw thrown;
  });
  return living ? grantId : null;
}

/** A grant that was never valid: the job goes on until DATEV has taken its tokens back, and no new one comes before (G-08). */
async function storeUnrevoked(
  ctx: Ctx,
  returned: Returned,
  connectionId: Id,
  unrevoked: UnrevokedTokens,
): Promise<void> {
  const { mandant_id: mandantId } = returned.signIn;
  const [id, at] = [ctx.newId(), ctx.now()];
  await ctx.withTenant({ as: 'job', mandantId }, async (tx) => {
    await insertGrant(tx, ctx, returned, {
      id,
      connection_id: connectionId,
      state: 'revoking',
      ...sealUnrevoked(ctx.encryption, id, unrevoked),
      refresh_expires_at: computedEnd('longTerm', at),
      scopes: [],
      consented_at: at,
    });
    await queueRevocation(tx, { mandantId, grantIds: [id] });
  });
}

type NewGrant = Pick<
  GrantRow,
  | 'id'
  | 'connection_id'
  | 'state'
  | 'access_token'
  | 'access_expires_at'
  | 'refresh_token'
  | 'refresh_expires_at'
  | 'scopes'
  | 'consented_at'
>;

async function insertGrant(tx: Tx, ctx: Ctx, { signIn }: Returned, grant: NewGrant): Promise<void> {
  await tx
    .insertInto('grants')
    .values({
      mandant_id: signIn.mandant_id,
      granted_by: ctx.caller.userId,
      person_name: '',
      medium: null,
      lost_reason: null,
      lost_at: null,
      lease_until: null,
      revoked_at: null,
      ...grant,
    })
    .execute();
}

/** The check failed: the fresh tokens are revoked at once, and what can't be is tried again by the job (G-16). */
async function giveBack(ctx: Ctx, returned: Returned, grantId: Id, exchanges: Exchange[]): Promise<void> {
  const { mandant_id: mandantId } = returned.signIn;
  await ctx.withTenant({ as: 'job', mandantId }, async (tx) => {
    await writeTechnicalLog(tx, ctx, exchanges);
    await queueRevocation(tx, { mandantId, grantIds: [grantId] });
  });
  await revokeGrant(ctx, returned.settings, { mandantId, grantId });
}

/** Connected: switched on, told to both sides, and what waited goes on. */
async function connected(
  ctx: Ctx,
  returned: Returned,
  input: { grantId: Id; connectionId: Id; fullName: string; exchanges: Exchange[] },
): Promise<{ id: Id; kind: 'connection.authorised' }> {
  const { mandant_id: mandantId } = returned.signIn;
  return inMandant(ctx, mandantId, 'connections', async (tx) => {
    await writeTechnicalLog(tx, ctx, input.exchanges);
    const at = ctx.now();
    await tx
      .updateTable('grants')
      .set({ person_name: input.fullName })
      .where('mandant_id', '=', mandantId)
      .where('id', '=', input.grantId)
      .execute();
    await tx
      .updateTable('connections')
      .set({ switched_on: true, switched_at: at, switched_by: ctx.caller.userId })
      .where('mandant_id', '=', mandantId)
      .where('id', '=', input.connectionId)
      .where('severed_at', 'is', null)
      .execute();
    await change(tx, returned.signIn, { step: 'done' });
    await resumeForwarding(tx, mandantId, input.connectionId);
    const firm = await openFirm(tx, mandantId);
    return recordHistory(tx, ctx, {
      at,
      kind: 'connection.authorised',
      subject: { mandantId, connectionId: input.connectionId, grantId: input.grantId },
      ...actedBy(ctx.caller, [{ label: 'datev.name', value: input.fullName }]),
      mandantIds: [mandantId],
      firmIds: firm ? [firm] : [],
    });
  });
}
