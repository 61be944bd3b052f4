import { errorCodes, type Id } from '@bruecke/model';
import { afterAll, describe, expect, it } from 'vitest';
import { type Simulated, signInAtDatev } from '../../../simulate/layOut.ts';
import { consultantNumber, firmId } from '../../../simulate/world.ts';
import type { Services } from '../../context.ts';
import { tokenPurpose } from '../../secrets/purposes.ts';
import { createTestDatev } from '../../testDatev.ts';
import { addPerson, minute, second } from '../../testServices.ts';
import { severConnections } from '../connectionHealth/index.ts';
import { freshAccessToken, revokeGrant } from '../grants/index.ts';
import { endAuthorisation } from './endAuthorisation.ts';
import { clearSignIn, completeSignIn, findExpiredSignIns, renew } from './index.ts';

const { db, services, sandbox, settings, userId, ctx, connect } = await createTestDatev('consents');
afterAll(() => db.close());

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

/** A Mandant always keeps an admin: with a second one the first can leave. */
async function addMember(one: Simulated): Promise<void> {
  const { id } = await addPerson(db, services, 'Olga Admin', { email: `olga-${one.mandantId}@example.org` });
  await db.sql("insert into mandant_members (mandant_id, user_id, role, since) values ($1, $2, 'admin', $3)", [
    one.mandantId,
    id,
    services.now(),
  ]);
}
const leave = (one: Simulated) =>
  db.sql('delete from mandant_members where mandant_id = $1 and user_id = $2', [one.mandantId, userId]);

