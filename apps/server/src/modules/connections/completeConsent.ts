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
  recordLoss,
  revokeGrant,
  revokeTokens,
  sealTokens,
  sealUnrevoked,
  writeTechnicalLog,
} from '../grants/index.ts';
import { type EndedGrant, revokePresent } from './revokePresent.ts';
import { type Completed, change, fail, type Returned } from './signInRow.ts';

type Stop = { code: ErrorCode; exchanges?: Exchange[]; helpUrl?: string | null };

/**
 * The long-term consent came back. Never more than one valid refresh token of a connection (requirement G-08): the present
 * one is revoked first; if no code came back or that fails, nothing is redeemed and the present one goes on. Then the new
 * tokens are stored, a real call checks them (G-16), and only its success is called connected. A renewal that fails after the
 * present one was revoked leaves the connection without any, and that is told as a loss.
 */
export async function completeConsent(ctx: Ctx, returned: Returned): Promise<Completed> {
  const { signIn, settings } = returned;
  const { connection_id: connectionId, client_id: clientId } = signIn;
  if (!connectionId || !clientId) return stop(ctx, returned, null, { code: 'datev_sign_in_failed' });
  const exchanges: Exchange[] = [];
  const runtime = datevRuntime(ctx, exchanges);
  const { state } = returned.secrets;
  // A consent that was refused, by the person or by DATEV, brings no code and must not cost the present one.
  const back = await checkCallback(settings, runtime, { callback: returned.query, state });
  if (!back.ok) return stop(ctx, returned, null, { code: codeOf(back.failure, null), exchanges });
  const present = await revokePresent(ctx, returned, connectionId, exchanges);
  if (!present.revoked) return stop(ctx, returned, null, { code: 'old_token_not_revoked', exchanges });
  const { ended } = present;
  const redeemed = await redeemCode(settings, runtime, {
    ...returned.secrets,
    callback: returned.query,
    mode: 'longTerm',
    clientId,
  });
  if (!redeemed.ok) {
    const { failure, unrevoked } = redeemed;
    if (unrevoked) await storeUnrevoked(ctx, returned, connectionId, unrevoked);
    return stop(ctx, returned, ended, { code: codeOf(failure, ended), exchanges, helpUrl: failure.helpUrl });
  }
  const stored = await store(ctx, returned, connectionId, redeemed.value, exchanges);
  if (stored.kind === 'notNeeded') return stop(ctx, returned, null, { code: stored.code });
  const { grantId } = stored;
  const { tokens, subject } = redeemed.value;
  const name = await userInfo(settings, runtime, { accessToken: tokens.accessToken, subject });
  const fullName = name.ok ? name.value.fullName : null;
  const check = fullName
    ? await checkConnection(ctx, settings, { mandantId: signIn.mandant_id, connectionId, force: true })
    : null;
  if (!fullName || check?.kind !== 'ready') {
    await giveBack(ctx, returned, grantId, exchanges);
    const unclear = ended ? 'renewal_failed' : 'datev_unavailable';
    return stop(ctx, returned, ended, { code: check?.kind === 'blocked' ? 'datev_dataset_not_reachable' : unclear });
  }
  const connecting = connected(ctx, returned, { grantId, connectionId, fullName, exchanges });
  const history = await connecting.catch(async (thrown: unknown) => {
    // The person's right has ended meanwhile, say: what rests on their consent must not go on, untold and without a name.
    await giveBack(ctx, returned, grantId, exchanges);
    await stop(ctx, returned, ended, { code: 'datev_sign_in_failed' });
    throw thrown;
  });
  if (typeof history === 'string') return stop(ctx, returned, null, { code: history });
  return { location: `${pageOf(returned)}?datev=ok`, history };
}

function pageOf({ signIn }: Returned): string {
  return `/optionen/mandanten/${signIn.mandant_id}/verbindungen`;
}

