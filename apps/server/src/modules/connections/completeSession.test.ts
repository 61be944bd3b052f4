import type { createSandbox } from '@bruecke/datev-sandbox';
import type { Id } from '@bruecke/model';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { layOutInstance, personCtx, signInAtDatev } from '../../../simulate/layOut.ts';
import { simulatedDatev } from '../../../simulate/world.ts';
import type { Services } from '../../context.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { addPerson, createTestServices, minute, second, type TestServices } from '../../testServices.ts';
import { abandonSignIn } from './abandonSignIn.ts';
import { clearSignIn, completeSignIn, findExpiredSignIns, getSignIn, startSignIn } from './index.ts';

let db: TestDatabase;
let services: TestServices;
let sandbox: ReturnType<typeof createSandbox>;
let userId: Id;
let mandantId: Id;

beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db, { fetch: (request) => sandbox.fetch(request) });
  userId = await layOutInstance(db, services);
});
beforeEach(async () => {
  sandbox = simulatedDatev({
    seed: 'sessions',
    mandanten: 2,
    clock: () => services.now().getTime(),
    switches: {},
    onArrived: () => {},
  });
  services.discoveryCache.clear();
  mandantId = services.newId();
  await db.sql('insert into mandanten (mandant_id, name, created_at) values ($1, $2, $3)', [
    mandantId,
    'Müller GmbH',
    services.now(),
  ]);
  await db.sql("insert into mandant_members (mandant_id, user_id, role, since) values ($1, $2, 'admin', $3)", [
    mandantId,
    userId,
    services.now(),
  ]);
});
afterAll(() => db.close());

const ctx = () => personCtx(services, userId);
const living = () =>
  sandbox.control.sessions().filter((session) => session.accessTokens + session.refreshTokens > 0).length;
const pathOf = (request: Request) => new URL(request.url).pathname;
async function sweep(): Promise<void> {
  for (const expired of await findExpiredSignIns(services)) await clearSignIn(services, expired);
}
/** Comes back from DATEV, with `given` in place of the services. */
async function complete(flowId: Id, url: string, given: Partial<Services>): Promise<void> {
  const { location } = await completeSignIn({ ...ctx(), ...given }, await signInAtDatev(sandbox, url));
  expect(location).toBe(`/optionen/mandanten/${mandantId}/verbindungen/datev/${flowId}`);
}
/** Does something in the middle of the token call: DATEV has issued the tokens, we have not got them. */
const duringTokenCall = (act: () => Promise<unknown>): Pick<Services, 'fetch'> => ({
  fetch: async (request) => {
    const answer = await services.fetch(request);
    if (pathOf(request) === '/token') await act();
    return answer;
  },
});

describe('a session sign-in whose tokens come too late', () => {
  it('is given up in another window during the token call: they are revoked, and it stays given up', async () => {
    const { url, flowId } = await startSignIn(ctx(), { mandantId });
    await complete(
      flowId,
      url,
      duringTokenCall(() => abandonSignIn(ctx(), { mandantId, flowId })),
    );
    expect(living()).toBe(0);
    expect(await getSignIn(ctx(), { mandantId, flowId })).toMatchObject({
      state: 'failed',
      failure: { code: 'abandoned' },
      datasetsTotal: 0,
    });
  });

  it('runs out during the token call: they are revoked, and the page says that it failed', async () => {
    const { url, flowId } = await startSignIn(ctx(), { mandantId });
    services.clock.forward(15 * minute - second);
    const passing = duringTokenCall(async () => {
      services.clock.forward(2 * second);
      await sweep();
    });
    await complete(flowId, url, passing);
    expect(living()).toBe(0);
    expect(await getSignIn(ctx(), { mandantId, flowId })).toMatchObject({
      state: 'failed',
      failure: { code: 'datev_sign_in_failed' },
    });
  });

  it('leaves them to the sweep when DATEV does not take them back at once', async () => {
    const { url, flowId } = await startSignIn(ctx(), { mandantId });
    const down = sandbox.control.addFault({ operation: 'login.revoke', effect: { kind: 'status', status: 503 } });
    await complete(
      flowId,
      url,
      duringTokenCall(() => abandonSignIn(ctx(), { mandantId, flowId })),
    );
    await sweep();
    expect(living()).toBe(1);
    sandbox.control.removeFault(down);
    await sweep();
    expect(living()).toBe(0);
  });

  it('keeps them for the next sweep when one had looked before they came', async () => {
    const { url, flowId } = await startSignIn(ctx(), { mandantId });
    services.clock.forward(15 * minute + second);
    let transactions = 0;
    const withTenant: Services['withTenant'] = async (context, work, options) => {
      transactions += 1;
      if (transactions === 2) {
        // Between its two transactions; the other process has a clock two seconds behind.
        services.clock.forward(-2 * second);
        await complete(flowId, url, {});
        services.clock.forward(2 * second);
      }
      return services.withTenant(context, work, options);
    };
    await clearSignIn({ ...services, withTenant }, { mandantId, signInId: flowId });
    expect(living()).toBe(1);
    await sweep();
    expect(living()).toBe(0);
  });
});

