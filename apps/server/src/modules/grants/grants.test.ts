import type { Id } from '@bruecke/model';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type Simulated, signInAtDatev } from '../../../simulate/layOut.ts';
import type { Services } from '../../context.ts';
import { createTestDatev } from '../../testDatev.ts';
import { minute } from '../../testServices.ts';
import { readGrant } from '../connectionHealth/index.ts';
import { endAuthorisation } from '../connections/endAuthorisation.ts';
import { completeSignIn, renew } from '../connections/index.ts';
import { readPage } from '../connections/readPage.ts';
import {
  datevCallMs,
  type FreshToken,
  freshAccessToken,
  type LossReason,
  leaseMs,
  loseGrant,
  revokeGrant,
} from './index.ts';

const { db, services, sandbox, settings, ctx, connect } = await createTestDatev('grants');
afterEach(() => sandbox.control.clearFaults());
afterAll(() => db.close());

/** A connection whose access token has run out: whoever wants one refreshes. */
async function connectedAWhileAgo(): Promise<Simulated> {
  const one = await connect();
  services.clock.forward(20 * minute);
  return one;
}
const refresh = (one: Simulated, process: Services = services) =>
  freshAccessToken(process, settings, one.mandantId, one.connectionId);
const grantsOf = (one: Simulated) =>
  db.sql<{ state: string; reason: string | null; kept: boolean }>(
    'select state, lost_reason as reason, refresh_token is not null as kept from grants where mandant_id = $1 order by consented_at, id',
    [one.mandantId],
  );
const livingAtDatev = (one: Simulated) =>
  sandbox.control.sessions({ boundTo: one.clientId }).reduce((sum, { refreshTokens }) => sum + refreshTokens, 0);

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

describe('a new pair that can not be saved', () => {
  /** A process whose transactions fail from the second on (the first claims), so many of them; what it asked DATEV for. */
  function failing(how: 'before' | 'after', times: number) {
    const asked: string[] = [];
    let transactions = 0;
    const process: Services = {
      ...services,
      withTenant: async (context, work, options) => {
        transactions += 1;
        const fails = transactions > 1 && transactions <= 1 + times;
        if (fails && how === 'before') throw new Error('the database is away');
        const result = await db.withTenant(context, work, options);
        if (fails) throw new Error('the answer to the commit was lost');
        return result;
      },
      fetch: (request) => {
        asked.push(new URL(request.url).pathname);
        return services.fetch(request);
      },
    };
    return { process, asked };
  }

  it.each(['before', 'after'] as const)('is kept and saved later (the commit fails %s it is done)', async (how) => {
    const one = await connectedAWhileAgo();
    const { process, asked } = failing(how, 4);
    const token = await refresh(one, process);
    expect(token.kind).toBe('ready');
    expect(asked).toEqual(['/token']);
    // It is the saved one: the next who asks gets it without a call.
    expect(await refresh(one, { ...services, fetch: () => Promise.reject(new Error('no call')) })).toEqual(token);
    expect([await grantsOf(one), livingAtDatev(one)]).toEqual([[{ state: 'valid', reason: null, kept: true }], 1]);
    const [log] = await db.sql<{ calls: number }>(
      "select count(*)::int as calls from technical_log where url like '%/token' and at >= $1",
      [new Date(services.now().getTime() - 15 * minute)],
    );
    // Also the try that succeeded tells of the call, not only one that was undone (G-30).
    expect(log?.calls).toBeGreaterThan(0);
  });

  it('is tried for as long as nobody else may refresh, and never used', async () => {
    const one = await connectedAWhileAgo();
    const before = services.now().getTime();
    const { process, asked } = failing('before', Number.POSITIVE_INFINITY);
    const others: FreshToken['kind'][] = [];
    const wait: Services['wait'] = async (milliseconds) => {
      others.push((await refresh(one)).kind);
      await services.wait(milliseconds);
    };
    await expect(refresh(one, { ...process, wait })).rejects.toThrow('the database is away');
    expect([asked, new Set(others)]).toEqual([['/token'], new Set(['later'])]);
    expect(leaseMs - (services.now().getTime() - before)).toBeLessThanOrEqual(5_000);
    // The spent token sent again ends the session: nothing is left behind at DATEV.
    services.clock.forward(leaseMs);
    expect((await refresh(one)).kind).toBe('none');
    expect([await grantsOf(one), livingAtDatev(one)]).toEqual([[{ state: 'lost', reason: 'refused', kept: false }], 0]);
  });
});

