import {
  accountingDocuments,
  type Exchange,
  redeemCode,
  type Tokens,
  type UnrevokedTokens,
  userInfo,
} from '@bruecke/datev-online';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { datevRuntime, revokeTokens, sealTokens, sealUnrevoked, writeTechnicalLog } from '../grants/index.ts';
import { clearSignIn } from './abandonSignIn.ts';
import { type Completed, change, fail, type Returned, type SignInRow, stillOpen } from './signInRow.ts';

/** The session sign-in came back: its tokens are stored, then the person's name and the reachable datasets are read, once. */
export async function completeSession(ctx: Ctx, returned: Returned): Promise<Completed> {
  const { signIn, secrets, query, settings } = returned;
  const location = `/optionen/mandanten/${signIn.mandant_id}/verbindungen/datev/${signIn.id}`;
  const exchanges: Exchange[] = [];
  const runtime = datevRuntime(ctx, exchanges);
  const redeemed = await redeemCode(settings, runtime, { ...secrets, callback: query, mode: 'session' });
  if (!redeemed.ok) {
    const { failure, unrevoked } = redeemed;
    await ctx.withTenant({ as: 'job', mandantId: signIn.mandant_id }, async (tx) => {
      await writeTechnicalLog(tx, ctx, exchanges);
      // Scopes that DATEV leaves out here are the app's, the operator's matter; those of a person come to light with the list.
      const code = failure.kind === 'scopeMissing' ? 'datev_scope_missing' : failure.kind;
      await fail(tx, signIn, code, failure.helpUrl);
      if (unrevoked) await leaveToSweep(tx, ctx, signIn, unrevoked);
    });
    return { location, history: 'unchanged' };
  }
  const { tokens, subject } = redeemed.value;
  if (!(await store(ctx, returned, tokens, exchanges))) return { location, history: 'unchanged' };
  const person = await userInfo(settings, runtime, { accessToken: tokens.accessToken, subject });
  const clients = await accountingDocuments.listClients(settings, runtime, { accessToken: tokens.accessToken });
  await inMandant(ctx, signIn.mandant_id, 'connections', async (tx) => {
    await writeTechnicalLog(tx, ctx, exchanges);
    if (!(await stillOpen(tx, signIn, ctx.now()))) return;
    if (!clients.ok) return fail(tx, signIn, clients.failure.kind, clients.failure.helpUrl);
    const datasets = clients.value.map((client) => ({
      clientId: client.id,
      companyName: client.name,
      consultantNumber: client.consultantNumber,
      mandantNumber: client.clientNumber,
    }));
    await change(tx, signIn, {
      step: 'choosing',
      person_name: person.ok ? person.value.fullName : null,
      datasets: JSON.stringify(datasets),
    });
  });
  return { location, history: 'unchanged' };
}

/**
 * Stored before their first use, as a job: a right that ended during the call must not cost the tokens. False where the sign-in
 * was given up or ran out meanwhile; the tokens are then revoked, now or by the sweep.
 */
async function store(ctx: Ctx, returned: Returned, tokens: Tokens, exchanges: Exchange[]): Promise<boolean> {
  const { signIn, settings } = returned;
  const sealed = sealTokens(ctx.encryption, signIn.id, tokens);
  const stored = ctx.withTenant({ as: 'job', mandantId: signIn.mandant_id }, async (tx) => {
    await writeTechnicalLog(tx, ctx, exchanges);
    const open = await stillOpen(tx, signIn, ctx.now());
    if (open) await change(tx, signIn, sealed);
    else await leaveToSweep(tx, ctx, signIn, tokens);
    return open;
  });
  const open = await stored.catch(async (thrown: unknown) => {
    // Nobody would know of them afterwards.
    await revokeTokens(ctx, settings, { id: signIn.id, ...sealed }, exchanges);
    throw thrown;
  });
  if (!open) await clearSignIn(ctx, { mandantId: signIn.mandant_id, signInId: signIn.id });
  return open;
}

/** Kept to be revoked, and for nothing else: the sweep goes on until DATEV confirms it. */
function leaveToSweep(tx: Tx, ctx: Ctx, signIn: SignInRow, tokens: UnrevokedTokens): Promise<void> {
  return change(tx, signIn, {
    ...sealUnrevoked(ctx.encryption, signIn.id, tokens),
    expires_at: ctx.now(),
    revoked_at: null,
  });
}
