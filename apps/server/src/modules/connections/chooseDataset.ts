import { accountingDocuments, type Exchange } from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant } from '../../access/index.ts';
import { actorOf, type Ctx } from '../../context.ts';
import type { StoredReachableDataset } from '../../db/storedValues.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { type ConnectionRow, readGrant } from '../connectionHealth/index.ts';
import { endDeliveries } from '../deliveries/index.ts';
import { datevRuntime, openAccessToken, openFirm, revokeTokens, writeTechnicalLog } from '../grants/index.ts';
import { datasetKey, expectedNumbers, fits, ownSignIn } from './getSignIn.ts';
import { change, lockSignIn, type SignInRow } from './signInRow.ts';
import { begin, settingsFor } from './startSignIn.ts';

type Result = { answer: { url: string }; history: { id: Id; kind: 'connection.created' } | 'unchanged' };

/**
 * The chosen dataset is verified by a call for this one client (G-17), the session token revoked, and only then the
 * long-term consent for exactly this dataset begun (cloud.md G, trap 6).
 */
export async function chooseDataset(
  ctx: Ctx,
  input: { mandantId: Id; flowId: Id; key: string; numbersConfirmed?: boolean },
): Promise<Result> {
  const settings = await settingsFor(ctx, input.mandantId);
  const { signIn, dataset, engagementId } = await inMandant(ctx, input.mandantId, 'connections', async (tx) => {
    const signIn = await ownSignIn(tx, ctx, input);
    if (signIn.step !== 'choosing' || !signIn.access_token) throw refuse('datev_sign_in_failed');
    const dataset = signIn.datasets.find((candidate) => datasetKey(signIn.id, candidate.clientId) === input.key);
    if (!dataset) throw refuse('not_found');
    const expected = await expectedNumbers(tx, input.mandantId);
    if (expected && !fits(dataset, expected) && !input.numbersConfirmed) throw refuse('datev_numbers_differ');
    return { signIn, dataset, engagementId: await openEngagement(tx, input.mandantId) };
  });
  await verify(ctx, input.mandantId, signIn, dataset, settings);
  const { connectionId, history } = await inMandant(ctx, input.mandantId, 'connections', async (tx) => {
    // From here to the commit no cut comes in between; one that came during the calls to DATEV has ended this sign-in.
    await sql`select share_links(${input.mandantId}::uuid)`.execute(tx);
    const present = await openEngagement(tx, input.mandantId);
    if (present !== engagementId || (await ownSignIn(tx, ctx, input)).step === 'failed')
      throw refuse('connection_severed');
    return connectionFor(tx, ctx, { mandantId: input.mandantId, signIn, dataset, engagementId });
  });
  const { url } = await begin(ctx, settings, {
    mandantId: input.mandantId,
    connectionId,
    authorization: { mode: 'longTerm', clientId: dataset.clientId },
  });
  return { answer: { url }, history };
}

async function verify(
  ctx: Ctx,
  mandantId: Id,
  signIn: SignInRow,
  dataset: StoredReachableDataset,
  settings: Awaited<ReturnType<typeof settingsFor>>,
): Promise<void> {
  const exchanges: Exchange[] = [];
  const { access_token: sealed } = signIn;
  if (!sealed) throw refuse('datev_sign_in_failed');
  const answer = await accountingDocuments.getClient(settings, datevRuntime(ctx, exchanges), {
    accessToken: openAccessToken(ctx.encryption, signIn.id, sealed),
    clientId: dataset.clientId,
  });
  const revoked = answer.ok && (await revokeTokens(ctx, settings, signIn, exchanges));
  await inMandant(ctx, mandantId, 'connections', async (tx) => {
    await writeTechnicalLog(tx, ctx, exchanges);
    const { step } = (await lockSignIn(tx, mandantId, signIn.id)) ?? signIn;
    if (revoked)
      await change(tx, signIn, {
        // A sign-in that was ended meanwhile stays so.
        step: step === 'choosing' ? 'done' : step,
        revoked_at: ctx.now(),
        access_token: null,
        access_expires_at: null,
        refresh_token: null,
      });
  });
  if (!answer.ok) {
    const helpUrl = answer.failure.helpUrl ? { helpUrl: answer.failure.helpUrl } : {};
    const unknown =
      answer.failure.kind === 'unavailable' ||
      answer.failure.kind === 'unreachable' ||
      answer.failure.kind === 'unclear' ||
      answer.failure.kind === 'rateLimited';
    throw refuse(unknown ? 'datev_unavailable' : 'datev_dataset_not_reachable', helpUrl);
  }
  if (!revoked) throw refuse('datev_unavailable');
}