/** Scopes that DATEV leaves out are the operator's matter; anything else is for the person to try again. */
function codeOf(failure: DatevFailure, ended: EndedGrant | null): ErrorCode {
  if (failure.kind === 'scopeMissing') return 'datev_scope_missing';
  return ended ? 'renewal_failed' : 'datev_sign_in_failed';
}

/** Not connected. As a job: what the sign-in came to is kept whatever right has ended meanwhile. */
function stop(ctx: Ctx, returned: Returned, ended: EndedGrant | null, why: Stop): Promise<Completed> {
  const { signIn } = returned;
  return ctx.withTenant({ as: 'job', mandantId: signIn.mandant_id }, async (tx) => {
    await writeTechnicalLog(tx, ctx, why.exchanges ?? []);
    await fail(tx, signIn, why.code, why.helpUrl ?? null);
    const history = ended ? await recordLoss(tx, ctx, { ...ended, reason: 'replaced', ...actedBy(ctx.caller) }) : null;
    return { location: `${pageOf(returned)}?datev=${why.code}`, history: history ?? 'unchanged' };
  });
}

/** The connection's end, or another consent, is told by itself. */
type NotNeeded = { kind: 'notNeeded'; code: 'connection_severed' | 'datev_sign_in_failed' };

/**
 * Stored before its first use. Not needed when the connection was severed meanwhile, or another consent came first (of two only one
 * may live, G-08): the tokens are revoked then.
 */
async function store(
  ctx: Ctx,
  returned: Returned,
  connectionId: Id,
  signedIn: SignIn,
  exchanges: Exchange[],
): Promise<{ kind: 'stored'; grantId: Id } | NotNeeded> {
  const { mandant_id: mandantId } = returned.signIn;
  const { tokens } = signedIn;
  const grantId = ctx.newId();
  const sealed = sealTokens(ctx.encryption, grantId, tokens);
  const stored = ctx.withTenant({ as: 'job', mandantId }, async (tx) => {
    await writeTechnicalLog(tx, ctx, exchanges);
    const connection = await readConnection(tx, mandantId, connectionId, 'update');
    const severed = !connection || connection.row.severed_at !== null;
    const needed = !severed && connection.grant?.state !== 'valid';
    await insertGrant(tx, ctx, returned, {
      id: grantId,
      connection_id: connectionId,
      state: needed ? 'valid' : 'revoking',
      ...sealed,
      refresh_expires_at: tokens.refreshExpiresAt,
      scopes: [...tokens.scopes],
      consented_at: signedIn.signedInAt,
    });
    if (needed) return { kind: 'stored', grantId } as const;
    await queueRevocation(tx, { mandantId, grantIds: [grantId] });
    return { kind: 'notNeeded', code: severed ? 'connection_severed' : 'datev_sign_in_failed' } as const;
  });
  return stored.catch(async (thrown: unknown) => {
    // Nobody would know of them afterwards.
    await revokeTokens(ctx, returned.settings, { id: grantId, ...sealed }, exchanges);
    throw thrown;
  });
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

/**
 * Connected: switched on, told to both sides, and what waited goes on. Unless a cut or a person has ended it while it was checked: that
 * is told already, and revoked; then why.
 */
async function connected(
  ctx: Ctx,
  returned: Returned,
  input: { grantId: Id; connectionId: Id; fullName: string; exchanges: Exchange[] },
): Promise<{ id: Id; kind: 'connection.authorised' } | NotNeeded['code']> {
  const { mandant_id: mandantId } = returned.signIn;
  return inMandant(ctx, mandantId, 'connections', async (tx) => {
    await writeTechnicalLog(tx, ctx, input.exchanges);
    const present = await readConnection(tx, mandantId, input.connectionId, 'update');
    if (!present || present.row.severed_at) return 'connection_severed';
    if (present.grant?.id !== input.grantId || present.grant.state !== 'valid') return 'datev_sign_in_failed';
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
