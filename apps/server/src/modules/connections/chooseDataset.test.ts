import { afterAll, describe, expect, it } from 'vitest';
import { signInAtDatev } from '../../../simulate/layOut.ts';
import { consultantNumber } from '../../../simulate/world.ts';
import { createTestDatev } from '../../testDatev.ts';
import { testFirms } from '../../testFirms.ts';
import { ctxOf } from '../../testServices.ts';
import { cutEngagement } from '../engagements/cutEngagement.ts';
import { chooseDataset, completeSignIn, getSignIn, startSignIn } from './index.ts';

/** What happens before DATEV's answer to a call for one client comes back. */
let meanwhile: (() => Promise<unknown>) | null = null;

const { db, services, sandbox, userId, ctx } = await createTestDatev('choosing', async (request, toDatev) => {
  const answer = await toDatev(request);
  const happens = request.url.includes('clients/') ? meanwhile : null;
  if (happens) meanwhile = null;
  await happens?.();
  return answer;
});
afterAll(() => db.close());
const { id: firmId } = await testFirms(db, services).firm('Kanzlei', { consultantNumber });

/** A Mandant under a firm, and a session sign-in of an admin of it that has come back. */
async function atTheChoice(mandantNumber: number) {
  const make = testFirms(db, services);
  const name = `Mandant ${mandantNumber}`;
  const { id: mandantId } = await make.mandant(name, { firmId, mandantNumber });
  const boss = await make.member(mandantId, 'Inhaberin');
  await make.joinMandant(mandantId, userId, 'admin');
  const started = await startSignIn(ctx(), { mandantId });
  await completeSignIn(ctx(), await signInAtDatev(sandbox, started.url));
  const list = async (text?: string) =>
    getSignIn(ctx(), { mandantId, flowId: started.flowId, ...(text === undefined ? {} : { text }) });
  const keyOf = async (number: number) =>
    (await list()).datasets.find((dataset) => dataset.mandantNumber === number)?.key ?? '';
  return { boss, name, list, keyOf, flow: { mandantId, flowId: started.flowId } };
}

const liveRefreshTokens = () => sandbox.control.sessions().filter(({ refreshTokens }) => refreshTokens > 0);

describe('choosing a dataset', () => {
  it('is from a list with company names and both numbers, what fits first; the search finds name or number (D-02)', async () => {
    const { list } = await atTheChoice(3);
    const { datasets, datasetsTotal } = await list();
    expect(datasetsTotal).toBe(40);
    expect(datasets.map(({ fits }) => fits)).toEqual([true, ...Array(39).fill(false)]);
    expect(datasets[0]).toMatchObject({ companyName: 'Mandant 3', consultantNumber });
    expect((await list('mandant 14')).datasets.map(({ companyName }) => companyName)).toEqual(['Mandant 14']);
    expect((await list(`${consultantNumber} 5`)).datasets.map(({ mandantNumber }) => mandantNumber)).toEqual([5]);
    expect((await list('gibt es nicht')).datasets).toEqual([]);
  });

  it('takes one with other numbers only from who says that it is meant', async () => {
    const { flow, keyOf } = await atTheChoice(4);
    const other = { ...flow, key: await keyOf(5) };
    await expect(chooseDataset(ctx(), other)).rejects.toMatchObject({ code: 'datev_numbers_differ' });
    const { answer } = await chooseDataset(ctx(), { ...other, numbersConfirmed: true });
    expect(new URL(answer.url).searchParams.get('scope')).toContain(`datev:iam:client:${consultantNumber}-5`);
  });

  it('asks for no long-term consent where DATEV does not show the client, or keeps the session token (G-17, G-08)', async () => {
    const { flow, keyOf } = await atTheChoice(1);
    const chosen = { ...flow, key: await keyOf(1) };
    const clientId = `${consultantNumber}-1`;
    sandbox.control.setRights('petra', clientId, []);
    await expect(chooseDataset(ctx(), chosen)).rejects.toMatchObject({ code: 'datev_dataset_not_reachable' });
    sandbox.control.setRights('petra', clientId, ['documents']);
    const fault = sandbox.control.addFault({ operation: 'login.revoke', effect: { kind: 'status', status: 503 } });
    await expect(chooseDataset(ctx(), chosen)).rejects.toMatchObject({ code: 'datev_unavailable' });
    sandbox.control.removeFault(fault);
    const before = liveRefreshTokens().length;
    expect((await chooseDataset(ctx(), chosen)).answer.url).toContain('offline_access');
    expect(liveRefreshTokens()).toHaveLength(before - 1);
  });

  it('ends with the Kanzleiverbindung that is cut while DATEV is asked: no connection to the firm’s dataset comes of it', async () => {
    const { boss, name, flow, keyOf } = await atTheChoice(2);
    const { mandantId } = flow;
    const key = await keyOf(2);
    const before = liveRefreshTokens().length;
    meanwhile = () => cutEngagement(ctxOf(services, boss), { mandantId, mandantName: name });
    await expect(chooseDataset(ctx(), { ...flow, key })).rejects.toMatchObject({ code: 'connection_severed' });
    expect(await db.sql('select id from connections where mandant_id = $1', [mandantId])).toEqual([]);
    expect(await db.sql('select step, access_token from datev_sign_ins where mandant_id = $1', [mandantId])).toEqual([
      { step: 'failed', access_token: null },
    ]);
    // The one for choosing is revoked as ever.
    expect(liveRefreshTokens()).toHaveLength(before - 1);
  });
});