describe('the tokens of a session', () => {
  it('are revoked by the sweep when the person’s right ended during the token call', async () => {
    const other = await addPerson(db, services, 'Olga Admin');
    await db.sql("insert into mandant_members (mandant_id, user_id, role, since) values ($1, $2, 'admin', $3)", [
      mandantId,
      other.id,
      services.now(),
    ]);
    const { url, flowId } = await startSignIn(ctx(), { mandantId });
    const leaving = duringTokenCall(() =>
      db.sql('delete from mandant_members where mandant_id = $1 and user_id = $2', [mandantId, userId]),
    );
    await expect(complete(flowId, url, leaving)).rejects.toMatchObject({ code: 'not_found' });
    services.clock.forward(15 * minute);
    await sweep();
    expect(living()).toBe(0);
  });

  it('are revoked at once when they can not be stored', async () => {
    const { url, flowId } = await startSignIn(ctx(), { mandantId });
    let away = false;
    const withTenant: Services['withTenant'] = async (context, work, options) => {
      if (away) throw new Error('the database is away');
      return services.withTenant(context, work, options);
    };
    const leaving = duringTokenCall(async () => {
      away = true;
    });
    await expect(complete(flowId, url, { ...leaving, withTenant })).rejects.toThrow('the database is away');
    expect(living()).toBe(0);
  });

  it('are revoked until it succeeds when the answer fails its checks and DATEV does not take them back', async () => {
    const { url, flowId } = await startSignIn(ctx(), { mandantId });
    const down = sandbox.control.addFault({ operation: 'login.revoke', effect: { kind: 'status', status: 503 } });
    await complete(flowId, url, {
      fetch: async (request) =>
        pathOf(request) === '/certs' ? new Response('', { status: 503 }) : services.fetch(request),
    });
    expect(await getSignIn(ctx(), { mandantId, flowId })).toMatchObject({
      state: 'failed',
      failure: { code: 'unavailable' },
    });
    await sweep();
    expect(living()).toBe(1);
    sandbox.control.removeFault(down);
    await sweep();
    expect(living()).toBe(0);
    expect(await findExpiredSignIns(services)).toEqual([]);
  });
});

describe('a session sign-in that DATEV refuses', () => {
  it('names the operator when the app lacks a scope', async () => {
    const [app] = sandbox.control.world().apps;
    if (!app) throw new Error('no app');
    sandbox.control.putApp({ ...app, scopes: app.scopes.filter((scope) => scope !== 'accounting:documents') });
    const { url, flowId } = await startSignIn(ctx(), { mandantId });
    await complete(flowId, url, {});
    expect(await getSignIn(ctx(), { mandantId, flowId })).toMatchObject({
      state: 'failed',
      failure: { code: 'datev_scope_missing' },
    });
  });
});
