import type { createSandbox } from '@bruecke/datev-sandbox';
import type { Id } from '@bruecke/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layOutInstance, layOutMandant, type Simulated } from '../../../simulate/layOut.ts';
import { datevSettings, simulatedDatev } from '../../../simulate/world.ts';
import type { Services } from '../../context.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { createTestServices, minute, type TestServices } from '../../testServices.ts';
import { datevCallMs, type FreshToken, freshAccessToken } from './index.ts';

const settings = { ...datevSettings, allowInsecure: false };
let db: TestDatabase;
let services: TestServices;
let sandbox: ReturnType<typeof createSandbox>;
let userId: Id;
let nextNumber = 0;

beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db, { fetch: (request) => sandbox.fetch(request) });
  sandbox = simulatedDatev({
    seed: 'grants',
    mandanten: 20,
    clock: () => services.now().getTime(),
    switches: {},
    onArrived: () => {},
  });
  userId = await layOutInstance(db, services);
});
afterAll(() => db.close());

/** A connection whose access token has run out: whoever wants one refreshes. */
async function connectedAWhileAgo(): Promise<Simulated> {
  const one = await layOutMandant(db, services, sandbox, userId, ++nextNumber);
  services.clock.forward(20 * minute);
  return one;
}
const refresh = (one: Simulated, process: Services = services) =>
  freshAccessToken(process, settings, one.mandantId, one.connectionId);

/** Signals by the test's clock, as the composed services give them by the machine's. */
function clockedSignals() {
  const running: { at: number; controller: AbortController }[] = [];
  return {
    newSignal: () => {
      const controller = new AbortController();
      running.push({ at: services.now().getTime() + datevCallMs, controller });
      return controller.signal;
    },
    /** The clock moves on, no further than to the end of this call; throws when that has come. */
    pass: (milliseconds: number, signal: AbortSignal) => {
      for (let passed = 0; passed < milliseconds && !signal.aborted; passed += 1_000) {
        services.clock.forward(1_000);
        for (const { at, controller } of running) if (at <= services.now().getTime()) controller.abort();
      }
      signal.throwIfAborted();
    },
  };
}

describe('the lease of a refresh', () => {
  it('outlasts all of its calls, however slow: the single-use token is not sent by a second one meanwhile', async () => {
    const one = await connectedAWhileAgo();
    services.discoveryCache.clear();
    const { newSignal, pass } = clockedSignals();
    const others: FreshToken['kind'][] = [];
    let sent = 0;
    const almost = datevCallMs - 2_000;
    const slow: Services['fetch'] = async (request) => {
      if (request.url.endsWith('openid-configuration')) pass(almost, request.signal);
      if (!request.url.endsWith('/token')) return services.fetch(request);
      sent += 1;
      const answer = await services.fetch(request);
      try {
        pass(almost, request.signal);
      } finally {
        // Processed at once, and its answer is long in coming, or cut off at last: somebody else wants a token.
        others.push((await refresh(one, { ...services, fetch: counting })).kind);
      }
      return answer;
    };
    const counting: Services['fetch'] = (request) => {
      if (request.url.endsWith('/token')) sent += 1;
      return services.fetch(request);
    };
    await refresh(one, { ...services, fetch: slow, newSignal });
    expect(others).toEqual(['later']);
    expect(sent).toBe(1);
  });
});
