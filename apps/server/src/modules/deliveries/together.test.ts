import type { Id } from '@bruecke/model';
import { afterAll, describe, expect, it } from 'vitest';
import { layOutVouchers, type Simulated } from '../../../simulate/layOut.ts';
import { consultantNumber, firmId } from '../../../simulate/world.ts';
import type { Services } from '../../context.ts';
import { createRoom } from '../../room.ts';
import { createTestDatev } from '../../testDatev.ts';
import { severConnections } from '../connectionHealth/index.ts';
import { deliver, endDeliveries } from './index.ts';
import { sendVouchers } from './sendVouchers.ts';

const { db, services, sandbox, settings, userId, ctx, connect } = await createTestDatev('together');
afterAll(() => db.close());

type Row = { id: Id; voucher_id: Id; phase: string; attempts: number; status: string; receipts: number; open: number };

/** A connected Mandant with so many deliveries due, after a first one so that token and check are fresh. */
async function due(count: number): Promise<Simulated> {
  const one = await connect();
  await layOutVouchers(services, one.mandantId, userId, count);
  return one;
}

const rowsOf = (one: Simulated) =>
  db.sql<Row>(
    `select d.id, d.voucher_id, d.phase, d.attempts, v.status,
            (select count(*)::int from receipts r where r.mandant_id = d.mandant_id and r.delivery_id = d.id) as receipts,
            d.attempts - (select count(*)::int from delivery_attempts a where a.mandant_id = d.mandant_id and a.delivery_id = d.id and a.ended_at >= a.begun_at) as open
       from deliveries d join vouchers v on v.mandant_id = d.mandant_id and v.id = d.voucher_id
      where d.mandant_id = $1 order by v.original_name`,
    [one.mandantId],
  );

/** As one process has it: all jobs at once. What each came to, or the error's message. */
async function deliverAll(one: Simulated, process: Services, ids?: readonly Id[]): Promise<string[]> {
  const all = ids ?? (await rowsOf(one)).map(({ id }) => id);
  const results = await Promise.allSettled(
    all.map((deliveryId) => deliver(process, settings, { mandantId: one.mandantId, deliveryId })),
  );
  return results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason)));
}

/** A process of its own, whose transactions are counted and can be made to fail. */
function processOf(spoil: (transaction: number) => 'before' | 'after' | null = () => null) {
  let transactions = 0;
  const process: Services = {
    ...services,
    workerId: services.newId(),
    withTenant: async (context, work, options) => {
      transactions += 1;
      const failing = spoil(transactions);
      if (failing === 'before') throw new Error('the database is away');
      const result = await db.withTenant(context, work, options);
      if (failing === 'after') throw new Error('the answer to the commit was lost');
      return result;
    },
  };
  return { process, transactions: () => transactions };
}

/** Calls that reach DATEV only once the test says so. `onTheWire`: so many have begun. */
function heldFetch(count: number) {
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  let all = () => {};
  const onTheWire = new Promise<void>((resolve) => (all = resolve));
  let begun = 0;
  const fetch: Services['fetch'] = async (request) => {
    if (++begun === count) all();
    await answered;
    return services.fetch(request);
  };
  return { fetch, onTheWire, answer };
}

