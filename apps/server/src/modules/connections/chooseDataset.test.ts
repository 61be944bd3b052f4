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

describe('choosing a dataset', () => {
  it('ends with the Kanzleiverbindung that is cut while DATEV is asked: no connection to the firm’s dataset comes of it', async () => {
    const make = testFirms(db, services);
    const firm = await make.firm('Kanzlei', { consultantNumber });
    const { id: mandantId } = await make.mandant('Mandant 2', { firmId: firm.id, mandantNumber: 2 });
    const boss = await make.member(mandantId, 'Inhaberin');
    await make.joinMandant(mandantId, userId, 'admin');
    const started = await startSignIn(ctx(), { mandantId });
    await completeSignIn(ctx(), await signInAtDatev(sandbox, started.url));
    const flow = { mandantId, flowId: started.flowId };
    const { datasets } = await getSignIn(ctx(), { ...flow, text: 'Mandant 2' });
    const key = datasets.find(({ mandantNumber }) => mandantNumber === 2)?.key ?? '';
    meanwhile = () => cutEngagement(ctxOf(services, boss), { mandantId, mandantName: 'Mandant 2' });
    await expect(chooseDataset(ctx(), { ...flow, key })).rejects.toMatchObject({ code: 'connection_severed' });
    expect(await db.sql('select id from connections where mandant_id = $1', [mandantId])).toEqual([]);
    expect(await db.sql('select step, access_token from datev_sign_ins where mandant_id = $1', [mandantId])).toEqual([
      { step: 'failed', access_token: null },
    ]);
    // The one for choosing is revoked as ever.
    expect(sandbox.control.sessions().filter(({ refreshTokens }) => refreshTokens > 0)).toEqual([]);
  });
});
