import { accountingDocuments, type Exchange, redeemCode, userInfo } from '@bruecke/datev-online';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { datevRuntime, sealTokens, writeTechnicalLog } from '../grants/index.ts';
import { type Completed, change, fail, type Returned } from './signInRow.ts';

/** The session sign-in came back: its tokens are stored, then the person's name and the reachable datasets are read, once. */
export async function completeSession(ctx: Ctx, returned: Returned): Promise<Completed> {
  const { signIn, secrets, query, settings } = returned;
  const location = `/optionen/mandanten/${signIn.mandant_id}/verbindungen/datev/${signIn.id}`;
  const exchanges: Exchange[] = [];
  const runtime = datevRuntime(ctx, exchanges);
  const redeemed = await redeemCode(settings, runtime, { ...secrets, callback: query, mode: 'session' });
  if (!redeemed.ok) {
    await inMandant(ctx, signIn.mandant_id, 'connections', async (tx) => {
      await writeTechnicalLog(tx, ctx, exchanges);
      await fail(tx, signIn, redeemed.failure.kind, redeemed.failure.helpUrl);
    });
    return { location, history: 'unchanged' };
  }
  const { tokens, subject } = redeemed.value;
  await inMandant(ctx, signIn.mandant_id, 'connections', (tx) =>
    change(tx, signIn, sealTokens(ctx.encryption, signIn.id, tokens)),
  );
  const person = await userInfo(settings, runtime, { accessToken: tokens.accessToken, subject });
  const clients = await accountingDocuments.listClients(settings, runtime, { accessToken: tokens.accessToken });
  await inMandant(ctx, signIn.mandant_id, 'connections', async (tx) => {
    await writeTechnicalLog(tx, ctx, exchanges);
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