describe('deliveries that are due together', () => {
  it('share their transactions, and each has its own receipt', async () => {
    const one = await due(12);
    const { process, transactions } = processOf();
    expect(await deliverAll(one, process)).toEqual(Array(12).fill('sent'));
    expect(await rowsOf(one)).toEqual(
      Array(12).fill(
        expect.objectContaining({ phase: 'arrived', attempts: 1, status: 'delivered', receipts: 1, open: 0 }),
      ),
    );
    expect(transactions()).toBeLessThan(12);
    const hashes = await db.sql<{ same: boolean }>(
      `select r.body_hash = h.data ->> 'receiptHash' and r.body -> 'delivery' ->> 'id' = h.subject ->> 'deliveryId' as same
         from receipts r join mandant_history h on h.mandant_id = r.mandant_id and h.id = r.history_entry_id where r.mandant_id = $1`,
      [one.mandantId],
    );
    expect(hashes).toEqual(Array(12).fill({ same: true }));
  });

  it('have each its own end, whatever DATEV says to the others', async () => {
    const one = await due(6);
    const fault = { operation: 'documents.put', clientId: one.clientId, times: 1 } as const;
    sandbox.control.addFault({ ...fault, effect: { kind: 'error', code: 'DCO01245' } });
    sandbox.control.addFault({ ...fault, effect: { kind: 'error', code: 'DCO01010' } });
    sandbox.control.addFault({ ...fault, effect: { kind: 'cut', when: 'after' } });
    sandbox.control.addFault({ ...fault, effect: { kind: 'status', status: 503 } });
    await deliverAll(one, processOf().process);
    const rows = await rowsOf(one);
    const count = (phase: string) => rows.filter((row) => row.phase === phase).length;
    expect({
      arrived: count('arrived'),
      failed: count('failed'),
      question: count('question'),
      waiting: count('waiting'),
    }).toEqual({ arrived: 2, failed: 1, question: 1, waiting: 2 });
    expect(rows.every((row) => row.receipts === (row.phase === 'arrived' ? 1 : 0) && row.open === 0)).toBe(true);
    // What was lost on its way back and what was put off are tried again under their GUIDs, what was refused on a person's word.
    await deliverAll(
      one,
      processOf().process,
      rows.filter(({ phase }) => phase === 'waiting').map(({ id }) => id),
    );
    const failed = rows.filter(({ phase }) => phase === 'failed').map(({ voucher_id }) => voucher_id);
    await sendVouchers(ctx(), { mandantId: one.mandantId, voucherIds: failed });
    await deliverAll(one, processOf().process);
    expect((await rowsOf(one)).filter(({ phase }) => phase === 'arrived')).toHaveLength(5);
    expect(sandbox.control.arrivedCount(one.clientId)).toBe(5);
  });

  it('go on without the one whose bytes are gone, which has no attempt', async () => {
    const one = await due(5);
    const [gone] = await rowsOf(one);
    const [voucher] = await db.sql<{ sha256: string }>('select sha256 from vouchers where id = $1', [gone?.voucher_id]);
    const { process } = processOf();
    const blobs: Services['blobs'] = {
      ...services.blobs,
      read: (mandantId, sha256, size) =>
        sha256 === voucher?.sha256
          ? Promise.reject(new Error('no such blob'))
          : services.blobs.read(mandantId, sha256, size),
    };
    const results = await deliverAll(one, { ...process, blobs });
    expect(results.filter((result) => result === 'sent')).toHaveLength(4);
    expect(results.filter((result) => result === 'Error: no such blob')).toHaveLength(1);
    expect((await rowsOf(one)).find(({ id }) => id === gone?.id)).toMatchObject({
      phase: 'waiting',
      attempts: 0,
      open: 0,
    });
  });

  it('are looked at, begun and recorded alone where together it fails, before the commit as after it', async () => {
    // 1 looks ahead, 2 claims, 3 records those that end first.
    for (const spoilt of [1, 2, 3])
      for (const when of ['before', 'after'] as const) {
        const one = await due(5);
        const { process } = processOf((transaction) => (transaction === spoilt ? when : null));
        expect(await deliverAll(one, process)).toEqual(Array(5).fill('sent'));
        expect((await rowsOf(one)).map(({ phase, receipts, open }) => ({ phase, receipts, open }))).toEqual(
          Array(5).fill({ phase: 'arrived', receipts: 1, open: 0 }),
        );
        expect(sandbox.control.arrivedCount(one.clientId)).toBe(5);
      }
  });

  it('are recorded without the one that can not be, which stays on the wire', async () => {
    const one = await due(5);
    const [poor] = await rowsOf(one);
    await db.sql(
      `insert into receipts (mandant_id, id, delivery_id, body, body_hash, history_entry_id, created_at)
       values ($1, gen_random_uuid(), $2, '{}', '', gen_random_uuid(), now())`,
      [one.mandantId, poor?.id],
    );
    const results = await deliverAll(one, processOf().process);
    expect(results.filter((result) => result === 'sent')).toHaveLength(4);
    expect(results.filter((result) => result.includes('receipts_delivery'))).toHaveLength(1);
    const phases = new Map((await rowsOf(one)).map(({ id, phase }) => [id, phase]));
    expect(phases.get(poor?.id ?? '')).toBe('sending');
    expect([...phases.values()].filter((phase) => phase === 'arrived')).toHaveLength(4);
  });

  it('are on their way to DATEV only as many at once as the line lets in, and no more of them once the process stops', async () => {
    const one = await due(9);
    const line = createRoom(2);
    const stopping = new AbortController();
    let [calling, most, calls] = [0, 0, 0];
    const fetch: Services['fetch'] = async (request) => {
      most = Math.max(most, ++calling);
      if (++calls === 6) stopping.abort();
      await new Promise(setImmediate);
      return services.fetch(request).finally(() => (calling -= 1));
    };
    const process = { ...processOf().process, fetch };
    const ids = (await rowsOf(one)).map(({ id }) => id);
    const { signal } = stopping;
    const first = await deliver(process, settings, {
      mandantId: one.mandantId,
      deliveryId: ids[0] ?? '',
      line,
      signal,
    });
    expect(first).toBe('sent');
    const results = await Promise.all(
      ids
        .slice(1)
        .map((deliveryId) => deliver(process, settings, { mandantId: one.mandantId, deliveryId, line, signal })),
    );
    expect(most).toBe(2);
    const rows = await rowsOf(one);
    const sent = results.filter((result) => result === 'sent').length + 1;
    expect(rows.filter(({ phase }) => phase === 'arrived')).toHaveLength(sent);
    // Those that had not begun wait, with a job for the process after this one.
    const rest = rows.filter(({ phase }) => phase === 'waiting');
    expect(results.filter((result) => result === 'later')).toHaveLength(rest.length);
    expect(rest.length).toBeGreaterThan(0);
    expect(rest.every(({ attempts, open }) => attempts === 0 && open === 0)).toBe(true);
  });

  it('of a process that is gone leave attempts that are told as lost, until a late answer tells better', async () => {
    const one = await due(3);
    const { fetch, onTheWire, answer } = heldFetch(3);
    const late = deliverAll(one, { ...processOf().process, fetch });
    await onTheWire;
    const attempts = () =>
      db.sql(`select number, outcome from delivery_attempts where mandant_id = $1 order by number, delivery_id`, [
        one.mandantId,
      ]);
    expect(await attempts()).toEqual([]);
    // No worker of that name says that it lives, so the next process takes over.
    expect(await deliverAll(one, processOf().process)).toEqual(Array(3).fill('sent'));
    const second = Array(3).fill({ number: 2, outcome: 'arrived' });
    expect(await attempts()).toEqual([...Array(3).fill({ number: 1, outcome: 'lost' }), ...second]);
    answer();
    await late;
    expect(await attempts()).toEqual([...Array(3).fill({ number: 1, outcome: 'arrivedBefore' }), ...second]);
    expect(
      (await rowsOf(one)).every(({ phase, receipts, open }) => phase === 'arrived' && receipts === 1 && open === 0),
    ).toBe(true);
    expect(sandbox.control.arrivedCount(one.clientId)).toBe(3);
  });

  it('that a late answer proves while they are tried again have that attempt told, whatever becomes of its process', async () => {
    const one = await due(2);
    const [first, second] = [heldFetch(2), heldFetch(2)];
    const firstEnded = deliverAll(one, { ...processOf().process, fetch: first.fetch });
    await first.onTheWire;
    const secondEnded = deliverAll(one, { ...processOf().process, fetch: second.fetch });
    await second.onTheWire;
    first.answer();
    await firstEnded;
    const outcomes = () =>
      db.sql('select number, outcome from delivery_attempts where mandant_id = $1 order by number, delivery_id', [
        one.mandantId,
      ]);
    const told = (number: number, outcome: string) => Array(2).fill({ number, outcome });
    expect(await outcomes()).toEqual([...told(1, 'arrived'), ...told(2, 'lost')]);
    second.answer();
    await secondEnded;
    expect(await outcomes()).toEqual([...told(1, 'arrived'), ...told(2, 'arrivedBefore')]);
    expect((await rowsOf(one)).every(({ phase, receipts }) => phase === 'arrived' && receipts === 1)).toBe(true);
  });

  it('take one that is asked for twice only once', async () => {
    const one = await due(2);
    const ids = (await rowsOf(one)).map(({ id }) => id);
    const { process } = processOf();
    expect((await deliverAll(one, process, [...ids, ...ids])).filter((result) => result === 'sent')).toHaveLength(2);
    expect((await rowsOf(one)).map(({ attempts, receipts }) => ({ attempts, receipts }))).toEqual(
      Array(2).fill({ attempts: 1, receipts: 1 }),
    );
  });

  it('are not begun once a cut has committed, and those on the wire keep their proof', async () => {
    const one = await due(8);
    const ids = (await rowsOf(one)).map(({ id }) => id);
    let cutting: Promise<void> | undefined;
    const { process } = processOf();
    const fetch: Services['fetch'] = async (request) => {
      cutting ??= cut(one);
      await cutting;
      return services.fetch(request);
    };
    const first = deliverAll(one, { ...process, fetch }, ids.slice(0, 4));
    await first;
    const asked = sandbox.control.callCounts()['documents.put 201'];
    await deliverAll(one, processOf().process, ids);
    expect(sandbox.control.callCounts()['documents.put 201']).toBe(asked);
    const rows = await rowsOf(one);
    expect(rows.filter(({ phase }) => phase === 'arrived')).toHaveLength(4);
    expect(rows.filter(({ phase }) => phase === 'cancelled')).toHaveLength(4);
  });
});