/** The Kanzleiverbindung under which people choose; null without one. */
async function openEngagement(tx: Tx, mandantId: Id): Promise<Id | null> {
  const row = await tx
    .selectFrom('engagements')
    .select('id')
    .where('mandant_id', '=', mandantId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return row?.id ?? null;
}

/** The living connection if it already goes to this dataset, else a new one; a living one elsewhere is severed by it. */
async function connectionFor(
  tx: Tx,
  ctx: Ctx,
  input: { mandantId: Id; signIn: SignInRow; dataset: StoredReachableDataset; engagementId: Id | null },
): Promise<{ connectionId: Id; history: Result['history'] }> {
  const { mandantId, signIn, dataset, engagementId } = input;
  const living = await tx
    .selectFrom('connections')
    .selectAll()
    .where('mandant_id', '=', mandantId)
    .where('channel', '=', 'belegbilderservice')
    .where('severed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (living && fits({ consultantNumber: living.consultant_number, mandantNumber: living.mandant_number }, dataset))
    return { connectionId: living.id, history: 'unchanged' };
  if (living) await leaveDataset(tx, ctx, living);
  const at = ctx.now();
  const connectionId = ctx.newId();
  await tx
    .insertInto('connections')
    .values({
      mandant_id: mandantId,
      id: connectionId,
      channel: 'belegbilderservice',
      engagement_id: engagementId,
      consultant_number: dataset.consultantNumber,
      mandant_number: dataset.mandantNumber,
      client_id: dataset.clientId,
      company_name: dataset.companyName,
      dataset_read_at: null,
      switched_at: at,
      switched_by: ctx.caller.userId,
      checked_at: null,
      reachable: null,
      reachable_since: null,
      unreachable_reason: null,
      last_success_at: null,
      retry_at: null,
      check_lease_until: null,
      created_at: at,
      created_by: ctx.caller.userId,
      severed_at: null,
    })
    .execute();
  const firm = await openFirm(tx, mandantId);
  const history = await recordHistory(tx, ctx, {
    at,
    kind: 'connection.created',
    subject: { mandantId, connectionId },
    data: {
      consultantNumber: dataset.consultantNumber,
      mandantNumber: dataset.mandantNumber,
      channel: 'belegbilderservice',
      signInId: signIn.id,
    },
    ...actedBy(ctx.caller),
    mandantIds: [mandantId],
    firmIds: firm ? [firm] : [],
  });
  return { connectionId, history };
}

/**
 * Another dataset is another target, and waiting vouchers must not change theirs silently: a connection whose authorisation
 * has ended is left behind, its unfinished deliveries end, and people forward those vouchers to the new one. One that is
 * still authorised is not replaced in passing.
 */
async function leaveDataset(tx: Tx, ctx: Ctx, living: ConnectionRow): Promise<void> {
  const grant = await readGrant(tx, living.mandant_id, living.id);
  if (grant?.state === 'valid') throw refuse('conflict', { detail: otherDataset });
  const at = ctx.now();
  await tx
    .updateTable('connections')
    .set({ severed_at: at, switched_on: false })
    .where('mandant_id', '=', living.mandant_id)
    .where('id', '=', living.id)
    .execute();
  await endDeliveries(tx, ctx, {
    mandantId: living.mandant_id,
    connectionIds: [living.id],
    at,
    actor: actorOf(ctx.caller),
  });
}

const otherDataset = {
  de: 'Dieser Mandant ist schon mit einem anderen Bestand verbunden. Beenden Sie zuerst dessen DATEV-Freigabe unter „…“, dann lässt sich ein anderer Bestand wählen.',
  en: 'This Mandant is connected to another Bestand already. First end its DATEV-Freigabe under “…”, then another Bestand can be chosen.',
};