describe('a grant that is lost although its tokens may be valid at DATEV (G-08)', () => {
  const lose = (one: Simulated, reason: LossReason) =>
    services.withTenant({ as: 'job', mandantId: one.mandantId }, async (tx) => {
      const grant = await readGrant(tx, one.mandantId, one.connectionId);
      if (grant) await loseGrant(tx, services, { mandantId: one.mandantId, grantId: grant.id, reason });
    });
  /** Two refreshes end without an answer, and nothing of them has reached DATEV. */
  async function loseUnclear(one: Simulated) {
    services.clock.forward(20 * minute);
    sandbox.control.addFault({ operation: 'login.token.refresh', effect: { kind: 'cut', when: 'before' }, times: 2 });
    for (let times = 0; times < 3; times += 1) await refresh(one);
  }
  const losses: [LossReason, (one: Simulated) => Promise<unknown>][] = [
    ['scopeMissing', (one) => lose(one, 'scopeMissing')],
    ['accessRefused', (one) => lose(one, 'accessRefused')],
    ['refreshUnclear', loseUnclear],
  ];
  async function signInAgain(one: Simulated, process: Services = services) {
    const { url } = await renew(ctx(), one);
    return (await completeSignIn({ ...ctx(), ...process }, await signInAtDatev(sandbox, url))).location;
  }
  const jobsOf = async (one: Simulated) =>
    db.sql<{ payload: { mandantId: Id; grantId: Id } }>(
      "select payload from graphile_worker._private_jobs where key like 'revokeGrant:%' and payload->>'mandantId' = $1",
      [one.mandantId],
    );
  /** Runs the job as the worker does, which takes it out of the queue first. */
  async function runRevocation(one: Simulated, process: Services = services) {
    const [job, ...more] = await jobsOf(one);
    if (!job || more.length > 0) throw new Error('one job was expected');
    await db.sql("delete from graphile_worker._private_jobs where key = 'revokeGrant:' || $1", [job.payload.grantId]);
    return revokeGrant(process, settings, job.payload);
  }
  const shown = async (one: Simulated) => {
    const [connection] = (await readPage(ctx(), one)).connections;
    return connection && { state: connection.state, reason: connection.reason };
  };
  const revocationDown = () =>
    sandbox.control.addFault({ operation: 'login.revoke', effect: { kind: 'status', status: 503 } });

  it.each(losses)('for %s keeps them until DATEV has revoked them, and goes on saying why', async (reason, loseIt) => {
    const one = await connect();
    await loseIt(one);
    expect([await grantsOf(one), livingAtDatev(one)]).toEqual([[{ state: 'lost', reason, kept: true }], 1]);
    expect((await refresh(one)).kind).toBe('none');
    const fault = revocationDown();
    expect(await runRevocation(one)).toBe(false);
    expect([await grantsOf(one), livingAtDatev(one)]).toEqual([[{ state: 'lost', reason, kept: true }], 1]);
    sandbox.control.removeFault(fault);
    expect(await runRevocation(one)).toBe(true);
    expect([await grantsOf(one), livingAtDatev(one)]).toEqual([[{ state: 'lost', reason, kept: false }], 0]);
    expect(await jobsOf(one)).toEqual([]);
    expect(await shown(one)).toEqual({ state: 'needs_reauth', reason });
  });

  it.each(losses)('for %s is revoked before a new code is redeemed', async (reason, loseIt) => {
    const one = await connect();
    await loseIt(one);
    const fault = revocationDown();
    expect(await signInAgain(one)).toMatch(/datev=old_token_not_revoked$/);
    expect([await grantsOf(one), livingAtDatev(one)]).toEqual([[{ state: 'lost', reason, kept: true }], 1]);
    sandbox.control.removeFault(fault);
    expect(await signInAgain(one)).toMatch(/datev=ok$/);
    const renewed = [
      { state: 'lost', reason, kept: false },
      { state: 'valid', reason: null, kept: true },
    ];
    expect([await grantsOf(one), livingAtDatev(one)]).toEqual([renewed, 1]);
    // The job comes too late and finds nothing to do.
    expect(await runRevocation(one)).toBe(true);
    expect([await grantsOf(one), livingAtDatev(one)]).toEqual([renewed, 1]);
    expect((await shown(one))?.state).toBe('active');
  });

  it('is revoked with the pair that a refresh under way brings', async () => {
    const one = await connectedAWhileAgo();
    const late: Services['fetch'] = async (request) => {
      const answer = await services.fetch(request);
      await lose(one, 'accessRefused');
      expect(await runRevocation(one)).toBe(false);
      expect(await signInAgain(one)).toMatch(/datev=old_token_not_revoked$/);
      return answer;
    };
    expect((await refresh(one, { ...services, fetch: late })).kind).toBe('none');
    expect(livingAtDatev(one)).toBe(1);
    expect(await runRevocation(one)).toBe(true);
    expect(livingAtDatev(one)).toBe(0);
  });

  it('is not forgotten by a revocation that a late pair has overtaken', async () => {
    const one = await connectedAWhileAgo();
    const [sleeping, awake] = [deferred(), deferred()];
    const asleep = refresh(one, {
      ...services,
      fetch: async (request) => {
        const answer = await services.fetch(request);
        sleeping.resolve();
        await awake.promise;
        return answer;
      },
    });
    await sleeping.promise;
    await lose(one, 'accessRefused');
    // Put to sleep until its lease has ended; it wakes up while the spent token is revoked.
    services.clock.forward(leaseMs);
    const waking: Services['fetch'] = async (request) => {
      awake.resolve();
      await asleep;
      return services.fetch(request);
    };
    await runRevocation(one, { ...services, fetch: waking });
    expect(await runRevocation(one)).toBe(true);
    expect([(await grantsOf(one))[0]?.kept, livingAtDatev(one)]).toEqual([false, 0]);
  });

  it('is revoked at once where a person ends it', async () => {
    const one = await connect();
    await lose(one, 'scopeMissing');
    await endAuthorisation(ctx(), one);
    expect([(await grantsOf(one))[0]?.kept, livingAtDatev(one)]).toEqual([false, 0]);
  });

  it('is forgotten once it has run out, whatever DATEV says', async () => {
    const one = await connect();
    await lose(one, 'scopeMissing');
    await db.sql('update grants set refresh_expires_at = $2 where mandant_id = $1', [one.mandantId, services.now()]);
    services.clock.forward(20 * minute);
    const fault = revocationDown();
    expect(await runRevocation(one)).toBe(true);
    sandbox.control.removeFault(fault);
    expect([(await grantsOf(one))[0]?.kept, await jobsOf(one)]).toEqual([false, []]);
  });

  it.each(['refused', 'expired'] as const)('is another thing than one that DATEV itself ended (%s)', async (reason) => {
    const one = await connect();
    await lose(one, reason);
    expect([await grantsOf(one), await jobsOf(one)]).toEqual([[{ state: 'lost', reason, kept: false }], []]);
  });
});

function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