/** The firm and the Mandant part while deliveries are on the wire. */
async function cut(one: Simulated): Promise<void> {
  const { mandantId } = one;
  const actor = { type: 'user', id: userId } as const;
  await services.withTenant({ as: 'job', mandantId }, async (tx) => {
    const at = services.now();
    const { connectionIds } = await severConnections(tx, services, {
      mandantId,
      engagement: { id: services.newId(), firmId, consultantNumber, since: at },
      at,
      actor,
    });
    await endDeliveries(tx, services, { mandantId, connectionIds, at, actor });
  });
}

describe('room', () => {
  it('lets in what fits, in the order of asking, and what is larger than all of it alone', async () => {
    const inRoom = createRoom(10);
    const events: string[] = [];
    const leave = new Map<string, () => void>();
    const visit = (name: string, bytes: number) =>
      inRoom(bytes, () => {
        events.push(`+${name}`);
        return new Promise<void>((resolve) => leave.set(name, resolve));
      });
    const turn = () => new Promise(setImmediate);
    const visits = [visit('a', 6), visit('b', 4), visit('c', 1), visit('huge', 99), visit('d', 1)];
    await turn();
    expect(events).toEqual(['+a', '+b']);
    leave.get('b')?.();
    await turn();
    expect(events).toEqual(['+a', '+b', '+c']);
    leave.get('a')?.();
    await turn();
    expect(events).toHaveLength(3);
    leave.get('c')?.();
    await turn();
    expect(events).toEqual(['+a', '+b', '+c', '+huge']);
    leave.get('huge')?.();
    await turn();
    leave.get('d')?.();
    await Promise.all(visits);
    expect(events).toEqual(['+a', '+b', '+c', '+huge', '+d']);
  });

  it('gives back the room of work that fails', async () => {
    const inRoom = createRoom(10);
    await expect(inRoom(10, () => Promise.reject(new Error('planned')))).rejects.toThrow('planned');
    expect(await inRoom(10, async () => 'in')).toBe('in');
  });
});