/** What both sides and the granter were told of lost DATEV-Freigaben. */
async function lossesOf(one: Simulated) {
  const entries = await db.sql<{ reason: string; actor: string }>(
    `select data->>'reason' as reason, actor->>'id' as actor from mandant_history
     where mandant_id = $1 and kind = 'connection.authorisationLost'`,
    [one.mandantId],
  );
  const mails = await db.sql<{ recipient: string }>("select recipient from mails where kind = 'authorisationLost'");
  return { entries, mails: mails.length };
}
const lost = (entries: number) => Array.from({ length: entries }, () => ({ reason: 'replaced', actor: userId }));

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

  it('are given back when the right of who consented ends before they are checked: nothing goes on with them, untold', async () => {
    const one = await connect();
    await addMember(one);
    const back = await consented(one);
    const completed = comeBack(back, {
      fetch: async (request) => {
        const answer = await services.fetch(request);
        if (pathOf(request) === '/userinfo') await leave(one);
        return answer;
      },
    });
    await expect(completed).rejects.toMatchObject({ code: 'not_found' });
    expect(living(one)).toBe(0);
    expect((await grantsOf(one)).map(({ state }) => state).sort()).toEqual(['lost', 'revoked']);
    expect((await freshAccessToken(services, settings, one.mandantId, one.connectionId)).kind).toBe('none');
    expect((await lossesOf(one)).entries).toEqual(lost(1));
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

describe('a consent', () => {
  /** What comes between DATEV's last answer to the check and its being told. */
  const afterCheck = (meanwhile: () => Promise<unknown>): Partial<Services> => ({
    fetch: async (request) => {
      const answer = await services.fetch(request);
      if (pathOf(request).endsWith('/duo-version')) await meanwhile();
      return answer;
    },
  });
  const authorisedOf = async (one: Simulated) =>
    (
      await db.sql("select 1 from mandant_history where mandant_id = $1 and kind = 'connection.authorised'", [
        one.mandantId,
      ])
    ).length;
  const connectionOf = (one: Simulated) =>
    db.sql<{ switched_on: boolean; severed: boolean }>(
      'select switched_on, severed_at is not null as severed from connections where mandant_id = $1',
      [one.mandantId],
    );

  it('is not told as connected where a cut has severed the connection while it was checked', async () => {
    const one = await connect();
    const cut = () =>
      services.withTenant({ as: 'job', mandantId: one.mandantId }, (tx) =>
        severConnections(tx, services, {
          mandantId: one.mandantId,
          engagement: { id: services.newId(), firmId, consultantNumber, since: services.now() },
          at: services.now(),
          actor: { type: 'system' },
        }),
      );
    expect(await comeBack(await consented(one), afterCheck(cut))).toBe('connection_severed');
    expect(await authorisedOf(one)).toBe(1);
    expect(await connectionOf(one)).toEqual([{ switched_on: false, severed: true }]);
  });

  it('is not told as connected where somebody has ended it while it was checked', async () => {
    const one = await connect();
    const end = () => endAuthorisation(ctx(), one);
    expect(await comeBack(await consented(one), afterCheck(end))).toBe('datev_sign_in_failed');
    expect(await authorisedOf(one)).toBe(1);
    expect(living(one)).toBe(0);
  });

  it('beside another one of the same connection is revoked until that succeeds (G-08)', async () => {
    const one = await connect();
    await endAuthorisation(ctx(), one);
    const [first, second] = [await consented(one), await consented(one)];
    const both = await comeBack(first, {
      fetch: async (request) => {
        if (pathOf(request) === '/token') expect(await comeBack(second)).toBe('ok');
        return pathOf(request) === '/revoke' ? new Response('', { status: 503 }) : services.fetch(request);
      },
    });
    expect(both).toBe('datev_sign_in_failed');
    expect(living(one)).toBe(2);
    const [unrevoked] = (await grantsOf(one)).filter(({ state }) => state === 'revoking');
    await revokeGrant(services, settings, { mandantId: one.mandantId, grantId: unrevoked?.id ?? '' });
    expect(living(one)).toBe(1);
    expect((await grantsOf(one)).map(({ state }) => state).sort()).toEqual(['revoked', 'revoked', 'valid']);
  });
});

describe('a renewal', () => {
  it('that fails after the present consent ended says so, in the page, the history and a mail to who gave it', async () => {
    const one = await connect();
    const before = await lossesOf(one);
    const fault = { operation: 'login.token.code', effect: { kind: 'status', status: 503 }, times: 1 } as const;
    sandbox.control.addFault(fault);
    expect(await comeBack(await consented(one))).toBe('renewal_failed');
    expect(living(one)).toBe(0);
    expect((await grantsOf(one)).map(({ state, lost_reason }) => [state, lost_reason])).toEqual([['lost', 'replaced']]);
    expect(await lossesOf(one)).toEqual({ entries: lost(1), mails: before.mails + 1 });
    // There is nothing to lose any more: the next one that fails is a sign-in that was not completed.
    sandbox.control.addFault(fault);
    expect(await comeBack(await consented(one))).toBe('datev_sign_in_failed');
    expect(await comeBack(await consented(one))).toBe('ok');
    expect(await lossesOf(one)).toEqual({ entries: lost(1), mails: before.mails + 1 });
  });

  it('whose check fails has lost the present consent too', async () => {
    const one = await connect();
    const before = await lossesOf(one);
    sandbox.control.addFault({
      operation: 'documents',
      clientId: one.clientId,
      effect: { kind: 'status', status: 503 },
      times: 1,
    });
    expect(await comeBack(await consented(one))).toBe('renewal_failed');
    const back = await consented(one);
    sandbox.control.setRights('petra', one.clientId, []);
    expect(await comeBack(back)).toBe('datev_dataset_not_reachable');
    expect(living(one)).toBe(0);
    expect(await lossesOf(one)).toEqual({ entries: lost(1), mails: before.mails + 1 });
  });

  it('is no loss when it succeeds, or when the present consent goes on', async () => {
    const one = await connect();
    const before = await lossesOf(one);
    expect(await comeBack(await consented(one))).toBe('ok');
    const down = sandbox.control.addFault({ operation: 'login.revoke', effect: { kind: 'status', status: 503 } });
    expect(await comeBack(await consented(one))).toBe('old_token_not_revoked');
    sandbox.control.removeFault(down);
    expect(living(one)).toBe(1);
    expect(await lossesOf(one)).toEqual(before);
  });

  it('that was cut off after the present consent ended is told once its calls can no longer go on', async () => {
    const one = await connect();
    const sweep = async () => {
      const expired = await findExpiredSignIns(services);
      for (const theirs of expired.filter(({ mandantId }) => mandantId === one.mandantId))
        await clearSignIn(services, theirs);
    };
    const before = await lossesOf(one);
    let dead = false;
    const cutOff = comeBack(await consented(one), {
      fetch: async (request) => {
        dead ||= pathOf(request) === '/token';
        return dead ? new Response('', { status: 503 }) : services.fetch(request);
      },
      withTenant: async (context, work, options) => {
        if (dead) throw new Error('the process died');
        return services.withTenant(context, work, options);
      },
    });
    await expect(cutOff).rejects.toThrow('the process died');
    expect((await grantsOf(one)).map(({ state, lost_reason }) => [state, lost_reason])).toEqual([['lost', 'replaced']]);
    services.clock.forward(16 * minute);
    await sweep();
    expect(await lossesOf(one)).toEqual(before);
    services.clock.forward(10 * minute);
    await sweep();
    const told = { entries: [{ reason: 'replaced', actor: null }], mails: before.mails + 1 };
    expect(await lossesOf(one)).toEqual(told);
    await sweep();
    expect(await comeBack(await consented(one))).toBe('ok');
    services.clock.forward(60 * minute);
    await sweep();
    expect(await lossesOf(one)).toEqual(told);
  });

  it('is kept when the right of who renews ended during the calls', async () => {
    const one = await connect();
    await addMember(one);
    const refused = await comeBack(await consented(one), {
      fetch: async (request) => {
        if (pathOf(request) !== '/token') return services.fetch(request);
        await leave(one);
        return new Response('', { status: 503 });
      },
    });
    expect(refused).toBe('renewal_failed');
    expect((await lossesOf(one)).entries).toEqual(lost(1));
  });
});

describe('revoking the present consent', () => {
  const oldAccess = 20 * minute;

  it('keeps refreshers away for as long as its calls may take', async () => {
    const one = await connect();
    services.clock.forward(oldAccess);
    const back = await consented(one);
    services.discoveryCache.clear();
    const kinds: string[] = [];
    const result = await comeBack(back, {
      fetch: async (request) => {
        const answer = await services.fetch(request);
        if (pathOf(request) !== '/revoke') return answer;
        services.clock.forward(89 * second);
        kinds.push((await freshAccessToken(services, settings, one.mandantId, one.connectionId)).kind);
        return answer;
      },
    });
    expect(kinds).toEqual(['later', 'later']);
    // The sandbox's code has run out meanwhile, which is not what this is about.
    expect(result).toBe('renewal_failed');
  });

  it('leaves a pair alone that came after its lease had run out', async () => {
    const one = await connect();
    services.clock.forward(oldAccess);
    const back = await consented(one);
    let first = true;
    const result = await comeBack(back, {
      fetch: async (request) => {
        if (pathOf(request) === '/revoke' && first) {
          first = false;
          services.clock.forward(20 * minute);
          const fresh = await freshAccessToken(services, settings, one.mandantId, one.connectionId);
          expect(fresh.kind).toBe('ready');
        }
        return services.fetch(request);
      },
    });
    expect(result).toBe('old_token_not_revoked');
    expect((await grantsOf(one)).map(({ state }) => state)).toEqual(['valid']);
    services.clock.forward(oldAccess);
    expect((await freshAccessToken(services, settings, one.mandantId, one.connectionId)).kind).toBe('ready');
  });

  it('does not touch the valid one when a grant that is in revocation can not be revoked', async () => {
    const one = await connect();
    const older = services.newId();
    await db.sql(
      `insert into grants (mandant_id, id, connection_id, person_name, state, refresh_token, refresh_expires_at, scopes, consented_at)
       select mandant_id, $2, connection_id, '', 'revoking', $3, refresh_expires_at, scopes, consented_at + interval '1 second'
       from grants where mandant_id = $1`,
      [one.mandantId, older, services.encryption.seal('a-token-of-before', tokenPurpose('refresh', older))],
    );
    const result = await comeBack(await consented(one), {
      fetch: async (request) => {
        const stuck = pathOf(request) === '/revoke' && (await request.clone().text()).includes('a-token-of-before');
        return stuck ? new Response('', { status: 503 }) : services.fetch(request);
      },
    });
    expect(result).toBe('old_token_not_revoked');
    expect(living(one)).toBe(1);
    expect((await grantsOf(one)).map(({ state }) => state)).toEqual(['valid', 'revoking']);
  });
});
