import type { Id } from '@bruecke/model';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { layOutVouchers, type Simulated } from '../../../simulate/layOut.ts';
import { createTestDatev } from '../../testDatev.ts';
import { hour, minute, second } from '../../testServices.ts';
import { testConnection } from '../connections/index.ts';
import { deliver, deliveryHandlers, probeConnection } from './index.ts';

/** Happens while an upload is on its way to DATEV. */
let meanwhile = async (): Promise<void> => {};

const { db, services, sandbox, settings, userId, ctx, connect } = await createTestDatev(
  'probe',
  async (request, toDatev) => {
    if (request.method === 'PUT') await meanwhile();
    return toDatev(request);
  },
);
afterAll(() => db.close());
beforeEach(() => {
  sandbox.control.clearFaults();
  meanwhile = async () => {};
});

const outage = (one: Simulated) =>
  sandbox.control.addFault({ operation: 'documents', clientId: one.clientId, effect: { kind: 'status', status: 503 } });
const calls = (operation = '') => sandbox.control.calls().filter((call) => call.operation.startsWith(operation)).length;

/** A connection that an outage has held while nothing waited: "Testen" was all that asked. */
async function heldIdle(): Promise<Simulated> {
  const one = await connect();
  outage(one);
  for (let times = 0; times < 3; times += 1) await testConnection(ctx(), one);
  return one;
}

async function handIn(one: Simulated, count: number): Promise<Id[]> {
  await layOutVouchers(services, one.mandantId, userId, count);
  const rows = await db.sql<{ id: Id }>(
    'select id from deliveries where mandant_id = $1 order by created_at desc, id desc limit $2',
    [one.mandantId, count],
  );
  return rows.map(({ id }) => id);
}

const deliverOne = (one: Simulated, deliveryId: Id) =>
  deliver(services, settings, { mandantId: one.mandantId, deliveryId });
const phasesOf = async (one: Simulated) =>
  (
    await db.sql<{ phase: string }>('select phase from deliveries where mandant_id = $1 order by id', [one.mandantId])
  ).map(({ phase }) => phase);
/** When the connection's next probe is due; undefined while none is. */
async function probeAt(one: Simulated): Promise<Date | undefined> {
  const [job] = await db.sql<{ run_at: Date }>(
    "select run_at from graphile_worker._private_jobs where key = 'probeConnection:' || $1",
    [one.connectionId],
  );
  return job?.run_at;
}
/** The probe's job, as the worker does it: it is gone once it has begun. */
async function runProbe(one: Simulated): Promise<void> {
  await db.sql("delete from graphile_worker._private_jobs where key = 'probeConnection:' || $1", [one.connectionId]);
  await probeConnection(services, settings, one);
}

describe('a connection that an outage holds while nothing waits', () => {
  it('is asked by nobody, however long the outage lasts (G-33)', async () => {
    const one = await heldIdle();
    const before = calls();
    for (let hours = 0; hours < 10; hours += 1) {
      services.clock.forward(hour);
      await runProbe(one);
    }
    expect(calls()).toBe(before);
    expect(await probeAt(one)).toBeUndefined();
  });

  it('sends the next voucher handed in as its probe, and the rest when that has arrived', async () => {
    const one = await heldIdle();
    services.clock.forward(hour);
    await runProbe(one);
    sandbox.control.clearFaults();
    const [first, other] = (await handIn(one, 2)) as [Id, Id];
    const before = calls('documents.put');
    expect([await deliverOne(one, first), await deliverOne(one, other)]).toEqual(['held', 'held']);
    expect(calls('documents.put')).toBe(before);
    expect(await probeAt(one)).toEqual(services.now());
    await runProbe(one);
    expect((await phasesOf(one)).sort()).toEqual(['arrived', 'waiting']);
    expect([await deliverOne(one, first), await deliverOne(one, other)].sort()).toEqual(['done', 'sent']);
    expect(await phasesOf(one)).toEqual(['arrived', 'arrived']);
  });

  it('makes one call for the vouchers that come while the outage goes on, and pauses again', async () => {
    const one = await heldIdle();
    services.clock.forward(hour);
    await runProbe(one);
    const before = calls('documents');
    for (const id of await handIn(one, 5)) expect(await deliverOne(one, id)).toBe('held');
    await runProbe(one);
    expect(calls('documents')).toBe(before + 1);
    expect((await probeAt(one))?.getTime()).toBeGreaterThanOrEqual(services.now().getTime() + 5 * minute);
  });

  it('has its probe at the end of the pause for a voucher that comes before that', async () => {
    const one = await heldIdle();
    const due = await probeAt(one);
    const [id] = (await handIn(one, 1)) as [Id];
    expect(await deliverOne(one, id)).toBe('held');
    expect(await probeAt(one)).toEqual(due);
    services.clock.set(due as Date);
    sandbox.control.clearFaults();
    await runProbe(one);
    expect(await phasesOf(one)).toEqual(['arrived']);
  });
});

describe('the probe of a held connection', () => {
  it('waits for a voucher that is on its way already instead of sending a second one', async () => {
    const one = await heldIdle();
    services.clock.forward(hour);
    sandbox.control.clearFaults();
    const [first, other] = (await handIn(one, 2)) as [Id, Id];
    const before = calls('documents.put');
    meanwhile = async () => {
      meanwhile = async () => {};
      expect(await deliverOne(one, other)).toBe('held');
      expect(await deliverOne(one, first)).toMatch(/held|later/);
      await runProbe(one);
      expect((await probeAt(one))?.getTime()).toBe(services.now().getTime() + 30 * second);
    };
    await runProbe(one);
    expect(calls('documents.put')).toBe(before + 1);
    expect((await phasesOf(one)).sort()).toEqual(['arrived', 'waiting']);
  });

  it('goes on at once past a voucher that a person has to decide about, which proves nothing', async () => {
    const one = await heldIdle();
    // Within ten minutes of the check, which would be a proof by itself.
    services.clock.forward(minute);
    sandbox.control.clearFaults();
    const [other, first] = (await handIn(one, 2)) as [Id, Id];
    await db.sql("update deliveries set document_type = 'Gibt es nicht' where id = $1", [first]);
    await runProbe(one);
    expect((await phasesOf(one)).sort()).toEqual(['question', 'waiting']);
    expect(await probeAt(one)).toEqual(services.now());
    await runProbe(one);
    expect((await phasesOf(one)).sort()).toEqual(['arrived', 'question']);
    expect(await deliverOne(one, other)).toBe('done');
  });

  it('is brought back by the sweep where its job was given up', async () => {
    const one = await heldIdle();
    await handIn(one, 1);
    const due = await probeAt(one);
    await db.sql("delete from graphile_worker._private_jobs where key = 'probeConnection:' || $1", [one.connectionId]);
    const resume = deliveryHandlers(services, { atDatev: 1 }).find(({ name }) => name === 'resumeConnection');
    await resume?.run(
      { mandantId: one.mandantId, connectionId: one.connectionId },
      { attempt: 1, signal: new AbortController().signal },
    );
    expect(await probeAt(one)).toEqual(due);
  });
});
