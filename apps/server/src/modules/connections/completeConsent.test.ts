import type { createSandbox } from '@bruecke/datev-sandbox';
import { errorCodes, type Id } from '@bruecke/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layOutInstance, layOutMandant, personCtx, type Simulated, signInAtDatev } from '../../../simulate/layOut.ts';
import { datevSettings, simulatedDatev } from '../../../simulate/world.ts';
import type { Services } from '../../context.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { createTestServices, type TestServices } from '../../testServices.ts';
import { revokeGrant } from '../grants/index.ts';
import { completeSignIn, renew } from './index.ts';

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
    seed: 'consents',
    mandanten: 20,
    clock: () => services.now().getTime(),
    switches: {},
    onArrived: () => {},
  });
  userId = await layOutInstance(db, services);
});
afterAll(() => db.close());

const connect = () => layOutMandant(db, services, sandbox, userId, ++nextNumber);
const ctx = () => personCtx(services, userId);
const living = (one: Simulated) =>
  sandbox.control
    .sessions({ boundTo: one.clientId })
    .filter((session) => session.accessTokens + session.refreshTokens > 0).length;
const pathOf = (request: Request) => new URL(request.url).pathname;
/** A renewal as far as DATEV; `back` brings the code. */
async function consented(one: Simulated): Promise<URLSearchParams> {
  const { url } = await renew(ctx(), one);
  return signInAtDatev(sandbox, url);
}
async function comeBack(back: URLSearchParams, given: Partial<Services> = {}): Promise<string | null> {
  const { location } = await completeSignIn({ ...ctx(), ...given }, back);
  return new URL(location, 'https://bruecke.example').searchParams.get('datev');
}
const grantsOf = (one: Simulated) =>
  db.sql<{ id: Id; state: string; lost_reason: string | null }>(
    'select id, state, lost_reason from grants where mandant_id = $1 order by consented_at, id',
    [one.mandantId],
  );
const waitingRevocations = async (grantId: Id) =>
  (await db.sql("select 1 from graphile_worker._private_jobs where key = 'revokeGrant:' || $1", [grantId])).length;

describe('fresh tokens of a consent', () => {
  it('are revoked until it succeeds when the answer fails its checks, and none comes before that (G-08)', async () => {
    const one = await connect();
    const back = await consented(one);
    services.discoveryCache.clear();
    let revocations = 0;
    const refused = await comeBack(back, {
      fetch: async (request) => {
        // The present consent can still be revoked: two calls. The fresh tokens can not.
        if (pathOf(request) === '/revoke') revocations += 1;
        const down = pathOf(request) === '/certs' || (pathOf(request) === '/revoke' && revocations > 2);
        return down ? new Response('', { status: 503 }) : services.fetch(request);
      },
    });
    expect(refused).not.toBe('ok');
    expect(living(one)).toBe(1);
    const unrevoked = (await grantsOf(one)).find(({ state }) => state === 'revoking');
    if (!unrevoked) throw new Error('the tokens are not kept');
    expect(await waitingRevocations(unrevoked.id)).toBe(1);

    const down = sandbox.control.addFault({ operation: 'login.revoke', effect: { kind: 'status', status: 503 } });
    expect(await comeBack(await consented(one))).toBe('old_token_not_revoked');
    sandbox.control.removeFault(down);
    await revokeGrant(services, settings, { mandantId: one.mandantId, grantId: unrevoked.id });
    expect(living(one)).toBe(0);
    expect(await comeBack(await consented(one))).toBe('ok');
    expect(living(one)).toBe(1);
  });

  it('are revoked at once when they can not be stored', async () => {
    const one = await connect();
    let away = false;
    const back = await consented(one);
    const completed = comeBack(back, {
      fetch: async (request) => {
        const answer = await services.fetch(request);
        away ||= pathOf(request) === '/token';
        return answer;
      },
      withTenant: async (context, work, options) => {
        if (away) throw new Error('the database is away');
        return services.withTenant(context, work, options);
      },
    });
    await expect(completed).rejects.toThrow('the database is away');
    expect(living(one)).toBe(0);
  });
});

describe('an app that DATEV has not enabled for offline_access', () => {
  it('is named to the operator, and costs the present consent nothing', async () => {
    const one = await connect();
    const [app] = sandbox.control.world().apps;
    if (!app) throw new Error('no app');
    sandbox.control.putApp({ ...app, scopes: app.scopes.filter((scope) => scope !== 'offline_access') });
    const back = await consented(one);
    expect(back.get('error')).toBe('invalid_scope');
    expect(await comeBack(back)).toBe('datev_scope_missing');
    sandbox.control.putApp(app);
    expect(living(one)).toBe(1);
    expect((await grantsOf(one)).map(({ state }) => state)).toEqual(['valid']);
    expect(errorCodes.datev_scope_missing.who).toBe('operator');
  });

  it.each(['offline_access', 'datev:iam:client'])(
    'is not connected either when the token answer leaves out %s without a word',
    async (left) => {
      const one = await connect();
      const refused = await comeBack(await consented(one), {
        fetch: async (request) => {
          const answer = await services.fetch(request);
          if (pathOf(request) !== '/token') return answer;
          const issued = (await answer.json()) as { scope: string };
          const scope = issued.scope.split(' ').filter((name) => !name.startsWith(left));
          return Response.json({ ...issued, scope: scope.join(' ') });
        },
      });
      expect(refused).toBe('datev_scope_missing');
      expect(living(one)).toBe(0);
      expect((await grantsOf(one)).map(({ state }) => state)).not.toContain('valid');
    },
  );
});
