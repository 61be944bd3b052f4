import type { createSandbox } from '@bruecke/datev-sandbox';
import type { Id } from '@bruecke/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layOutInstance, personCtx, signInAtDatev } from '../../../simulate/layOut.ts';
import { consultantNumber, simulatedDatev } from '../../../simulate/world.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { testFirms } from '../../testFirms.ts';
import { createTestServices, ctxOf, type TestServices } from '../../testServices.ts';
import { cutEngagement } from '../engagements/cutEngagement.ts';
import { chooseDataset, completeSignIn, getSignIn, startSignIn } from './index.ts';

let db: TestDatabase;
let services: TestServices;
let sandbox: ReturnType<typeof createSandbox>;
let userId: Id;
/** What happens before DATEV's answer to a call for one client comes back. */
let meanwhile: (() => Promise<unknown>) | null = null;

beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db, {
    fetch: async (request) => {
      const answer = await sandbox.fetch(request);
      const happens = request.url.includes('clients/') ? meanwhile : null;
      if (happens) meanwhile = null;
      await happens?.();
      return answer;
    },
  });
  sandbox = simulatedDatev({
    seed: 'choosing',
    mandanten: 5,
    clock: () => services.now().getTime(),
    switches: {},
    onArrived: () => {},
  });
  userId = await layOutInstance(db, services);
});
afterAll(() => db.close());

describe('choosing a dataset', () => {
  it('ends with the Kanzleiverbindung that is cut while DATEV is asked: no connection to the firm’s dataset comes of it', async () => {
    const make = testFirms(db, services);
    const firm = await make.firm('Kanzlei', { consultantNumber });
    const { id: mandantId } = await make.mandant('Mandant 2', { firmId: firm.id, mandantNumber: 2 });
    const boss = await make.member(mandantId, 'Inhaberin');
    await make.joinMandant(mandantId, userId, 'admin');
    const ctx = personCtx(services, userId);
    const started = await startSignIn(ctx, { mandantId });
    await completeSignIn(ctx, await signInAtDatev(sandbox, started.url));
    const flow = { mandantId, flowId: started.flowId };
    const { datasets } = await getSignIn(ctx, { ...flow, text: 'Mandant 2' });
    const key = datasets.find(({ mandantNumber }) => mandantNumber === 2)?.key ?? '';
    meanwhile = () => cutEngagement(ctxOf(services, boss), { mandantId, mandantName: 'Mandant 2' });
    await expect(chooseDataset(ctx, { ...flow, key })).rejects.toMatchObject({ code: 'connection_severed' });
    expect(await db.sql('select id from connections where mandant_id = $1', [mandantId])).toEqual([]);
    expect(await db.sql('select step, access_token from datev_sign_ins where mandant_id = $1', [mandantId])).toEqual([
      { step: 'failed', access_token: null },
    ]);
    // The one for choosing is revoked as ever.
    expect(sandbox.control.sessions().filter(({ refreshTokens }) => refreshTokens > 0)).toEqual([]);
  });
});
